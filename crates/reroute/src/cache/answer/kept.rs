use crate::{
    cache::memory::{Entry, Value},
    edge::Loosened,
    params::IfNoneMatch,
};
use axum_core::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use std::io::Write as _;
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
    response.headers_mut().insert(header::AGE, counted("", age));
    let status = if waited {
        HeaderValue::from_static("reroute; fwd=uri-miss; collapsed")
    } else {
        counted("reroute; hit; ttl=", entry.expires_at.saturating_duration_since(now).as_secs())
    };
    response.headers_mut().insert(CACHE_STATUS, status);
    Some(conditional(response, asked))
}

/// Headers with a place for those that each answer has of its own, so that a copy need not grow.
pub(super) fn with_room(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    headers.insert(header::AGE, HeaderValue::from_static("0"));
    headers.insert(CACHE_STATUS, HeaderValue::from_static("reroute; hit"));
    headers
}

/// Words and a number after them, in one allocation of its exact size.
fn counted(words: &'static str, number: u64) -> HeaderValue {
    let mut text = [0; 48];
    let mut left = &mut text[..];
    // The longest number has 20 digits: there is room for it after any words of ours.
    let written = write!(left, "{words}{number}");
    let end = 48 - left.len();
    let text = written.is_ok().then_some(&text[..end]).unwrap_or_default();
    HeaderValue::from_bytes(text).unwrap_or(HeaderValue::from_static(words))
}

/// Says what the cache did with an answer that it did not have.
pub(super) fn mark(headers: &mut HeaderMap, what: &str) {
    let value = HeaderValue::try_from(format!("reroute; fwd=uri-miss; {what}"));
    // Words of ours.
    headers.insert(CACHE_STATUS, value.unwrap_or(HeaderValue::from_static("reroute; fwd=uri-miss")));
}

/// 304 where the caller has the answer already.
pub(super) fn conditional(response: Response, asked: &HeaderMap) -> Response {
    if !asked.contains_key(header::IF_NONE_MATCH) {
        return response;
    }
    let is_known = response.headers().get(header::ETAG).is_some_and(|tag| IfNoneMatch::of(asked).knows(tag));
    if is_known { crate::params::not_modified(response) } else { response }
}
