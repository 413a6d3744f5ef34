//! One product.

use crate::models::product;
use reroute::{prelude::*, sea_orm::EntityTrait};

#[route]
pub struct Product {
    db: Db,
}

#[route]
impl Product {
    /// Read a product.
    #[public]
    async fn get(&self, Path(id): Path<i64>, known: IfNoneMatch) -> Result<Response> {
        let product = product::Entity::find_by_id(id).one(&self.db).await?.or_not_found()?;
        let cache_control = [("cache-control", "public, no-cache")];
        known.answer((cache_control, Json(product::Public::from(product)))).await
    }
}
