//! The body as one reads it with serde_json and garde, by hand.

use crate::Result;
use garde::Validate;
use serde::Deserialize;

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct Product {
    #[garde(length(chars, min = 1, max = 50))]
    name: String,
    #[garde(length(chars, max = 1000))]
    description: String,
    #[garde(length(chars, max = 200))]
    note: String,
    #[garde(pattern("^[A-Z]{3}-[0-9]{4,8}$"))]
    sku: String,
    #[garde(pattern("^[a-z0-9]+(-[a-z0-9]+)*$"))]
    slug: String,
    #[garde(email)]
    contact: String,
    #[garde(range(min = 13, max = 120))]
    age: u8,
    #[garde(range(min = 1, max = 1000))]
    quantity: u32,
    #[garde(range(min = 0, max = 100_000_000))]
    price_cents: i64,
    #[garde(dive)]
    maker: Maker,
    #[garde(length(min = 1, max = 10), inner(length(chars, min = 1, max = 20)))]
    tags: Vec<String>,
    #[garde(skip)]
    #[expect(dead_code, reason = "it is there to be read into, which costs")]
    kind: Kind,
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct Maker {
    #[garde(length(chars, min = 1, max = 100))]
    street: String,
    #[garde(length(chars, min = 1, max = 60))]
    city: String,
    #[garde(range(min = 1000, max = 99_999))]
    zip: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Furniture,
    Clothing,
    Food,
}

pub(super) fn read(body: &[u8]) -> Result<Product> {
    let product: Product = serde_json::from_slice(body)?;
    product.validate()?;
    Ok(product)
}
