//! Whether requests can be answered.

use crate::{AppState, error::Error};
use axum::{Json, extract::State};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Status {
    status: &'static str,
}

/// Says that the database answers.
pub(super) async fn get(State(state): State<AppState>) -> Result<Json<Status>, Error> {
    state.db.ping().await.map_err(Error::unavailable)?;
    Ok(Json(Status { status: "ready" }))
}
