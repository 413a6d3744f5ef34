//! An account.

use reroute::{
    prelude::*,
    time::{self, OffsetDateTime},
};

#[model("users", owner = "id")]
pub(crate) struct User {
    #[sea_orm(unique)]
    pub(crate) username: String,
    #[sea_orm(unique)]
    pub(crate) email: String,
    pub(crate) age: i32,
    /// The name of a [`Role`].
    pub(crate) role: String,
    #[column(private)]
    pub(crate) password_hash: String,
    #[column(private)]
    pub(crate) banned: bool,
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
