//! Whether the process lives.

use axum::Json;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Status {
    status: &'static str,
}

/// Says that the process lives.
pub(super) async fn get() -> Json<Status> {
    Json(Status { status: "ok" })
}
