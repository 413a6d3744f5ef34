//! The programs in axum, with its default features.

use super::{OTHERS, User, id, user};
use crate::Result;
use axum::{
    Json, Router,
    extract::{Path, Request},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use std::time::Duration;
use tower::{Service, ServiceBuilder};
use tower_http::{
    ServiceBuilderExt,
    catch_panic::CatchPanicLayer,
    limit::RequestBodyLimitLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    set_header::SetResponseHeaderLayer,
    timeout::TimeoutLayer,
};

/// The layers of `axum-layers` and `axum-layer-calls`, the outermost first.
pub const LAYERS: &str = "SetRequestId (MakeRequestUuid), PropagateRequestId, one SetResponseHeader for each of nine \
    security headers, CatchPanic, RequestBodyLimit (1 MiB), Timeout (30 s)";

const BODY_LIMIT: usize = 1 << 20;
const TIMEOUT: Duration = Duration::from_secs(30);

pub(super) fn bare() -> Router {
    with(get(async |Path(id): Path<i64>| Json(user(id))), ())
}

/// The handler sends the headers itself, from a map that is copied whole: of the ways to do it, the one with the fewest
/// instructions.
pub(super) fn headers(mut headers: HeaderMap) -> Router {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(REQUEST_ID, HeaderValue::from_static("none"));
    // Axum clones a handler for each request: what it refers to is made once, for the life of the process.
    let headers: &'static HeaderMap = Box::leak(Box::new(headers));
    let answer = async |Path(id): Path<i64>| {
        let mut response = Json(user(id)).into_response();
        let all = response.headers_mut();
        headers.clone_into(all);
        all.insert(REQUEST_ID, id::next());
        response
    };
    with(get(answer), ())
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The [`LAYERS`] in one `ServiceBuilder`.
pub(super) fn layers(headers: &HeaderMap) -> Result<Router> {
    let [a, b, c, d, e, f, g, h, i] = set_headers(headers)?;
    let layers = ServiceBuilder::new()
        .set_x_request_id(MakeRequestUuid)
        .propagate_x_request_id()
        .layer(a)
        .layer(b)
        .layer(c)
        .layer(d)
        .layer(e)
        .layer(f)
        .layer(g)
        .layer(h)
        .layer(i)
        .catch_panic()
        .request_body_limit(BODY_LIMIT)
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT));
    Ok(bare().layer(layers).with_state(()))
}

/// The [`LAYERS`] by a call of `Router::layer` for each, which puts a box around each.
pub(super) fn layer_calls(headers: &HeaderMap) -> Result<Router> {
    let router = bare()
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(CatchPanicLayer::new());
    let router = set_headers(headers)?.into_iter().rev().fold(router, Router::layer);
    let router = router.layer(PropagateRequestIdLayer::x_request_id());
    Ok(router.layer(SetRequestIdLayer::x_request_id(MakeRequestUuid)).with_state(()))
}

fn set_headers(headers: &HeaderMap) -> Result<[SetResponseHeaderLayer<HeaderValue>; 9]> {
    let layers = headers.iter().map(|(name, value)| SetResponseHeaderLayer::overriding(name.clone(), value.clone()));
    let layers: Vec<_> = layers.collect();
    let found = layers.len();
    layers.try_into().map_err(|_| format!("reroute sends {found} headers, and nine have a layer").into())
}

pub(super) async fn answer(router: &mut Router, request: Request) -> Response {
    // A router is always ready, and its error is one that cannot be.
    match Service::call(router, request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// The same endpoint at each of these patterns.
pub(super) fn at(patterns: impl Iterator<Item = String>) -> Router {
    let endpoint = get(async |Path(id): Path<i64>| Json(user(id)));
    patterns.fold(Router::new(), |router, pattern| router.route(&pattern, endpoint.clone())).with_state(())
}

/// The route that is asked for, among the others.
pub(super) fn with<S: Clone + Send + Sync + 'static>(asked: MethodRouter<S>, state: S) -> Router {
    let router = OTHERS.iter().fold(Router::new(), |router, pattern| router.route(pattern, get(other)));
    router.route("/users/{id}", asked).with_state(state)
}

async fn other() -> Json<User> {
    Json(user(0))
}
