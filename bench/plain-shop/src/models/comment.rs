//! What somebody says to a post.

use super::{post, user};
use crate::list::Sortable;
use sea_orm::entity::prelude::*;
use serde::Serialize;
use time::OffsetDateTime;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "comments")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    #[sea_orm(indexed)]
    pub(crate) post_id: i64,
    #[sea_orm(indexed)]
    pub(crate) author_id: i64,
    /// Text, escaped for HTML.
    pub(crate) comment: String,
    pub(crate) created_at: TimeDateTimeWithTimeZone,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {
    #[sea_orm(belongs_to = "post::Entity", from = "Column::PostId", to = "post::Column::Id", on_delete = "Cascade")]
    Post,
    #[sea_orm(belongs_to = "user::Entity", from = "Column::AuthorId", to = "user::Column::Id", on_delete = "Cascade")]
    Author,
}

impl ActiveModelBehavior for ActiveModel {}

impl Sortable for Entity {
    const COLUMNS: &'static [&'static str] = &["id", "post_id", "author_id", "comment", "created_at"];
}

/// A comment as everybody sees it, escaped: it may be shown as it is.
#[derive(Debug, Serialize)]
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
