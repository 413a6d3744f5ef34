//! Something to buy.

use crate::list::Sortable;
use sea_orm::entity::prelude::*;
use serde::Serialize;
use time::OffsetDateTime;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "products")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) price_cents: i64,
    pub(crate) stock: i64,
    pub(crate) created_at: TimeDateTimeWithTimeZone,
    pub(crate) updated_at: TimeDateTimeWithTimeZone,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Sortable for Entity {
    const COLUMNS: &'static [&'static str] =
        &["id", "name", "description", "price_cents", "stock", "created_at", "updated_at"];
}

/// A product as everybody sees it.
#[derive(Debug, Serialize)]
pub(crate) struct Public {
    id: i64,
    name: String,
    description: String,
    price_cents: i64,
    stock: i64,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
}

impl From<Model> for Public {
    fn from(product: Model) -> Self {
        let Model { id, name, description, price_cents, stock, created_at, .. } = product;
        Self { id, name, description, price_cents, stock, created_at }
    }
}
