//! Looking for products.
#![expect(clippy::disallowed_methods, reason = "it is what a shop without reroute writes")]

use crate::{
    AppState,
    error::Error,
    list::{self, Listing},
    models::product,
    validate::Check,
};
use axum::{
    Json,
    extract::{Query, State},
};
use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Search {
    query: String,
    #[serde(default = "list::first")]
    page: u64,
    #[serde(default = "list::some")]
    per_page: u64,
}

/// Find products by a part of their name or description, whatever its case.
pub(crate) async fn find(
    State(state): State<AppState>,
    Query(Search { query, page, per_page }): Query<Search>,
) -> Result<Json<Listing<product::Public>>, Error> {
    let mut check = Check::default();
    check.length("query", &query, 1, 100);
    check.no_nul("query", &query);
    check.that((1..=1_000_000_000).contains(&page), "page", "must be from 1 to 1000000000");
    check.that((1..=100).contains(&per_page), "per_page", "must be from 1 to 100");
    check.finish()?;

    let (pattern, limit, offset) = (containing(&query), per_page, (page - 1) * per_page);
    let backend = state.db.get_database_backend();
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
    let products = product::Entity::find().from_raw_sql(found).all(&state.db).await?;
    let total: i64 = match state.db.query_one_raw(count).await? {
        Some(row) => row.try_get("", "total")?,
        None => 0,
    };
    let total = total.try_into().map_err(Error::internal)?;
    Ok(Json(Listing { items: products.into_iter().map(Into::into).collect(), page, per_page, total }))
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
