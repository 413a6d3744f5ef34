//! Something that somebody has written.

use super::user;
use crate::list::Sortable;
use sea_orm::entity::prelude::*;
use serde::Serialize;
use time::OffsetDateTime;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "posts")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    #[sea_orm(indexed)]
    pub(crate) author_id: i64,
    pub(crate) title: String,
    /// HTML, clean.
    pub(crate) content: String,
    pub(crate) created_at: TimeDateTimeWithTimeZone,
    pub(crate) updated_at: TimeDateTimeWithTimeZone,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {
    #[sea_orm(belongs_to = "user::Entity", from = "Column::AuthorId", to = "user::Column::Id", on_delete = "Cascade")]
    Author,
}

impl ActiveModelBehavior for ActiveModel {}

impl Sortable for Entity {
    const COLUMNS: &'static [&'static str] = &["id", "author_id", "title", "content", "created_at", "updated_at"];
}

/// A post as everybody sees it. The title is text; the content is HTML that may be shown as it is.
#[derive(Debug, Serialize)]
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
