//! What the shop keeps, and what it never does, over real sockets.

#[path = "../../../../crates/reroute/tests/support/redis.rs"]
mod redis_server;
#[path = "../support/mod.rs"]
mod support;

mod answers;
mod callers;
mod changes;
mod expensive;
mod numbers;
mod shared;

use support::{Answer, PASSWORD, Request, Shop};

/// The answer was made for this request, and is kept.
const STORED: &str = "reroute; fwd=uri-miss; stored";

/// The answer was made for this request, whose credentials keep it from being everybody's.
const OF_CALLER: &str = "reroute; fwd=uri-miss; detail=credentials";

/// What the cache says it did.
#[track_caller]
fn status(answer: &Answer) -> &str {
    let [status] = answer.all("cache-status")[..] else { panic!("one Cache-Status: {answer:?}") };
    status
}

/// The answer is a kept one that will be kept for at most this many seconds.
#[track_caller]
fn is_hit(answer: &Answer, most: u64) {
    let ttl = status(answer).strip_prefix("reroute; hit; ttl=").and_then(|ttl| ttl.parse().ok());
    assert!(ttl.is_some_and(|ttl: u64| ttl <= most), "{answer:?}");
}

/// Asks twice: the answer that was made, and the one that was kept.
#[track_caller]
fn twice(request: impl Fn() -> Request, most: u64) -> (Answer, Answer) {
    let made = request().send().is(200);
    assert_eq!(status(&made), STORED);
    let kept = request().send().is(200);
    is_hit(&kept, most);
    assert_eq!(made.body, kept.body);
    (made, kept)
}

/// A post of somebody who signs up for it: its path, and who wrote it.
#[track_caller]
fn post(shop: &Shop) -> (String, support::Account) {
    let author = shop.newcomer();
    let new = serde_json::json!({"title": "Hello", "content": "<p>Hi</p>"});
    let made = shop.post("/posts").token(&author.token).json(&new).send().is(201);
    (made.header("location").expect("what was made is somewhere").to_owned(), author)
}
