//! What somebody says to a post.

use reroute::{
    prelude::*,
    time::{self, OffsetDateTime},
};

#[model("comments", timestamps = "created")]
pub(crate) struct Comment {
    #[sea_orm(indexed)]
    pub(crate) post_id: i64,
    #[sea_orm(indexed)]
    pub(crate) author_id: i64,
    /// Text, escaped for HTML.
    pub(crate) comment: String,
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub(crate) post: BelongsTo<super::post::Entity>,
    #[sea_orm(belongs_to, from = "author_id", to = "id", on_delete = "Cascade")]
    pub(crate) author: BelongsTo<super::user::Entity>,
}

/// A comment as everybody sees it, escaped: it may be shown as it is.
#[output]
pub(crate) struct Public {
    id: i64,
    post_id: i64,
    author_id: i64,
    comment: String,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
}

impl From<Model> for Public {
    fn from(comment: Model) -> Self {
        let Model { id, post_id, author_id, comment, created_at } = comment;
        Self { id, post_id, author_id, comment, created_at }
    }
}
