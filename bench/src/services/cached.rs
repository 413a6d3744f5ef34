//! An answer that is kept, or could as well be a constant: in reroute, and by hand in axum.
#![allow(unreachable_pub, reason = "a route has to be `pub`, wherever it stands")]

use super::{axum::with, id, request, reroute::edge};
use crate::{Result, services::TARGET};
use ::axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    response::Response,
    routing::get,
};
use http::{HeaderMap, HeaderName, Uri, header};
use http_body_util::BodyExt as _;
use moka::sync::Cache;
use reroute::{Tree, file, prelude::*};
use serde::Serialize;
use std::time::Duration;

/// What the route answers, in about 200 bytes of JSON.
#[derive(Serialize)]
struct Product {
    id: i64,
    name: &'static str,
    description: &'static str,
    price: u32,
    currency: &'static str,
    tags: [&'static str; 3],
}

fn product(id: i64) -> Product {
    Product {
        id,
        name: "Kettle, 1.7 litres",
        description: "Stainless steel, boils in four minutes and turns itself off",
        price: 3_990,
        currency: "EUR",
        tags: ["kitchen", "electric", "steel"],
    }
}

impl reroute::Output for Product {}

/// The route that is asked for.
#[route]
pub struct Products;

#[route]
impl Products {
    /// The answer.
    #[public]
    #[cache("300 s", shared)]
    async fn get(&self, Path(id): Path<i64>) -> Json<Product> {
        Json(product(id))
    }
}

/// The application.
pub(super) fn app() -> App {
    App::new(Tree::new(super::reroute::others().chain([file::<Products>("/users/{id}", "users/[id].rs")])))
}

/// What goes out when the answer is kept: the headers that do not change from one request to the next, and the body.
pub(super) async fn hit() -> Result<(HeaderMap, Bytes)> {
    let edge = edge(app())?;
    edge.handle(request(TARGET)).await;
    let (mut head, body) = edge.handle(request(TARGET)).await.into_parts();
    if !head.headers.get("cache-status").is_some_and(|status| status.as_bytes().starts_with(b"reroute; hit")) {
        return Err(format!("the answer is not kept: {:?}", head.headers).into());
    }
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.remove(REQUEST_ID);
    Ok((head.headers, body.collect().await?.to_bytes()))
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The body is a constant.
pub(super) fn constant((headers, body): (HeaderMap, Bytes)) -> Router {
    let headers: &'static HeaderMap = Box::leak(Box::new(headers));
    let body: &'static Bytes = Box::leak(Box::new(body));
    with(get(async || dressed(headers, body.clone())), ())
}

/// The body is looked up by the path.
pub(super) fn moka((headers, _): (HeaderMap, Bytes)) -> Router {
    let headers: &'static HeaderMap = Box::leak(Box::new(headers));
    let cache: Cache<String, Bytes> =
        Cache::builder().max_capacity(1_000).time_to_live(Duration::from_secs(300)).build();
    let answer = async |State(cache): State<Cache<String, Bytes>>,
                        uri: Uri,
                        axum::extract::Path(id): axum::extract::Path<i64>| {
        let body = match cache.get(uri.path()) {
            Some(body) => body,
            None => {
                let body = Bytes::from(serde_json::to_vec(&product(id)).unwrap_or_default());
                cache.insert(uri.path().to_owned(), body.clone());
                body
            }
        };
        dressed(headers, body)
    };
    with(get(answer), cache)
}

fn dressed(headers: &HeaderMap, body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    let all = response.headers_mut();
    headers.clone_into(all);
    all.insert(REQUEST_ID, id::next());
    response
}
