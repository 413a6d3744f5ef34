//! What is said to a post.

use crate::models::{self, comment, post};
use reroute::{
    html,
    prelude::*,
    sea_orm::{
        ActiveModelTrait,
        ActiveValue::{NotSet, Set},
        ColumnTrait, EntityTrait, QueryFilter,
    },
    time::OffsetDateTime,
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
        order: OrderBy<comment::Entity>,
    ) -> Result<Json<Listing<comment::Public>>> {
        self.find(id).await?;
        let of_post = comment::Entity::find().filter(comment::Column::PostId.eq(id));
        let comments = models::page(&self.db, of_post, page, order, comment::Column::Id).await?;
        Ok(Json(comments.map(Into::into)))
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
            id: NotSet,
            post_id: Set(id),
            author_id: Set(me.id()?),
            comment: Set(html::escape(&new.comment)),
            created_at: Set(OffsetDateTime::now_utc()),
        };
        let comment = comment.insert(&self.db).await.map_err(models::or_gone)?;
        Ok((StatusCode::CREATED, Json(comment.into())))
    }

    async fn find(&self, id: i64) -> Result<post::Model> {
        post::Entity::find_by_id(id).one(&self.db).await?.or_not_found()
    }
}
