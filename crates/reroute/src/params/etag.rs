use crate::{
    error::{Error, Result},
    route::{Context, Describe},
};
use axum_core::{
    body::Body,
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header, request::Parts};
use http_body_util::{BodyExt, Full};
use sha2::{Digest, Sha256};

/// What the caller has already: the entity tags of `If-None-Match` (RFC 9110, section 13.1.2).
///
/// ```
/// use reroute::prelude::*;
///
/// #[route]
/// pub struct Greeting;
///
/// #[route]
/// impl Greeting {
///     #[public]
///     async fn get(&self, known: IfNoneMatch) -> Result<Response> {
///         known.answer("hello").await
///     }
/// }
/// ```
#[derive(Debug, Clone, Default)]
pub struct IfNoneMatch(Vec<HeaderValue>);

impl IfNoneMatch {
    /// The answer with its entity tag, or 304 when the caller has it already. Errors pass as they are.
    ///
    /// # Errors
    ///
    /// 500 when the body of the answer breaks off.
    pub async fn answer(&self, answer: impl IntoResponse) -> Result<Response> {
        let (mut parts, body) = answer.into_response().into_parts();
        if !parts.status.is_success() {
            return Ok(Response::from_parts(parts, body));
        }
        let body: Bytes = body.collect().await.map_err(Error::internal)?.to_bytes();
        let digest = Sha256::digest(&body);
        // 128 bits of the digest: two answers of one resource never share a tag by chance.
        let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&digest[..16]));
        let is_known = self.knows(&tag);
        parts.headers.insert(header::ETAG, HeaderValue::try_from(tag).map_err(Error::internal)?);
        parts.headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
        if is_known {
            parts.status = StatusCode::NOT_MODIFIED;
            parts.headers.remove(header::CONTENT_TYPE);
            parts.headers.remove(header::CONTENT_LENGTH);
            return Ok(Response::from_parts(parts, Body::empty()));
        }
        Ok(Response::from_parts(parts, Body::new(Full::new(body))))
    }

    /// Weak comparison: `W/` says nothing against a tag here.
    fn knows(&self, tag: &str) -> bool {
        let lines = self.0.iter().filter_map(|line| line.to_str().ok());
        lines
            .flat_map(|line| line.split(','))
            .map(str::trim)
            .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
    }
}

impl FromRequestParts<Context> for IfNoneMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &Context) -> Result<Self> {
        Ok(Self(parts.headers.get_all(header::IF_NONE_MATCH).iter().cloned().collect()))
    }
}

impl Describe for IfNoneMatch {}
