//! Time of one thread for writing an event into a file: redacted, sealed, in batches as the queue gives them.

use super::{KEY, event, told};
use crate::{
    Result,
    report::{Row, Target, Value, median, progress},
};
use reroute::log::bench::Pen;
use std::{path::Path, time::Instant};

const ROUNDS: u32 = 41;
const BATCH: u32 = 256;
const BATCHES: u32 = 40;

/// Measures it.
///
/// # Errors
///
/// When the file cannot be made.
pub(super) fn measure(folder: &Path) -> Result<Row> {
    progress("events, written");
    let mut pen = Pen::new(&folder.join("written.log"), KEY).map_err(told)?;
    let mut times = Vec::new();
    for round in 0..ROUNDS {
        let mut batches: Vec<Vec<_>> = Vec::new();
        for batch in 0..BATCHES {
            let first = (round * BATCHES + batch) * BATCH;
            batches.push((first..first + BATCH).map(event).collect());
        }
        let start = Instant::now();
        batches.into_iter().for_each(|batch| pen.write(batch));
        times.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(BATCHES * BATCH));
    }
    let time = median(times);
    Ok(Row {
        what: "log: time of a thread for an event into a file, redacted and sealed".to_owned(),
        figures: format!("{:.0} events a second", 1e9 / time),
        value: Value::Nanoseconds(time),
        // 100,000 a second.
        target: Some(Target::AtMost(10_000.0)),
    })
}
