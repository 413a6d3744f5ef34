use super::There;
use crate::{error::Error, params::TooDense, route::Context};
use axum_core::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, StatusCode, header, request::Parts};
use http_body::{Body as _, Frame};
use http_body_util::Limited;
use reroute_core::coding::Coding;
use std::{
    pin::Pin,
    task::{self, Poll},
};
use tower_http::decompression::{Decompression, DecompressionBody};
use tower_service::Service;

/// How many bytes may come out before it is asked how few went in: the beginning of an honest body may be all alike.
const FREE: u64 = 64 << 10;

/// How many bytes may come out for each that went in.
const DENSEST: u64 = 100;

/// Whether the body says that it is compressed.
pub(crate) fn is_coded(headers: &HeaderMap) -> bool {
    headers.contains_key(header::CONTENT_ENCODING)
}

/// The body as it was before it was compressed, and a head that says no more of that.
///
/// # Errors
///
/// 415 for a coding that is not taken.
pub(crate) async fn inflate(parts: &mut Parts, body: Body, cx: &Context) -> Result<Body, Response> {
    let coding = coding(&parts.headers).map_err(|NotTaken| not_taken())?;
    parts.headers.remove(header::CONTENT_ENCODING);
    let Some(coding) = coding.filter(|_| !body.is_end_stream()) else { return Ok(body) };
    parts.headers.remove(header::CONTENT_LENGTH);
    let mut coded = http::Response::new(Wire { body, ..Wire::default() });
    coded.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    let inflated = match Decompression::new(There(Some(coded))).call(Request::new(())).await {
        Ok(response) => response.into_body(),
        Err(never) => match never {},
    };
    let inflated = Inflated { body: Box::pin(inflated), inflated: 0 };
    Ok(Body::new(Limited::new(inflated, cx.shared().body_limit)))
}

/// A coding that is not known, or several.
struct NotTaken;

/// The coding that the body is in.
fn coding(headers: &HeaderMap) -> Result<Option<Coding>, NotTaken> {
    let lines = headers.get_all(header::CONTENT_ENCODING).into_iter();
    let words = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b',')).map(<[u8]>::trim_ascii);
    let mut codings = words.filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case(b"identity"));
    match (codings.next(), codings.next()) {
        (None, _) => Ok(None),
        (Some(word), None) => Coding::parse(word).map(Some).ok_or(NotTaken),
        _ => Err(NotTaken),
    }
}

/// 415, with what is taken (RFC 9110, section 15.5.16).
fn not_taken() -> Response {
    let error = Error::new(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let mut response =
        error.detail("The body must be compressed once, by gzip, br or zstd, or not at all").into_response();
    response.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip, br, zstd"));
    response
}

/// What comes, counted, and with its last byte in a frame of its own.
///
/// What decompresses ends where its coding does, and drops what stands behind in the same frame. So the last byte comes alone: where it is not the
/// end of the coding, it is found to be left over.
#[derive(Default)]
struct Wire {
    body: Body,
    ready: Option<Bytes>,
    held: Option<Bytes>,
    came: u64,
}

impl http_body::Body for Wire {
    type Data = Bytes;
    type Error = axum_core::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum_core::Error>>> {
        let this = &mut *self;
        loop {
            if let Some(ready) = this.ready.take() {
                return Poll::Ready(Some(Ok(Frame::data(ready))));
            }
            let frame = match task::ready!(Pin::new(&mut this.body).poll_frame(task)) {
                Some(Ok(frame)) => frame,
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => {
                    // Not every body can be asked once more.
                    this.body = Body::empty();
                    return Poll::Ready(this.held.take().map(|last| Ok(Frame::data(last))));
                }
            };
            // Trailers say nothing of a body that nobody sees as it came.
            let Ok(mut data) = frame.into_data() else { continue };
            if data.is_empty() {
                continue;
            }
            this.came += data.len() as u64;
            let last = data.split_off(data.len() - 1);
            this.ready = Some(data).filter(|data| !data.is_empty());
            if let Some(before) = this.held.replace(last) {
                return Poll::Ready(Some(Ok(Frame::data(before))));
            }
        }
    }
}

/// What comes out, as long as it is no denser than it may be.
struct Inflated {
    body: Pin<Box<DecompressionBody<Wire>>>,
    inflated: u64,
}

impl http_body::Body for Inflated {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        let frame = task::ready!(this.body.as_mut().poll_frame(task));
        if let Some(Ok(frame)) = &frame {
            this.inflated += frame.data_ref().map_or(0, Bytes::len) as u64;
            let came = this.body.get_ref().came;
            if this.inflated > FREE && this.inflated > came.saturating_mul(DENSEST) {
                return Poll::Ready(Some(Err(Box::new(TooDense))));
            }
        }
        Poll::Ready(frame)
    }
}
