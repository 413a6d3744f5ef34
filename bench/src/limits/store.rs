//! Time for one decision of a limit in memory: beside a look-up in a sharded map of the same size, and beside governor's keyed
//! limiter.
//!
//! The decisions' clock is driven: every key is asked for at half its rate, so that logs are as full as they get. governor reads its own clock, as
//! it does in use; so does the limiter's caller in reroute, once for a request: that time is a row of its own.

use crate::{
    Result,
    report::{Row, Target, Value, median, progress},
};
use dashmap::DashMap;
use governor::{Quota, RateLimiter};
use reroute::limit::bench::Table;
use std::{
    hint::black_box,
    num::NonZeroU32,
    sync::{
        Barrier,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Instant,
};

const ROUNDS: usize = 21;
const ASKED: u64 = 200_000;
const RATE: &str = "5/min";
const PERIOD: u64 = 60_000_000_000;

/// What a map of the same size holds: as many bytes as the store's rows beside the key.
type Same = [u64; 5];

/// Measures 1,000 to 1,000,000 keys, with one thread and with two.
///
/// # Errors
///
/// None: it measures whatever comes.
pub(super) fn measure() -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for keys in [1_000, 10_000, 100_000, 1_000_000] {
        progress(&format!("limits, {keys} keys"));
        rows.extend(with(keys)?);
    }
    Ok(rows)
}

fn with(keys: u64) -> Result<Vec<Row>> {
    let table = Table::new(1_000_000, RATE.parse()?);
    let map: DashMap<(u64, u64), Same, std::hash::RandomState> = DashMap::default();
    let quota = Quota::per_minute(NonZeroU32::MIN.saturating_add(4));
    let governor = RateLimiter::dashmap(quota);
    for key in 0..keys {
        table.admit(key, 0);
        map.insert((1, key), [key; 5]);
        // It admits everybody once.
        let _ = governor.check_key(&(1, key));
    }
    // Each key is asked for five times in two periods.
    let (clock, step) = (AtomicU64::new(PERIOD), PERIOD * 2 / (keys * 5));
    let decide = |key: u64, nth: u64| table.admit(key, clock.load(Ordering::Relaxed) + nth * step);
    let look_up = |key: u64, _: u64| map.get(&(1, key)).map(|found| *found);
    let check = |key: u64, _: u64| governor.check_key(&(1, key));
    let mut rows = Vec::new();
    for threads in [1, 2] {
        let (mut ours, mut maps, mut governors) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(time(threads, keys, decide));
            clock.fetch_add(ASKED * step, Ordering::Relaxed);
            maps.push(time(threads, keys, look_up));
            governors.push(time(threads, keys, check));
        }
        let (ours, map, governor) = (median(ours), median(maps), median(governors));
        let what =
            format!("limits: a decision among {keys} keys, {threads} thread{}", if threads == 1 { "" } else { "s" });
        rows.push(Row::ratio(
            format!("{what}, store / look-up in a sharded map"),
            format!("{ours:.0} ns / {map:.0} ns"),
            ours / map,
            Some(Target::AtMost(1.5)),
        ));
        rows.push(Row::ratio(
            format!("{what}, store / governor"),
            format!("{ours:.0} ns / {governor:.0} ns"),
            ours / governor,
            None,
        ));
        if keys == 1_000 && threads == 1 {
            rows.push(nanoseconds("limits: a decision among 1000 keys", ours, Some(Target::AtMost(150.0))));
            rows.push(nanoseconds(
                "limits: reading the clock",
                time(1, keys, |_, _| tokio::time::Instant::now()),
                None,
            ));
        }
    }
    if keys == 1_000_000 {
        // The key itself is 16 bytes.
        let each = table.bytes() as f64 / keys as f64 - 16.0;
        rows.push(Row {
            what: "limits: bytes for a key beyond the key itself, at 1000000 keys".to_owned(),
            figures: format!("{} MiB in all", table.bytes() >> 20),
            value: Value::Bytes(each),
            target: Some(Target::AtMost(64.0)),
        });
    }
    Ok(rows)
}

fn nanoseconds(what: &str, time: f64, target: Option<Target>) -> Row {
    Row { what: what.to_owned(), figures: String::new(), value: Value::Nanoseconds(time), target }
}

/// Nanoseconds of a thread for each of what it asks.
fn time<T>(threads: u64, keys: u64, ask: impl Fn(u64, u64) -> T + Sync) -> f64 {
    let start = Barrier::new(threads as usize);
    let one = |thread: u64| {
        start.wait();
        let began = Instant::now();
        let mut key = thread + 1;
        for nth in 0..ASKED {
            // A full cycle through all numbers of 64 bits, whose upper bits jump.
            key = key.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            black_box(ask((key >> 33) % keys, nth));
        }
        began.elapsed().as_secs_f64() * 1e9 / ASKED as f64
    };
    let times: Vec<f64> = thread::scope(|scope| {
        let one = &one;
        let running: Vec<_> = (0..threads).map(|nth| scope.spawn(move || one(nth))).collect();
        // A thread that panicked has no time.
        running.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    times.iter().sum::<f64>() / times.len() as f64
}
