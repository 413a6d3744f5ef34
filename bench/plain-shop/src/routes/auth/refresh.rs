//! Staying signed in.

use crate::{
    AppState,
    auth::tokens::{self, Pair},
    error::Error,
    validate::{Check, Valid, Validate},
};
use axum::{Json, extract::State};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refreshed {
    refresh_token: String,
}

impl Validate for Refreshed {
    fn validate(&self, check: &mut Check) {
        check.length("refresh_token", &self.refresh_token, 0, 128);
    }
}

/// A new pair for a refresh token, which is good once. Whoever brings one a second time ends the sign-in.
pub(crate) async fn refresh(
    State(state): State<AppState>,
    Valid(refreshed): Valid<Refreshed>,
) -> Result<Json<Pair>, Error> {
    Ok(Json(tokens::refresh(&state, &refreshed.refresh_token).await?))
}
