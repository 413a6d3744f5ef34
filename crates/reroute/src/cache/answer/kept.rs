use crate::{
    cache::memory::{Entry, Value},
    edge::Loosened,
    params::IfNoneMatch,
};
use axum_core::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use tokio::time::Instant;

/// An answer that is kept: all that another process would need to give it.
pub(crate) struct Kept {
    /// With `ETag` and `Cache-Control`.
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// The security headers that its handler visibly weakened.
    pub(super) loosened: Option<Loosened>,
}

const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");

/// The answer that is kept, as it goes out to this request.
pub(super) fn answer(entry: &Entry, asked: &HeaderMap, waited: bool) -> Option<Response> {
    let Value::Answer(kept) = &entry.value else { return None };
    let now = Instant::now();
    let mut response = Response::new(Body::from(kept.body.clone()));
    *response.headers_mut() = kept.headers.clone();
    if let Some(loosened) = &kept.loosened {
        response.extensions_mut().insert(loosened.clone());
    }
    let age = now.saturating_duration_since(entry.kept_at).as_secs();
    response.headers_mut().insert(header::AGE, age.into());
    let status = if waited {
        Ok(HeaderValue::from_static("reroute; fwd=uri-miss; collapsed"))
    } else {
        let left = entry.expires_at.saturating_duration_since(now).as_secs();
        HeaderValue::try_from(format!("reroute; hit; ttl={left}"))
    };
    // Words and digits.
    response.headers_mut().insert(CACHE_STATUS, status.unwrap_or(HeaderValue::from_static("reroute; hit")));
    Some(conditional(response, asked))
}

/// Says what the cache did with an answer that it did not have.
pub(super) fn mark(headers: &mut HeaderMap, what: &str) {
    let value = HeaderValue::try_from(format!("reroute; fwd=uri-miss; {what}"));
    // Words of ours.
    headers.insert(CACHE_STATUS, value.unwrap_or(HeaderValue::from_static("reroute; fwd=uri-miss")));
}

/// 304 where the caller has the answer already.
pub(super) fn conditional(response: Response, asked: &HeaderMap) -> Response {
    let is_known = response.headers().get(header::ETAG).is_some_and(|tag| IfNoneMatch::of(asked).knows(tag));
    if is_known { crate::params::not_modified(response) } else { response }
}
