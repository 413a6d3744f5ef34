//! One product.

use crate::{AppState, error::Error, etag, models::product};
use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use sea_orm::EntityTrait;

/// Read a product.
pub(crate) async fn read(
    State(state): State<AppState>,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let find = async {
        let product = product::Entity::find_by_id(id).one(&state.db).await?.ok_or_else(Error::not_found)?;
        Ok(product::Public::from(product))
    };
    Ok(etag::answer(&headers, state.kept.find("products", &id.to_string(), 300, find).await?))
}
