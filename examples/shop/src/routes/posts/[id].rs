//! One post.

use crate::models::post;
use reroute::prelude::*;

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
        let post = post::Post::get_by_id(&self.db, id).await?.or_not_found()?;
        Ok(Json(post.into()))
    }
}
