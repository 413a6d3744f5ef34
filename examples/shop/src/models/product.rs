//! Something to buy.

use reroute::{
    prelude::*,
    time::{self, OffsetDateTime},
};

#[model("products")]
pub(crate) struct Product {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) price_cents: i64,
    pub(crate) stock: i64,
}

/// A product as everybody sees it.
#[output]
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
