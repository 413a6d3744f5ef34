//! Signing out.

use crate::{
    AppState,
    auth::{self, Caller},
    error::Error,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};

/// Sign out: the token stops working.
pub(crate) async fn logout(State(state): State<AppState>, _: Caller, headers: HeaderMap) -> Result<StatusCode, Error> {
    auth::close(&state.db, &headers).await?;
    Ok(StatusCode::NO_CONTENT)
}
