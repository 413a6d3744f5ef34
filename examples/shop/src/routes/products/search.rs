//! Looking for products.

use crate::models::product;
use reroute::{
    prelude::*,
    sea_orm::{ConnectionTrait, EntityTrait, Statement},
};

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
        let (pattern, limit, offset) = (containing(&query), page.limit(), page.offset());
        let backend = self.db.get_database_backend();
        let found = Statement::from_sql_and_values(
            backend,
            r"SELECT * FROM products WHERE lower(name) LIKE lower($1) ESCAPE '\' OR lower(description) LIKE lower($1) ESCAPE '\' ORDER BY id LIMIT $2 OFFSET $3",
            [pattern.clone().into(), (limit as i64).into(), (offset as i64).into()],
        );
        let count = Statement::from_sql_and_values(
            backend,
            r"SELECT count(*) AS total FROM products WHERE lower(name) LIKE lower($1) ESCAPE '\' OR lower(description) LIKE lower($1) ESCAPE '\'",
            [pattern.into()],
        );
        let products = product::Entity::find().from_raw_sql(found).all(&self.db).await?;
        let total: i64 = match self.db.query_one_raw(count).await? {
            Some(row) => row.try_get("", "total")?,
            None => 0,
        };
        Ok(Json(page.of(products.into_iter().map(Into::into).collect(), total.try_into()?)))
    }
}

/// The pattern of LIKE for texts that contain `text`: `%` and `_` match themselves.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
