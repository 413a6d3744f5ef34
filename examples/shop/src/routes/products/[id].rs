//! One product.

use crate::models::product;
use reroute::prelude::*;

#[route]
pub struct Product {
    db: Db,
}

#[route]
impl Product {
    /// Read a product.
    #[public]
    #[cache("300 s", shared, tags("products"))]
    async fn get(&self, Path(id): Path<i64>) -> Result<Json<product::Public>> {
        let product = product::Product::get_by_id(&self.db, id).await?.or_not_found()?;
        Ok(Json(product.into()))
    }
}
