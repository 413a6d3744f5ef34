//! The caller.

use crate::auth::Caller;
use axum::Json;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Known {
    id: i64,
    username: String,
    role: String,
    scheme: &'static str,
}

/// Who you are.
pub(super) async fn get(me: Caller) -> Json<Known> {
    let Caller { id, username, role } = me;
    Json(Known { id, username, role, scheme: "session" })
}
