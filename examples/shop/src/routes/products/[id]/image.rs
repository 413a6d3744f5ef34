//! The picture of a product.

use crate::models::{
    picture::{self, Picture},
    product::Product,
    user::Role,
};
use reroute::{
    files::Download,
    image::Image as Header,
    prelude::*,
    sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter},
};

/// How many bytes a picture may have.
const MOST_BYTES: usize = 2 << 20;

/// How many pixels a picture may have: what shows it decodes them all.
const MOST_PIXELS: u64 = 50_000_000;

#[route]
pub struct Image {
    db: Db,
}

/// Where the picture is.
#[input]
pub struct Source {
    #[field(min_length = 1, max_length = 2000)]
    url: String,
}

/// What came of it.
#[output]
pub struct Fetched {
    content_type: &'static str,
    bytes: usize,
}

#[route]
impl Image {
    /// Show the picture.
    #[public]
    #[rate_limit("600/min")]
    async fn get(&self, Path(id): Path<i64>) -> Result<Download> {
        let picture = picture::Entity::find().filter(picture::Column::ProductId.eq(id)).one(&self.db).await?;
        Ok(Download::inline_image(format!("product-{id}"), picture.or_not_found()?.content))
    }

    /// Fetch the picture from elsewhere, and keep it.
    #[requires(Role::Admin)]
    async fn put(
        &self,
        client: SafeClient,
        tx: Tx,
        Path(id): Path<i64>,
        Json(source): Json<Source>,
    ) -> Result<Json<Fetched>> {
        Product::get_by_id(&self.db, id).await?.or_not_found()?;
        let answer =
            client.get(&source.url).max_bytes(MOST_BYTES).send().await.map_err(|error| error.in_field("url"))?;
        let content = answer.require_success()?.bytes().await?;
        let header = Header::of(&content).filter(|header| header.dimensions.pixels() <= MOST_PIXELS);
        let header = header.ok_or_else(|| Error::unprocessable("url", "media_type", "must lead to a picture"))?;
        picture::Entity::delete_many().filter(picture::Column::ProductId.eq(id)).exec(&tx).await?;
        let picture =
            picture::ActiveModel { product_id: Set(id), content: Set(content.to_vec()), ..Default::default() };
        Picture::create(&tx, picture).await.map_err(crate::models::or_gone)?;
        Ok(Json(Fetched { content_type: header.content_type, bytes: content.len() }))
    }
}
