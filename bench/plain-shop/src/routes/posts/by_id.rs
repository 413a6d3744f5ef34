//! One post.

use crate::{AppState, error::Error, etag, models::post};
use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use sea_orm::EntityTrait;

/// Read a post.
pub(crate) async fn read(
    State(state): State<AppState>,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let find = async {
        let post = post::Entity::find_by_id(id).one(&state.db).await?.ok_or_else(Error::not_found)?;
        Ok(post::Public::from(post))
    };
    Ok(etag::answer(&headers, state.kept.find("posts", &id.to_string(), 60, find).await?))
}
