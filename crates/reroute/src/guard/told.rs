//! What the log is told of a request that was refused.

use crate::{
    error::Failure,
    log::{self, Event, security_log},
    route::Context,
};
use axum_core::response::Response;
use http::StatusCode;
use serde_json::json;

/// Tells which fields broke which constraints, or that somebody reached for what is not theirs, if that is why the request ends so.
pub(super) fn tell(refused: &Response, cx: &Context) {
    if !log::is_open() {
        return;
    }
    let Some(Failure(error)) = refused.extensions().get::<Failure>() else { return };
    if error.status() == StatusCode::UNPROCESSABLE_ENTITY {
        // Names and codes, no values.
        let fields = error.fields().iter().map(|field| json!({"field": field.field, "code": field.code}));
        let event = security_log().validation_failure(cx.endpoint_name(), fields.collect::<Vec<_>>()).request(cx);
        known(event, cx).emit();
    }
    if let Some(roles) = error.is_not_yours() {
        let event = security_log().authz_failure(cx.told_path()).request(cx).owasp("malicious_direct_reference");
        let event = if roles.is_empty() { event } else { event.with("required_roles", roles) };
        known(event, cx).emit();
    }
}

/// The event, with the caller's name where there is one.
pub(super) fn known(event: Event, cx: &Context) -> Event {
    match cx.caller_if_known() {
        Some(caller) => event.user(caller.name()),
        None => event,
    }
}
