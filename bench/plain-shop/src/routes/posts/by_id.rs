//! One post.

use crate::{AppState, error::Error, models::post};
use axum::{
    Json,
    extract::{Path, State},
};
use sea_orm::EntityTrait;

/// Read a post.
pub(crate) async fn read(State(state): State<AppState>, Path(id): Path<i64>) -> Result<Json<post::Public>, Error> {
    let post = post::Entity::find_by_id(id).one(&state.db).await?.ok_or_else(Error::not_found)?;
    Ok(Json(post.into()))
}
