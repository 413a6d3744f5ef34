//! The wares, for programs.

use crate::{
    AppState,
    auth::{Caller, Credential},
    error::Error,
    list::{self, ListQuery, Listing},
    models::product,
};
use axum::{
    Json,
    extract::{Query, State},
};
use sea_orm::EntityTrait;

/// A page of products, for callers who come with an API key, as often as the key may be used.
pub(super) async fn list(
    State(state): State<AppState>,
    me: Caller,
    Query(query): Query<ListQuery>,
) -> Result<Json<Listing<product::Public>>, Error> {
    if !matches!(me.by, Credential::ApiKey) {
        return Err(Error::unauthorized("Come with an API key"));
    }
    Ok(Json(list::list(&state.db, product::Entity::find(), &query, product::Column::Id).await?))
}
