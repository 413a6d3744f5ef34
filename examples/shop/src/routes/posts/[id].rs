//! One post.

use crate::models::post;
use reroute::{prelude::*, sea_orm::EntityTrait};

#[route]
pub struct Post {
    db: Db,
}

#[route]
impl Post {
    /// Read a post.
    #[public]
    #[cache("60 s", shared, tags("posts"))]
    async fn get(&self, Path(id): Path<i64>) -> Result<Json<post::Public>> {
        let post = post::Entity::find_by_id(id).one(&self.db).await?.or_not_found()?;
        Ok(Json(post.into()))
    }
}
