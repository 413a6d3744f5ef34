//! The limits that API keys bring along: of each, and of all of an account together.

use super::*;
use redis_server::RedisServer;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use support::at_once;

fn make(shop: &Shop, token: &str, rate: &str) -> String {
    let made =
        shop.post("/api-keys").token(token).json(&json!({"name": "ci", "rate_limit": rate})).send().is(201).json();
    made["key"].as_str().expect("it is text").to_owned()
}

fn catalog(shop: &Shop, key: &str) -> Answer {
    shop.get("/catalog").header("x-api-key", key).send()
}

/// One more answer over a connection that is kept.
fn ask(connection: &mut Connection, key: &str) -> u16 {
    connection.write(format!("GET /catalog?per_page=1 HTTP/1.1\r\nhost: localhost\r\nx-api-key: {key}\r\n\r\n"));
    connection.answer().status
}

#[test]
fn a_key_has_its_own_rate_wherever_it_is_used_from() {
    let shop = enforced(&[]);
    let account = shop.newcomer();
    let (small, large) = (make(&shop, &account.token, "2/hour"), make(&shop, &account.token, "1000/hour"));
    // Two clients, one key.
    for client in ["192.0.2.1", "192.0.2.2"] {
        shop.get("/catalog").header("x-api-key", &small).header("x-forwarded-for", client).send().is(200);
    }
    let answer = catalog(&shop, &small).is(429);
    assert_eq!(answer.json()["limit"], "2/hour");
    assert!(answer.header("retry-after").is_some_and(|seconds| seconds.parse().is_ok_and(|s: u32| s >= 1)));
    assert!(answer.header("ratelimit").is_some_and(|value| value.contains("api-key")), "{answer:?}");
    assert!(answer.header("ratelimit-policy").is_some_and(|value| value.contains("q=2")), "{answer:?}");
    // It counts wherever the key opens a door.
    shop.get("/me").header("x-api-key", &small).send().is(429);
    catalog(&shop, &large).is(200);
    // The owner's token is no key.
    shop.get("/me").token(&account.token).send().is(200);
    // What is refused for being wrong is no use of it.
    let wrong = format!("{}{}", &large[..46], if large.ends_with('A') { 'B' } else { 'A' });
    catalog(&shop, &wrong).is(401);
}

#[test]
fn two_processes_admit_of_a_key_what_it_is_good_for_and_of_an_account_the_ceiling() {
    let redis = RedisServer::start();
    let url = redis.url();
    let settings = [&ENFORCED[..], &[("REDIS_URL", url.as_str()), ("REROUTE_REDIS_TIMEOUT_MS", "20000")]].concat();
    let home = Arc::new(tempfile::tempdir().expect("a directory can be made"));
    let shops = [Shop::start_at(home.clone(), &settings), Shop::start_at(home, &settings)];
    let account = shops[0].newcomer();
    let keys = ["100/hour", "1000/hour", "1000/hour"].map(|rate| make(&shops[0], &account.token, rate));
    let admitted = |tries: usize, key: fn(usize) -> usize| {
        let admitted = AtomicUsize::new(0);
        at_once(8, |nth| {
            let mut connection = shops[nth % 2].connect();
            for _ in 0..tries / 8 {
                match ask(&mut connection, &keys[key(nth)]) {
                    200 => drop(admitted.fetch_add(1, Ordering::Relaxed)),
                    status => assert_eq!(status, 429),
                }
            }
        });
        admitted.into_inner()
    };
    assert_eq!(admitted(160, |_| 0), 100);
    // Those hundred are a part of the thousand that all keys have.
    assert_eq!(admitted(1200, |nth| 1 + nth / 4), 900);
    // A restart of one gives nothing back.
    let [one, _other] = shops;
    let one = one.restart_with(&settings);
    assert_eq!(catalog(&one, &keys[1]).is(429).json()["limit"], "1000/hour");
}
