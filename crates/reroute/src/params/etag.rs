use crate::{
    error::{Error, Result},
    route::{Context, Describe, Description, Reads},
};
use axum_core::{
    body::Body,
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
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
        let tag = etag_of(&body);
        let is_known = self.knows(&tag);
        parts.headers.insert(header::ETAG, tag);
        parts.headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
        let response = Response::from_parts(parts, Body::new(Full::new(body)));
        Ok(if is_known { not_modified(response) } else { response })
    }

    /// What these headers say that the caller has.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self(headers.get_all(header::IF_NONE_MATCH).iter().cloned().collect())
    }

    /// Weak comparison: `W/` says nothing here.
    pub(crate) fn knows(&self, tag: &HeaderValue) -> bool {
        let tag = opaque(tag.as_bytes());
        self.0.iter().any(|line| {
            let line = line.as_bytes().trim_ascii();
            line == b"*" || Tags(line).any(|known| opaque(known) == tag)
        })
    }
}

/// Whether `line`, the value of `If-Match` or `If-Range`, names this very representation: strong comparison, in which a weak tag is like no other.
#[cfg(feature = "files")]
pub(crate) fn names_exactly(line: &HeaderValue, tag: &HeaderValue) -> bool {
    Tags(line.as_bytes().trim_ascii()).any(|known| known == tag.as_bytes() && !known.starts_with(b"W/"))
}

/// The entity tag of a body: 128 bits of its digest, so that two answers of one resource never share one by chance.
pub(crate) fn etag_of(body: &[u8]) -> HeaderValue {
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&Sha256::digest(body)[..16]));
    // Letters and digits between quotes.
    HeaderValue::try_from(tag).unwrap_or(HeaderValue::from_static("\"\""))
}

/// The content type of what a 304 is about.
#[cfg(feature = "compression")]
#[derive(Clone)]
pub(crate) struct Described(pub(crate) HeaderValue);

/// 304 in place of the answer, without what describes its body.
pub(crate) fn not_modified(response: Response) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.status = StatusCode::NOT_MODIFIED;
    #[cfg(feature = "compression")]
    if let Some(kind) = parts.headers.get(header::CONTENT_TYPE) {
        parts.extensions.insert(Described(kind.clone()));
    }
    for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::CONTENT_LANGUAGE] {
        parts.headers.remove(name);
    }
    Response::from_parts(parts, Body::empty())
}

/// The tags of a list, quotes included, each with what makes it weak. A tag may hold commas; what is no tag ends the list.
struct Tags<'a>(&'a [u8]);

impl<'a> Iterator for Tags<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let start = self.0.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b','))?;
        let list = &self.0[start..];
        let text = opaque(list);
        let length = text.strip_prefix(b"\"")?.iter().position(|byte| *byte == b'"')? + 2;
        let (tag, rest) = list.split_at(list.len() - text.len() + length);
        self.0 = rest.trim_ascii_start();
        // `"a"x` is no tag, though it begins like one.
        matches!(self.0, [] | [b',', ..]).then_some(tag)
    }
}

fn opaque(tag: &[u8]) -> &[u8] {
    tag.strip_prefix(b"W/").unwrap_or(tag)
}

impl FromRequestParts<Context> for IfNoneMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &Context) -> Result<Self> {
        Ok(Self::of(&parts.headers))
    }
}

impl Describe for IfNoneMatch {
    const READS: Reads = Reads::Head;

    fn describe(description: &mut Description) {
        description.reads_header("if-none-match");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_weakly_and_as_a_whole() {
        let knows = |line: &'static str, tag: &'static str| {
            let headers = HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(line))]);
            IfNoneMatch::of(&headers).knows(&HeaderValue::from_static(tag))
        };
        for line in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", " , W/\"b,\",\"a\"", "*", " * "] {
            assert!(knows(line, "\"a\"") && knows(line, "W/\"a\""), "{line}");
        }
        for line in [
            "a",
            "\"b\"",
            "\"b,\"a\"\"",
            "\"a",
            "\"*\"",
            "\"b\" x \"a\"",
            "\"a\"x",
            "\"a\" x",
            "\"b\"\"a\"",
            "w/\"a\"",
            "",
            "\"A\"",
        ] {
            assert!(!knows(line, "\"a\""), "{line}");
        }
        assert!(knows("\"x,y\"", "\"x,y\""));
    }

    #[cfg(feature = "files")]
    #[test]
    fn a_weak_tag_names_nothing_exactly() {
        let names = |line: &'static str, tag: &'static str| {
            names_exactly(&HeaderValue::from_static(line), &HeaderValue::from_static(tag))
        };
        assert!(names("\"b\", \"a\"", "\"a\"") && names(" \"a\"", "\"a\""));
        for line in ["W/\"a\"", "*", "\"b\"", "Wed, 21 Oct 2015 07:28:00 GMT", ""] {
            assert!(!names(line, "\"a\""), "{line}");
        }
        assert!(!names("W/\"a\"", "W/\"a\""));
    }
}
