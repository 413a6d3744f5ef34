use super::*;
use redis_server::RedisServer;
use std::sync::atomic::{AtomicUsize, Ordering};
use support::{PASSWORD, at_once};

/// Time enough for an answer of Redis on a machine that is busy with tests.
const PATIENT: (&str, &str) = ("REROUTE_REDIS_TIMEOUT_MS", "20000");

#[test]
fn lesson_limit_scope_two_processes_admit_together_what_the_limit_says_and_no_more() {
    let redis = RedisServer::start();
    let settings = [("REDIS_URL", redis.url()), ("REROUTE_RATE_LIMIT", "1000/min".to_owned())];
    let settings: Vec<(&str, &str)> =
        settings.iter().map(|(name, value)| (*name, value.as_str())).chain([PATIENT]).collect();
    let shops = [enforced(&settings), enforced(&settings)];
    let (admitted, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    at_once(16, |nth| {
        let mut connection = shops[nth % 2].connect();
        for _ in 0..100 {
            let count = if health(&mut connection) == 200 { &admitted } else { &refused };
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    assert_eq!((admitted.into_inner(), refused.into_inner()), (1000, 600));
}

#[test]
fn failures_of_one_process_are_known_to_the_other_and_survive_it() {
    let redis = RedisServer::start();
    let url = redis.url();
    let settings = [("REDIS_URL", url.as_str()), PATIENT];
    let (one, other) = (enforced(&settings), enforced(&settings));
    for nth in 0..5 {
        login(if nth % 2 == 0 { &one } else { &other }, "192.0.2.1", "ada", "wrong").is(401);
    }
    login(&one, "192.0.2.1", "ada", PASSWORD).is(429);
    login(&other, "192.0.2.1", "ada", PASSWORD).is(429);
    let one = one.restart_with(&[&ENFORCED[..], &settings].concat());
    login(&one, "192.0.2.1", "ada", PASSWORD).is(429);
    // A right password gives its places back.
    for nth in 0..5 {
        login(if nth % 2 == 0 { &one } else { &other }, "192.0.2.2", "bob", PASSWORD).is(200);
    }
    assert_eq!(login(&one, "192.0.2.2", "bob", PASSWORD).is(429).json()["limit"], "5/min");
}
