//! What this process keeps: answers and results together.

use crate::{AppState, auth::Caller, error::Error, kept::Statistics, models::user::Role};
use axum::{Json, extract::State, http::StatusCode};

/// See how much is kept, and what came of it.
pub(crate) async fn see(State(state): State<AppState>, me: Caller) -> Result<Json<Statistics>, Error> {
    me.require_role(&[Role::Admin])?;
    Ok(Json(state.kept.statistics()))
}

/// Forget all of it.
pub(crate) async fn clear(State(state): State<AppState>, me: Caller) -> Result<StatusCode, Error> {
    me.require_role(&[Role::Admin])?;
    state.kept.clear();
    Ok(StatusCode::NO_CONTENT)
}
