//! The wares, for programs.

use crate::models::{self, product};
use reroute::{prelude::*, sea_orm::EntityTrait};

#[route]
pub struct Catalog {
    db: Db,
}

#[route]
impl Catalog {
    /// A page of products, for callers who come with an API key, as often as the key may be used.
    #[requires(scheme = "api_key")]
    async fn get(&self, page: Page, order: OrderBy<product::Entity>) -> Result<Json<Listing<product::Public>>> {
        let all = product::Entity::find();
        let page = models::page(&self.db, all, page, order, product::Column::Id).await?;
        Ok(Json(page.map(Into::into)))
    }
}
