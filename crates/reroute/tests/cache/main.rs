//! The cache: what is kept, for whom, how long, and when it is forgotten.
#![allow(missing_docs, unreachable_pub, reason = "tests are read, not called")]

#[path = "../support/mod.rs"]
mod support;

mod bounds;
mod changes;
mod conditional;
mod forget;
mod functions;
mod kept;
mod keys;
mod single_flight;
mod time;
mod vary;

use reroute::{App, Tree, axum_core::body::Body, cache::Cache, edge::Edge, http::Request, route::File};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use support::{Answer, ByName, answer};

/// How many times handlers ran: each answers with the number.
#[derive(Clone, Default)]
pub struct Runs(Arc<AtomicUsize>);

impl Runs {
    pub fn next(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// An application with a cache of its own.
pub struct Service {
    pub app: Edge,
    pub cache: Cache,
    pub runs: Runs,
}

impl Service {
    pub fn of(files: impl IntoIterator<Item = File>) -> Self {
        Self::with(files, Cache::new(100, 1 << 20))
    }

    pub fn with(files: impl IntoIterator<Item = File>, cache: Cache) -> Self {
        let runs = Runs::default();
        let app = App::new(Tree::new(files)).state(runs.clone()).authenticate(ByName).cache(cache.clone());
        Self { app: app.into_service().expect("the application starts"), cache, runs }
    }

    pub async fn send(&self, line: &str, headers: &[(&str, &str)]) -> Answer {
        answer(&self.app, request(line, headers)).await
    }

    pub async fn get(&self, target: &str) -> Answer {
        self.send(&format!("GET {target}"), &[]).await
    }
}

/// A request; its host is `localhost` where the headers name none.
pub fn request(line: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let (method, target) = line.split_once(' ').expect("a method and a target");
    let mut request = Request::builder().method(method).uri(target);
    if headers.iter().all(|(name, _)| *name != "host") {
        request = request.header("host", "localhost");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).expect("a request")
}

/// Whether the answer came from the cache.
pub fn is_hit(answer: &Answer) -> bool {
    answer.header("cache-status").starts_with("reroute; hit; ttl=")
}

pub fn is_stored(answer: &Answer) -> bool {
    answer.header("cache-status") == "reroute; fwd=uri-miss; stored"
}
