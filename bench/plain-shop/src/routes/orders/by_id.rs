//! One order.

use crate::{
    AppState,
    auth::Caller,
    error::Error,
    models::{order, user::Role},
};
use axum::{
    Json,
    extract::{Path, State},
};
use sea_orm::EntityTrait;

/// Read an order: one's own, or any for an admin. Somebody else's is not found.
pub(crate) async fn read(
    State(state): State<AppState>,
    me: Caller,
    Path(id): Path<i64>,
) -> Result<Json<order::Public>, Error> {
    let order = order::Entity::find_by_id(id).one(&state.db).await?.ok_or_else(Error::not_found)?;
    me.require_owner_or(Role::Admin, order.user_id)?;
    Ok(Json(order.into()))
}
