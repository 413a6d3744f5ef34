//! The script of the shared store, in a real Redis or Valkey: held to what the window in memory is held to. The clock is driven.
#![cfg(feature = "redis")]
#![allow(missing_docs, reason = "tests are read, not called")]

#[path = "support/redis.rs"]
mod redis_server;

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use redis::{Client, Connection, Script};
use redis_server::RedisServer;
use std::{
    cell::RefCell,
    collections::VecDeque,
    sync::atomic::{AtomicU64, Ordering},
};

/// A script whose clock is its last argument.
fn driven(source: &str) -> Script {
    let clock = "redis.call('TIME')";
    assert_eq!(source.matches(clock).count(), 1, "the script reads one clock, once");
    Script::new(&source.replace(clock, "{ 0, tonumber(ARGV[#ARGV]) }"))
}

struct Limit {
    connection: RefCell<Connection>,
    decide: Script,
    refund: Script,
}

#[derive(Debug)]
struct Said {
    admitted: bool,
    remaining: i64,
    free_in: u64,
    counted: u64,
}

impl Limit {
    fn of(server: &RedisServer) -> Self {
        let client = Client::open(server.url()).expect("an address");
        Self {
            connection: RefCell::new(client.get_connection().expect("Redis answers")),
            decide: driven(include_str!("../src/limit/decide.lua")),
            refund: driven(include_str!("../src/limit/refund.lua")),
        }
    }

    fn ask(&self, keys: &[(&str, u32, u64)], now: u64) -> Vec<Said> {
        let mut call = self.decide.prepare_invoke();
        for (key, count, period) in keys {
            call.key(*key).arg(*count).arg(*period).arg((period + 1).div_ceil(7));
        }
        let (admitted, numbers): (u8, Vec<i64>) =
            call.arg(now).invoke(&mut *self.connection.borrow_mut()).expect("the script runs");
        let said = numbers.chunks(3).map(|of| Said {
            admitted: admitted == 1,
            remaining: of[0],
            free_in: of[1] as u64,
            counted: of[2] as u64,
        });
        said.collect()
    }

    fn refund(&self, key: &str, counted: u64, period: u64, now: u64) {
        let mut call = self.refund.prepare_invoke();
        let done: redis::RedisResult<i64> =
            call.key(key).arg(counted).arg(period).arg(now).invoke(&mut *self.connection.borrow_mut());
        done.expect("the script runs");
    }
}

fn fresh() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("test:{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

fn within(admitted: &VecDeque<u64>, length: u64, now: u64) -> usize {
    admitted.iter().filter(|time| **time + length > now).count()
}

#[test]
fn no_window_of_the_period_holds_more_than_the_count_and_waiting_as_told_helps() {
    let server = RedisServer::start();
    let limit = Limit::of(&server);
    let gap = prop_oneof![4 => Just(0u64), 4 => 0u64..5, 3 => 0u64..200, 1 => 900u64..1_200, 1 => 2_000u64..9_000];
    let inputs = (
        prop_oneof![1u32..=9, 9u32..=40],
        prop_oneof![Just(1_000u64), Just(60_000), 1_000u64..100_000],
        proptest::collection::vec(gap, 1..120),
    );
    let mut runner = TestRunner::new(Config { cases: 60, ..Config::default() });
    let run = runner.run(&inputs, |(count, millis, gaps)| {
        let (key, period) = (fresh(), millis * 1_000);
        let (mut admitted, mut now) = (VecDeque::new(), 1_700_000_000_000_000);
        for gap in gaps {
            now += gap * millis;
            let said = &limit.ask(&[(&key, count, period)], now)[0];
            if said.admitted {
                prop_assert!(within(&admitted, period, now) < count as usize);
                admitted.push_back(now);
                continue;
            }
            let longest = if count <= 8 { period } else { period + (period + 1).div_ceil(7) };
            prop_assert!(within(&admitted, longest, now) >= count as usize, "refused though there was room");
            prop_assert!(said.free_in > 0 && said.remaining == 0);
            prop_assert!(!limit.ask(&[(&key, count, period)], now + said.free_in - 1)[0].admitted);
            now += said.free_in;
            prop_assert!(limit.ask(&[(&key, count, period)], now)[0].admitted, "waiting as told did not help");
            admitted.push_back(now);
        }
        Ok(())
    });
    run.expect("it holds");
}

#[test]
fn all_admit_or_none_counts() {
    let server = RedisServer::start();
    let limit = Limit::of(&server);
    let keys = [("a", 3, 60_000_000), ("b", 2, 60_000_000)];
    let now = 1_000_000_000;
    let admitted = (0..9).filter(|_| limit.ask(&keys, now)[0].admitted).count();
    assert_eq!(admitted, 2);
    assert_eq!(limit.ask(&keys[..1], now)[0].remaining, 0);
}

#[test]
fn what_is_given_back_is_free_again() {
    let server = RedisServer::start();
    let limit = Limit::of(&server);
    let key = [("a", 1, 60_000_000)];
    let counted = limit.ask(&key, 1_000_000_000)[0].counted;
    assert!(!limit.ask(&key, 1_000_000_001)[0].admitted);
    limit.refund("a", counted, 60_000_000, 1_000_000_002);
    assert!(limit.ask(&key, 1_000_000_003)[0].admitted);
    assert!(!limit.ask(&key, 1_000_000_004)[0].admitted);
}

#[test]
fn attack_14_a_clock_that_steps_back_neither_frees_nor_blocks_for_long() {
    let server = RedisServer::start();
    let limit = Limit::of(&server);
    let key = [("a", 2, 60_000_000)];
    let now = 90_000_000_000;
    assert!(limit.ask(&key, now)[0].admitted && limit.ask(&key, now)[0].admitted);
    for step in [1, 30_000_000, 59_000_000, 61_000_000, 80_000_000_000] {
        assert!(!limit.ask(&key, now - step)[0].admitted, "{step}");
    }
    // By now the clock is far back: one period later everything is free.
    assert!(limit.ask(&key, now - 80_000_000_000 + 60_000_000)[0].admitted);
}

#[test]
fn what_somebody_else_wrote_is_no_log() {
    let server = RedisServer::start();
    let limit = Limit::of(&server);
    for (nth, written) in
        ["SET k%n% nonsense", "LPUSH k%n% 1", "SET k%n% 5:", "SET k%n% 99999999999999999999999:1"].iter().enumerate()
    {
        let (key, written) = (format!("k{nth}"), written.replace("%n%", &nth.to_string()));
        assert!(!server.ask(&written).starts_with('-'), "{written}");
        let said = limit.ask(&[(&key, 2, 60_000_000)], 1_000_000_000);
        assert_eq!(said.len(), 1, "{written}");
    }
}

#[test]
fn keys_expire_by_themselves() {
    let server = RedisServer::start();
    let limit = Limit::of(&server);
    limit.ask(&[("a", 5, 60_000_000)], 1_000_000_000);
    let left: i64 = server.ask("PTTL a").trim().trim_start_matches(':').parse().expect("a number");
    assert!((1..=60_000).contains(&left), "{left}");
}
