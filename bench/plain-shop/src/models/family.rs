//! A sign-in: the access and refresh tokens that came of it.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "auth_families")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: String,
    pub(crate) user_id: i64,
    /// The account's at the time of the sign-in.
    pub(crate) epoch: i64,
    /// Of the refresh token that is good now.
    pub(crate) generation: i64,
    #[sea_orm(indexed)]
    pub(crate) expires_at: TimeDateTimeWithTimeZone,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
