//! Looking for products.

use crate::models::product;
use reroute::{db::like, prelude::*};

#[route]
pub struct Search {
    db: Db,
}

#[route]
impl Search {
    /// Find products by a part of their name or description, whatever its case.
    #[public]
    #[rate_limit("100/hour")]
    async fn get(
        &self,
        #[query(min_length = 1, max_length = 100)] query: String,
        page: Page,
    ) -> Result<Json<Listing<product::Public>>> {
        let (limit, offset, query) = (page.limit() as i64, page.offset() as i64, like::contains(&query));
        let found = sql!(
            "SELECT * FROM products
             WHERE lower(name) LIKE lower(:query) OR lower(description) LIKE lower(:query)
             ORDER BY id LIMIT :limit OFFSET :offset",
            query = &query,
            limit,
            offset,
        );
        let count = sql!(
            "SELECT count(*) FROM products WHERE lower(name) LIKE lower(:query) OR lower(description) LIKE lower(:query)",
            query,
        );
        let products: Vec<product::Model> = self.db.all(found).await?;
        let total: i64 = self.db.value(count).await?.unwrap_or(0);
        Ok(Json(page.of(products.into_iter().map(Into::into).collect(), total.try_into()?)))
    }
}
