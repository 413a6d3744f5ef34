//! The body as reroute reads it.

use crate::Result;
use reroute::{input, params::from_json};

#[input]
pub(super) struct Product {
    #[field(min_length = 1, max_length = 50)]
    name: String,
    #[field(max_length = 1000)]
    description: String,
    #[field(max_length = 200)]
    note: String,
    #[field(pattern = "^[A-Z]{3}-[0-9]{4,8}$")]
    sku: String,
    #[field(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
    slug: String,
    #[field(email)]
    contact: String,
    #[field(ge = 13, le = 120)]
    age: u8,
    #[field(ge = 1, le = 1000)]
    quantity: u32,
    #[field(ge = 0, le = 100_000_000)]
    price_cents: i64,
    maker: Maker,
    #[field(min_length = 1, max_length = 10, each(min_length = 1, max_length = 20))]
    tags: Vec<String>,
    kind: Kind,
}

#[input]
pub(super) struct Maker {
    #[field(min_length = 1, max_length = 100)]
    street: String,
    #[field(min_length = 1, max_length = 60)]
    city: String,
    #[field(ge = 1000, le = 99_999)]
    zip: u32,
}

#[input]
pub(super) enum Kind {
    Furniture,
    Clothing,
    Food,
}

pub(super) fn read(body: &[u8]) -> Result<Product> {
    from_json(body).map_err(|error| format!("{error:?}").into())
}
