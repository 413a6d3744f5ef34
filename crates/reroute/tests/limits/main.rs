//! Limits, as callers see them. The clock is driven.
#![allow(missing_docs, unreachable_pub, reason = "tests are read, not called")]

#[path = "../support/mod.rs"]
mod support;

mod answers;
mod application;
mod failures;
mod keys;

use reroute::{App, Tree, axum_core::body::Body, edge::Edge, file, http::Request, prelude::*, route::File};
use std::time::Duration;
use support::{ByName, answer, get, send};

fn app(files: impl IntoIterator<Item = File>) -> Edge {
    App::new(Tree::new(files)).authenticate(ByName).into_service().expect("the application starts")
}

/// How many of `count` requests are admitted, and that the others are refused with 429.
async fn admitted(app: &Edge, line: &str, caller: Option<&str>, count: usize) -> usize {
    let mut admitted = 0;
    for _ in 0..count {
        let status = get(app, line, caller).await.status;
        admitted += usize::from(status != 429);
    }
    admitted
}

async fn pass(span: Duration) {
    tokio::time::advance(span).await;
}

#[route]
pub struct Plain;

#[route]
impl Plain {
    #[public]
    #[rate_limit("5/min")]
    async fn get(&self) -> &'static str {
        "hello"
    }

    /// Another method is counted for itself.
    #[public]
    #[rate_limit("2/min")]
    async fn post(&self) -> &'static str {
        "posted"
    }

    #[public]
    async fn put(&self) -> &'static str {
        "free"
    }
}
