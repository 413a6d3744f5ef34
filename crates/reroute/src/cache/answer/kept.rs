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
    /// Whether its handler lets it be compressed.
    #[cfg_attr(
        not(any(feature = "compression", feature = "redis")),
        expect(dead_code, reason = "nothing is compressed, and no other process reads it")
    )]
    pub(super) is_compressible: bool,
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
    #[cfg(feature = "compression")]
    if kept.is_compressible {
        crate::compression::mark(&mut response);
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
    let text = if written.is_ok() { &text[..end] } else { &[] };
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

#[cfg(feature = "redis")]
const COMPRESSIBLE: u16 = 1 << 15;

/// What another process reads: a count of headers (2 bytes, whose highest bit says whether it may be compressed), of each the name and the value, each with its length (4 bytes) before it; then the
/// body. Numbers are big-endian.
#[cfg(feature = "redis")]
impl Kept {
    /// Nothing where the answer is only this process's to give.
    pub(super) fn encode(&self) -> Option<Vec<u8>> {
        if self.loosened.is_some() {
            return None;
        }
        let mut bytes = Vec::with_capacity(1_024 + self.body.len());
        let count = u16::try_from(self.headers.len()).ok().filter(|count| *count < COMPRESSIBLE)?;
        let flag = if self.is_compressible { COMPRESSIBLE } else { 0 };
        bytes.extend((count | flag).to_be_bytes());
        for (name, value) in &self.headers {
            for part in [name.as_str().as_bytes(), value.as_bytes()] {
                bytes.extend(u32::try_from(part.len()).ok()?.to_be_bytes());
                bytes.extend(part);
            }
        }
        bytes.extend(&self.body[..]);
        Some(bytes)
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (count, mut rest) = bytes.split_first_chunk::<2>()?;
        let count = u16::from_be_bytes(*count);
        let mut headers = HeaderMap::new();
        for _ in 0..count % COMPRESSIBLE {
            let (name, after) = part(rest)?;
            let (value, after) = part(after)?;
            headers.append(HeaderName::from_bytes(name).ok()?, HeaderValue::from_bytes(value).ok()?);
            rest = after;
        }
        let is_compressible = count >= COMPRESSIBLE;
        Some(Self { headers, body: Bytes::copy_from_slice(rest), loosened: None, is_compressible })
    }
}

#[cfg(feature = "redis")]
fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_be_bytes(*length) as usize)
}

#[cfg(all(test, feature = "redis"))]
mod tests {
    use super::*;

    #[test]
    fn another_process_reads_what_was_written() {
        for is_compressible in [false, true] {
            let headers = HeaderMap::from_iter([(header::ETAG, HeaderValue::from_static("\"a\""))]);
            let kept = Kept { headers, body: Bytes::from_static(b"body"), loosened: None, is_compressible };
            let read = kept.encode().and_then(|bytes| Kept::decode(&bytes)).expect("it is whole");
            assert_eq!((read.headers, read.body, read.is_compressible), (kept.headers, kept.body, is_compressible));
        }
        assert!(Kept::decode(b"\xff\xff").is_none() && Kept::decode(b"\x80").is_none());
    }
}
