//! All posts.

use crate::models::{self, post};
use reroute::{
    html::Clean,
    prelude::*,
    sea_orm::{
        ActiveModelTrait,
        ActiveValue::{NotSet, Set},
        EntityTrait,
    },
    time::OffsetDateTime,
};

/// What the HTML of a post may hold.
static CONTENT: Clean = Clean::new(&[("p", &[]), ("br", &[]), ("strong", &[]), ("em", &[]), ("a", &["href", "title"])]);

#[route]
pub struct Posts {
    db: Db,
}

/// A post to be.
#[input]
pub struct NewPost {
    #[field(min_length = 1, max_length = 200, check = models::is_one_line)]
    title: String,
    #[field(min_length = 1, max_length = 20_000)]
    content: String,
}

#[route]
impl Posts {
    /// List the posts.
    #[public]
    async fn get(&self, page: Page, order: OrderBy<post::Entity>) -> Result<Json<Listing<post::Public>>> {
        let posts = models::page(&self.db, post::Entity::find(), page, order, post::Column::Id).await?;
        Ok(Json(posts.map(Into::into)))
    }

    /// Write a post. Of its HTML only `p`, `br`, `strong`, `em` and `a` are kept.
    #[requires]
    async fn post(&self, me: Principal, Json(new): Json<NewPost>) -> Result<Created<post::Public>> {
        let now = OffsetDateTime::now_utc();
        let post = post::ActiveModel {
            id: NotSet,
            author_id: Set(me.id()?),
            title: Set(new.title),
            content: Set(CONTENT.clean(&new.content)),
            created_at: Set(now),
            updated_at: Set(now),
        };
        let post = post.insert(&self.db).await.map_err(models::or_gone)?;
        Ok(Created::at(format!("/posts/{}", post.id), post.into()))
    }
}
