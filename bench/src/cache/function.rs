//! The result of a function that is there, beside `moka::future::Cache::get_with`.

use crate::{
    Result,
    report::{Row, median, progress},
};
use moka::future::Cache;
use std::{hint::black_box, time::Duration, time::Instant};

const ROUNDS: usize = 41;
const CALLS: u64 = 100_000;

/// Fewer than either holds.
const KEYS: u64 = 100;

#[reroute::cache(duration = 300)]
async fn length(key: String) -> u64 {
    key.len() as u64
}

/// Measures both in alternating rounds.
///
/// # Errors
///
/// When there is no runtime.
pub(super) fn measure() -> Result<Row> {
    progress("a cached function");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (ours, theirs) = runtime.block_on(async {
        let cache: Cache<String, u64> =
            Cache::builder().max_capacity(1_000).time_to_live(Duration::from_secs(300)).build();
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let start = Instant::now();
            for nth in 0..CALLS {
                black_box(length(key(nth)).await);
            }
            ours.push(nanoseconds(start));
            let start = Instant::now();
            for nth in 0..CALLS {
                let key = key(nth);
                let length = key.len() as u64;
                black_box(cache.get_with(key, async move { length }).await);
            }
            theirs.push(nanoseconds(start));
        }
        (median(ours), median(theirs))
    });
    Ok(Row::ratio(
        "cache: a call of a function whose result is kept, `#[cache]` / `moka::future::Cache::get_with`",
        format!("{ours:.0} ns / {theirs:.0} ns"),
        ours / theirs,
        None,
    ))
}

fn key(nth: u64) -> String {
    format!("key of some length {}", nth % KEYS)
}

fn nanoseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e9 / CALLS as f64
}
