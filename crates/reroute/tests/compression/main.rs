//! Compressed answers and bodies, over a real socket.
#![allow(missing_docs, unreachable_pub, reason = "tests are read, not called")]

#[path = "../support/wire.rs"]
mod wire;

mod answers;
mod bodies;
mod bombs;

use http::{Extensions, HeaderMap, Request, Response, StatusCode, Version};
use http_body_util::BodyExt;
use reroute::axum_core::body::Body;
use std::{
    convert::Infallible,
    future::{Ready, ready},
    task,
};
use tower_http::{compression::Compression, decompression::Decompression};
use tower_service::Service;

pub const CODINGS: [&str; 3] = ["gzip", "br", "zstd"];

/// A service that answers once, with this.
struct Once(Option<Response<Body>>);

impl Service<Request<()>> for Once {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut task::Context<'_>) -> task::Poll<Result<(), Infallible>> {
        task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        ready(Ok(self.0.take().unwrap_or_default()))
    }
}

/// `plain` in this coding.
pub async fn packed(coding: &str, plain: impl Into<Body>) -> Vec<u8> {
    let always = |_: StatusCode, _: Version, _: &HeaderMap, _: &Extensions| true;
    let mut service = Compression::new(Once(Some(Response::new(plain.into())))).compress_when(always);
    let request = Request::builder().header("accept-encoding", coding).body(()).expect("a request");
    let response = service.call(request).await.expect("an answer");
    assert_eq!(response.headers()["content-encoding"], coding);
    response.into_body().collect().await.expect("it is packed").to_bytes().to_vec()
}

/// What stands in `packed`, which is in this coding; nothing where it is none.
pub async fn unpacked(coding: &str, packed: &[u8]) -> Vec<u8> {
    if coding.is_empty() {
        return packed.to_vec();
    }
    let response = Response::builder().header("content-encoding", coding).body(Body::from(packed.to_vec()));
    let mut service = Decompression::new(Once(Some(response.expect("an answer"))));
    let response = service.call(Request::new(())).await.expect("an answer");
    response.into_body().collect().await.expect("it is whole").to_bytes().to_vec()
}
