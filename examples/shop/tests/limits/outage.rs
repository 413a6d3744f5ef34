use super::*;
use redis_server::RedisServer;
use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};
use support::{PASSWORD, kill};

fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let patience = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < patience, "{what}");
        thread::yield_now();
    }
}

#[test]
fn when_redis_goes_away_each_process_counts_for_itself_and_the_log_says_so_once_each_way() {
    let mut redis = RedisServer::start();
    let (url, log) = (redis.url(), tempfile::NamedTempFile::new().expect("a file can be made"));
    let file = log.path().to_str().expect("a plain path");
    let shop = enforced(&[
        ("REDIS_URL", &url),
        ("REROUTE_REDIS_TIMEOUT_MS", "2000"),
        ("REROUTE_RATE_LIMIT", "300/hour"),
        ("REROUTE_SECURITY_LOG", file),
    ]);
    let (admitted, others, stop) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut connection = shop.connect();
                while !stop.load(Ordering::Relaxed) {
                    match health(&mut connection) {
                        200 => admitted.fetch_add(1, Ordering::Relaxed),
                        429 => 0,
                        _ => others.fetch_add(1, Ordering::Relaxed),
                    };
                }
            });
        }
        wait_for("some are admitted", || admitted.load(Ordering::Relaxed) >= 100);
        redis.stop();
        wait_for("it is noticed", || events(log.path(), "store_unavailable").len() == 1);
        // Whatever Redis counted, this process admits no more than its own limit beside it.
        wait_for("the limit of the process is reached", || shop.get("/health").send().status == 429);
        assert!(redis.again());
        wait_for("it is back", || events(log.path(), "store_available").len() == 1);
        // It came back empty: one limit more.
        wait_for("the limit of Redis is reached", || shop.get("/health").send().status == 429);
        stop.store(true, Ordering::Relaxed);
    });
    let admitted = admitted.into_inner();
    assert_eq!(others.into_inner(), 0, "service goes on");
    assert!(admitted <= 900, "{admitted}");
    assert_eq!(events(log.path(), "store_unavailable").len(), 1);
    let event = &events(log.path(), "store_unavailable")[0];
    assert_eq!((&event["severity"], &event["details"]["store"]), (&json!("HIGH"), &json!("redis")));
    assert_eq!(events(log.path(), "store_available")[0]["severity"], "INFO");
}

#[test]
fn attack_15_signing_in_is_closed_while_redis_does_not_answer_and_the_rest_goes_on() {
    let mut redis = RedisServer::start();
    let url = redis.url();
    let shop = enforced(&[("REDIS_URL", &url)]);
    login(&shop, "192.0.2.1", "ada", PASSWORD).is(200);
    shop.get("/ready").send().is(200);
    redis.stop();
    let refused = login(&shop, "192.0.2.1", "ada", PASSWORD).is(503);
    assert!(refused.header("retry-after").is_some());
    shop.get("/ready").send().is(503);
    shop.get("/products/search?query=tea").send().is(200);
    assert!(redis.again());
    wait_for("it is back", || shop.get("/ready").send().status == 200);
    login(&shop, "192.0.2.1", "ada", PASSWORD).is(200);
}

#[test]
fn what_holds_without_redis_can_be_chosen() {
    let mut redis = RedisServer::start();
    let url = redis.url();
    let open = enforced(&[("REDIS_URL", &url), ("REROUTE_REDIS_FAILURE", "open")]);
    let closed = enforced(&[("REDIS_URL", &url), ("REROUTE_REDIS_FAILURE", "closed")]);
    redis.stop();
    for _ in 0..120 {
        open.get("/products/search?query=tea").send().is(200);
    }
    closed.get("/products/search?query=tea").send().is(503);
    closed.get("/products").send().is(200);
    // A limit that says closed itself is closed all the same.
    login(&open, "192.0.2.1", "ada", PASSWORD).is(503);
}

#[test]
fn a_redis_that_hangs_is_given_up_within_its_time() {
    let redis = RedisServer::start();
    let url = redis.url();
    let shop = enforced(&[("REDIS_URL", &url)]);
    shop.get("/products/search?query=tea").send().is(200);
    kill("STOP", redis.id());
    for _ in 0..20 {
        shop.get("/products/search?query=tea").send().is(200);
    }
    shop.get("/ready").send().is(503);
    kill("CONT", redis.id());
    wait_for("it is back", || shop.get("/ready").send().status == 200);
}

#[test]
fn a_shop_starts_without_its_redis_and_finds_it_later() {
    let mut redis = RedisServer::start();
    let url = redis.url();
    redis.stop();
    let shop = enforced(&[("REDIS_URL", &url)]);
    shop.get("/ready").send().is(503);
    assert!(redis.again());
    wait_for("it is found", || shop.get("/ready").send().status == 200);
}
