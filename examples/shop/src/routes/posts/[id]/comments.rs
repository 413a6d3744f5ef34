//! What is said to a post.

use crate::models::{
    self,
    comment::{self, Comment},
    post::Post,
};
use reroute::{
    html,
    prelude::*,
    sea_orm::{ActiveValue::Set, ColumnTrait},
};

#[route]
pub struct Comments {
    db: Db,
}

/// A comment to be. Its length is that of what is written, not of what is made of it.
#[input]
pub struct NewComment {
    #[field(min_length = 1, max_length = 2000)]
    comment: String,
}

#[route]
impl Comments {
    /// List the comments of a post.
    #[public]
    async fn get(
        &self,
        Path(id): Path<i64>,
        page: Page,
        order: OrderBy<Comment>,
    ) -> Result<Json<Listing<comment::Public>>> {
        self.find(id).await?;
        let of_post = Rows::new().filter(comment::Column::PostId.eq(id)).with(order);
        Ok(Json(Comment::list(&self.db, page, of_post).await?.map(Into::into)))
    }

    /// Say something. It is kept and shown as text, escaped for HTML.
    #[requires]
    async fn post(
        &self,
        me: Principal,
        Path(id): Path<i64>,
        Json(new): Json<NewComment>,
    ) -> Result<(StatusCode, Json<comment::Public>)> {
        self.find(id).await?;
        let comment = comment::ActiveModel {
            post_id: Set(id),
            author_id: Set(me.id()?),
            comment: Set(html::escape_html(&new.comment)),
            ..Default::default()
        };
        let comment = Comment::create(&self.db, comment).await.map_err(models::or_gone)?;
        Ok((StatusCode::CREATED, Json(comment.into())))
    }

    async fn find(&self, id: i64) -> Result<Post> {
        Post::get_by_id(&self.db, id).await?.or_not_found()
    }
}
