//! All posts.

use crate::models::{
    self,
    post::{self, Post},
};
use reroute::{html::SanitizedHtml, prelude::*, sea_orm::ActiveValue::Set};

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
    content: SanitizedHtml,
}

#[route]
impl Posts {
    /// List the posts.
    #[public]
    async fn get(&self, page: Page, order: OrderBy<Post>) -> Result<Json<Listing<post::Public>>> {
        Ok(Json(Post::list(&self.db, page, order).await?.map(Into::into)))
    }

    /// Write a post. Of its HTML only `p`, `br`, `strong`, `em` and `a` are kept.
    #[requires]
    async fn post(&self, me: Principal, Json(new): Json<NewPost>) -> Result<Created<post::Public>> {
        let post = post::ActiveModel {
            author_id: Set(me.id()?),
            title: Set(new.title),
            content: Set(new.content.into_string()),
            ..Default::default()
        };
        let post = Post::create(&self.db, post).await.map_err(models::or_gone)?;
        Ok(Created::at(format!("/posts/{}", post.id), post.into()))
    }
}
