//! An account.

use crate::list::Sortable;
use sea_orm::entity::prelude::*;
use serde::Serialize;
use time::OffsetDateTime;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    #[sea_orm(unique)]
    pub(crate) username: String,
    #[sea_orm(unique)]
    pub(crate) email: String,
    pub(crate) age: i32,
    pub(crate) role: Role,
    pub(crate) password_hash: String,
    pub(crate) banned: bool,
    pub(crate) created_at: TimeDateTimeWithTimeZone,
    pub(crate) updated_at: TimeDateTimeWithTimeZone,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Sortable for Entity {
    const COLUMNS: &'static [&'static str] = &["id", "username", "email", "age", "role", "created_at", "updated_at"];
}

/// What others may see of an account.
#[derive(Debug, Serialize)]
pub(crate) struct Public {
    id: i64,
    username: String,
    email: String,
    age: i32,
    role: Role,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
}

impl From<Model> for Public {
    fn from(user: Model) -> Self {
        let Model { id, username, email, age, role, created_at, .. } = user;
        Self { id, username, email, age, role, created_at }
    }
}

/// What an account can be.
#[derive(Copy, Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::None)", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    Customer,
    Moderator,
    Admin,
}

impl Role {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Moderator => "moderator",
            Self::Admin => "admin",
        }
    }
}
