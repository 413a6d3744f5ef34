//! Two processes of the shop on one database and one Redis.

use super::redis_server::RedisServer;
use super::support::{PASSWORD, Shop};
use serde_json::json;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

const KEY: &str = "Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUuVvAaEeIiOo";

fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let patience = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < patience, "{what}");
        std::thread::yield_now();
    }
}

/// Two shops with one key, or each with a random one.
fn two(redis: &RedisServer, has_key: bool) -> [Shop; 2] {
    let home = Arc::new(tempfile::tempdir().expect("a directory can be made"));
    let url = redis.url();
    let mut settings = vec![("REDIS_URL", url.as_str()), ("REROUTE_REDIS_TIMEOUT_MS", "20000")];
    if has_key {
        settings.push(("SECRET_KEY", KEY));
    }
    [Shop::start_at(home.clone(), &settings), Shop::start_at(home, &settings)]
}

/// What the list says of its origin, and how many products it counts.
fn list(shop: &Shop) -> (String, u64) {
    // Behind one name, as a balancer in front of both has it: what is kept is kept for a host.
    let answer = shop.get("/products").header("host", "localhost").send().is(200);
    let status = answer.header("cache-status").unwrap_or_default().to_owned();
    (status, answer.json()["total"].as_u64().expect("a number"))
}

fn add(shop: &Shop) {
    let product = json!({"name": "Kettle", "description": "New", "price_cents": 1, "stock": 1});
    shop.post("/products").token(&shop.login("root", PASSWORD)).json(&product).send().is(201);
}

#[test]
fn what_one_process_computed_the_other_finds() {
    let redis = RedisServer::start();
    let [one, other] = two(&redis, true);
    wait_for("it is kept in Redis", || {
        list(&one);
        redis.ask("KEYS reroute:cache:????????????????????????????????").contains("reroute:cache:")
    });
    let (status, total) = list(&other);
    assert!(status.starts_with("reroute; hit"), "{status}");
    assert_eq!(total, 30);
    // It has the tag that the first gave it.
    let tag = |shop: &Shop| shop.get("/products").header("host", "localhost").send().header("etag").map(str::to_owned);
    assert_eq!(tag(&one), tag(&other));
}

#[test]
fn a_change_in_one_process_is_seen_in_the_other_with_one_key_or_with_two() {
    for has_key in [true, false] {
        let redis = RedisServer::start();
        let [one, other] = two(&redis, has_key);
        for nth in 31..34 {
            // Both keep the old list.
            for shop in [&one, &other] {
                wait_for("it is kept", || list(shop).0.starts_with("reroute; hit"));
            }
            add(&one);
            assert_eq!(list(&one).1, nth, "at once where it was changed");
            wait_for("the other follows", || list(&other).1 == nth);
        }
    }
}

#[test]
fn clearing_one_process_clears_all() {
    let redis = RedisServer::start();
    let [one, other] = two(&redis, true);
    for shop in [&one, &other] {
        wait_for("it is kept", || list(shop).0.starts_with("reroute; hit"));
    }
    let misses = |shop: &Shop| shop.get("/admin/cache").token(&shop.login("root", PASSWORD)).send().is(200).json();
    one.request("DELETE", "/admin/cache").token(&one.login("root", PASSWORD)).send().is(204);
    wait_for("the other follows", || misses(&other)["entries"] == 0);
    assert_eq!(misses(&one)["entries"], 0);
}

#[test]
fn without_redis_each_process_goes_on_and_follows_within_what_is_young() {
    let mut redis = RedisServer::start();
    let [one, other] = two(&redis, true);
    for shop in [&one, &other] {
        wait_for("it is kept", || list(shop).0.starts_with("reroute; hit"));
    }
    redis.stop();
    add(&one);
    assert_eq!(list(&one).1, 31);
    wait_for("the other follows", || list(&other).1 == 31);
    assert!(redis.again());
    wait_for("both keep again", || [&one, &other].iter().all(|shop| list(shop).0.starts_with("reroute; hit")));
    add(&other);
    wait_for("the first follows", || list(&one).1 == 32);
}
