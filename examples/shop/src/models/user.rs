//! An account.

use reroute::{
    Owned, Sortable, output, roles,
    sea_orm::{self, entity::prelude::*},
    time,
};
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
    /// The name of a [`Role`].
    pub(crate) role: String,
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

impl Owned for Model {
    fn owner(&self) -> impl ToString {
        self.id
    }
}

/// What others may see of an account.
#[output]
pub(crate) struct Public {
    id: i64,
    username: String,
    email: String,
    age: i32,
    role: String,
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
#[roles]
pub(crate) enum Role {
    Customer,
    Moderator,
    Admin,
}
