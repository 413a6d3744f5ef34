//! Signing out.

use crate::{
    AppState,
    auth::{Caller, Credential, tokens},
    error::Error,
};
use axum::{extract::State, http::StatusCode};

/// Sign out: the token stops working, and so does its refresh token.
pub(crate) async fn logout(State(state): State<AppState>, me: Caller) -> Result<StatusCode, Error> {
    let Credential::Token(family) = me.by else {
        return Err(Error::forbidden("Only a token can be signed out here"));
    };
    tokens::end(&state.db, &family).await?;
    Ok(StatusCode::NO_CONTENT)
}
