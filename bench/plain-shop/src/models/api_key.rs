//! A key that an account hands to programs. Of its text only the digest is kept.

use sea_orm::entity::prelude::*;
use serde::Serialize;
use time::OffsetDateTime;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    #[sea_orm(indexed)]
    pub(crate) user_id: i64,
    pub(crate) name: String,
    /// The first characters of its text.
    pub(crate) prefix: String,
    #[sea_orm(unique)]
    pub(crate) digest: String,
    pub(crate) rate: String,
    pub(crate) created_at: TimeDateTimeWithTimeZone,
    pub(crate) last_used_at: Option<TimeDateTimeWithTimeZone>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A key as its owner sees it.
#[derive(Debug, Serialize)]
pub(crate) struct Public {
    id: i64,
    name: String,
    prefix: String,
    rate_limit: String,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    last_used_at: Option<OffsetDateTime>,
}

impl From<Model> for Public {
    fn from(key: Model) -> Self {
        let Model { id, name, prefix, rate, created_at, last_used_at, .. } = key;
        Self { id, name, prefix, rate_limit: rate, created_at, last_used_at }
    }
}
