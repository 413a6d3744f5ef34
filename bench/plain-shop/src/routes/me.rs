//! The caller.

use crate::{
    auth::{Caller, Credential},
    models::user::Role,
};
use axum::Json;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Known {
    id: i64,
    username: String,
    role: Role,
    scheme: &'static str,
}

/// Who you are.
pub(super) async fn get(me: Caller) -> Json<Known> {
    let Caller { id, username, role, by } = me;
    let scheme = match by {
        Credential::Token(_) => "jwt",
        Credential::ApiKey => "api_key",
    };
    Json(Known { id, username, role, scheme })
}
