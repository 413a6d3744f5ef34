use super::{Error, FieldError};
use axum_core::body::Body;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::{Map, Value};
use std::sync::Arc;

/// Rides on the response of an [`Error`] until the edge renders it.
#[derive(Clone)]
pub(crate) struct Failure(pub(crate) Arc<Error>);

impl Failure {
    pub(crate) fn into_error(self) -> Error {
        let status = self.0.status();
        Arc::try_unwrap(self.0).unwrap_or_else(|_| Error::new(status))
    }
}

/// The members that RFC 9457 and we define; extensions cannot take their names.
const RESERVED: [&str; 6] = ["type", "title", "status", "detail", "request_id", "errors"];

#[derive(Serialize)]
struct Problem<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(flatten)]
    members: Map<String, Value>,
}

/// Writes `error` into `response` as `application/problem+json`.
pub(crate) fn render(error: &Error, request_id: &str, debug: bool, response: &mut http::Response<Body>) {
    let inner = &error.0;
    let is_silent = inner.status == StatusCode::INTERNAL_SERVER_ERROR;
    let cause =
        (debug && inner.status.is_server_error()).then(|| ("debug".to_owned(), Value::String(error.to_string())));
    let members = inner.members.iter().filter(|(name, _)| !RESERVED.contains(&name.as_str()));
    let problem = Problem {
        kind: &inner.kind,
        title: inner.title.as_deref().or(inner.status.canonical_reason()).unwrap_or("Error"),
        status: inner.status.as_u16(),
        detail: inner.detail.as_deref().filter(|_| !is_silent).unwrap_or(default_detail(inner.status)),
        request_id,
        errors: &inner.fields,
        members: members.map(|(name, value)| (name.clone(), value.clone())).chain(cause).collect(),
    };
    // Strings, numbers and JSON values under string keys: serialization has nothing to fail on.
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(body);
}

/// What is said where the error says nothing itself.
fn default_detail(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "Nobody is known to call",
        StatusCode::FORBIDDEN => "You may not do this",
        StatusCode::NOT_FOUND => "There is nothing here",
        StatusCode::METHOD_NOT_ALLOWED => "This method is not answered here; `Allow` lists those that are",
        StatusCode::CONFLICT => "It contradicts what is there",
        StatusCode::SERVICE_UNAVAILABLE => "Something that is needed cannot be asked just now; try again",
        status if status.is_server_error() => "The request failed; its id finds the reason in the log",
        _ => "The request cannot be answered as it is",
    }
}
