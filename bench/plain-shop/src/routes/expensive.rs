//! What takes long, and is computed once for everybody.

use crate::{
    AppState,
    auth::{self, Caller},
    error::Error,
};
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::header,
    response::IntoResponse,
};
use serde::Serialize;
use time::OffsetDateTime;

/// How often the digest is taken.
const ROUNDS: usize = 1_000;

#[derive(Serialize)]
struct Report<'a> {
    key: &'a str,
    value: String,
    /// Of the computation, not of the request.
    #[serde(with = "time::serde::rfc3339")]
    computed_at: OffsetDateTime,
}

/// Compute something for a key of at most 100 characters, or see what was computed for it in the last five minutes.
pub(super) async fn by_key(
    State(state): State<AppState>,
    me: Caller,
    Path(key): Path<String>,
) -> Result<impl IntoResponse, Error> {
    state.callers.admit(me.id)?;
    if key.chars().count() > 100 {
        return Err(Error::not_found());
    }
    let found = state.kept.find("expensive", &key, 300, expensive_operation(&key)).await?;
    let body: Bytes = found.body;
    Ok(([(header::CONTENT_TYPE, "application/json")], body))
}

async fn expensive_operation(key: &str) -> Result<Report<'_>, Error> {
    let value = (0..ROUNDS).fold(auth::digest(key), |digest, _| auth::digest(&digest));
    Ok(Report { key, value, computed_at: OffsetDateTime::now_utc() })
}
