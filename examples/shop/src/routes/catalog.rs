//! The wares, for programs.

use crate::models::product::{self, Product};
use reroute::prelude::*;

#[route]
pub struct Catalog {
    db: Db,
}

#[route]
impl Catalog {
    /// A page of products, for callers who come with an API key, as often as the key may be used.
    #[requires(scheme = "api_key")]
    async fn get(&self, page: Page, order: OrderBy<Product>) -> Result<Json<Listing<product::Public>>> {
        Ok(Json(Product::list(&self.db, page, order).await?.map(Into::into)))
    }
}
