use super::There;
use crate::{guard::Shared, params::Described, route::Context};
use axum_core::{body::Body, response::Response};
use http::{Extensions, HeaderMap, HeaderValue, Request, StatusCode, Version, header};
use http_body::Body as _;
use reroute_core::{
    coding::{Coding, preferred},
    media::is_compressible,
};
use smallvec::SmallVec;
use tower_http::compression::Compression;
use tower_service::Service;

/// Shorter ones fit into a packet or two as they are.
const SHORTEST: u64 = 1 << 10;

/// Longer ones are better compressed once, beforehand, than for each caller.
const LONGEST: u64 = 1 << 20;

/// What answers go out in, the one that costs least for what it saves first.
const OFFERED: [Coding; 3] = [Coding::Zstd, Coding::Brotli, Coding::Gzip];

/// Marks an answer that may be compressed by its author's word.
#[derive(Clone)]
struct Marked;

/// What a caller takes, and whether it holds something compressed that it asks about.
pub(crate) struct Accepted {
    /// The request's `Accept-Encoding`.
    lines: SmallVec<[HeaderValue; 1]>,
    /// Whether its `If-None-Match` names a weak tag, as what was compressed has one.
    holds_weak: bool,
}

impl Accepted {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let is_weak = |line: &HeaderValue| line.as_bytes().windows(3).any(|tag| tag == b"W/\"");
        Self {
            lines: headers.get_all(header::ACCEPT_ENCODING).into_iter().cloned().collect(),
            holds_weak: headers.get_all(header::IF_NONE_MATCH).into_iter().any(is_weak),
        }
    }

    fn coding(&self) -> Option<Coding> {
        let lines: SmallVec<[&[u8]; 1]> = self.lines.iter().map(HeaderValue::as_bytes).collect();
        if lines.is_empty() { None } else { preferred(&lines, &OFFERED) }
    }
}

/// Lets an answer be compressed.
pub(crate) fn mark(response: &mut Response) {
    response.extensions_mut().insert(Marked);
}

/// Whether its author, or what made it, lets it be compressed.
pub(crate) fn is_marked(response: &Response) -> bool {
    response.extensions().get::<Marked>().is_some()
}

/// Whether an answer of this endpoint may be compressed, as far as was declared.
pub(crate) fn is_meant(response: &Response, cx: &Context) -> bool {
    // What is shared for a reason may be a secret of all who get in.
    is_marked(response) || cx.policy().cache.as_ref().is_some_and(|cache| cache.shared == Some(Shared::Public))
}

/// An answer that [may be](is_meant) compressed, compressed if its caller takes that and it is worth it.
pub(crate) async fn compress(mut response: Response, accepted: &Accepted) -> Response {
    if !is_free(&response) {
        return response;
    }
    if response.status() == StatusCode::NOT_MODIFIED {
        // It says of what the caller holds what was said when that was given.
        if response.extensions().get().is_some_and(|Described(kind)| is_of_type(Some(kind))) {
            vary(response.headers_mut());
            if accepted.holds_weak && accepted.coding().is_some() {
                weaken(response.headers_mut());
            }
        }
        return response;
    }
    if response.status() != StatusCode::OK || !is_of_type(response.headers().get(header::CONTENT_TYPE)) {
        return response;
    }
    vary(response.headers_mut());
    let is_worth_it = response.body().size_hint().exact().is_none_or(|length| (SHORTEST..=LONGEST).contains(&length));
    match accepted.coding().filter(|_| is_worth_it) {
        Some(coding) => {
            weaken(response.headers_mut());
            encode(response, coding).await
        }
        None => response,
    }
}

/// Whether nothing in the answer itself speaks against it.
fn is_free(response: &Response) -> bool {
    let headers = response.headers();
    let says = |word: &str| {
        let mut lines = headers.get_all(header::CACHE_CONTROL).into_iter();
        lines.any(|line| {
            let mut words = line.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
            words.any(|own| own.get(..word.len()).is_some_and(|own| own.eq_ignore_ascii_case(word.as_bytes())))
        })
    };
    !headers.contains_key(header::CONTENT_ENCODING)
        && !headers.contains_key(header::CONTENT_RANGE)
        && !headers.contains_key(header::SET_COOKIE)
        && !says("no-transform")
        && (is_marked(response) || (!says("private") && !says("no-store")))
}

fn is_of_type(kind: Option<&HeaderValue>) -> bool {
    kind.and_then(|kind| kind.to_str().ok()).is_some_and(is_compressible)
}

fn vary(headers: &mut HeaderMap) {
    let says_so = |line: &HeaderValue| {
        let mut names = line.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        names.any(|name| name == b"*" || name.eq_ignore_ascii_case(b"accept-encoding"))
    };
    if !headers.get_all(header::VARY).into_iter().any(says_so) {
        headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
}

/// Says that the entity tag is of what means the same, and not of these very bytes.
fn weaken(headers: &mut HeaderMap) {
    let Some(tag) = headers.get(header::ETAG).filter(|tag| tag.as_bytes().starts_with(b"\"")) else { return };
    if let Ok(weak) = HeaderValue::from_bytes(&[b"W/", tag.as_bytes()].concat()) {
        headers.insert(header::ETAG, weak);
    }
}

async fn encode(response: Response, coding: Coding) -> Response {
    let mut request = Request::new(());
    request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static(coding.name()));
    let always = |_: StatusCode, _: Version, _: &HeaderMap, _: &Extensions| true;
    let mut compression = Compression::new(There(Some(response))).compress_when(always);
    match compression.call(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}
