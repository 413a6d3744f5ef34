//! Something that somebody has written.

use reroute::{
    prelude::*,
    time::{self, OffsetDateTime},
};

#[model("posts")]
pub(crate) struct Post {
    #[sea_orm(indexed)]
    pub(crate) author_id: i64,
    pub(crate) title: String,
    /// HTML, clean.
    pub(crate) content: String,
    #[sea_orm(belongs_to, from = "author_id", to = "id", on_delete = "Cascade")]
    pub(crate) author: BelongsTo<super::user::Entity>,
}

/// A post as everybody sees it. The title is text; the content is HTML that may be shown as it is.
#[output]
pub(crate) struct Public {
    id: i64,
    author_id: i64,
    title: String,
    content: String,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
}

impl From<Model> for Public {
    fn from(post: Model) -> Self {
        let Model { id, author_id, title, content, created_at, .. } = post;
        Self { id, author_id, title, content, created_at }
    }
}
