//! Time for a request in process: no socket, one thread, the request made and its answer dropped within the time.

use crate::{
    Result,
    report::{Row, Target, median, progress},
    services::{self, Contender, request, targets},
};
use std::{hint::black_box, time::Instant};

/// How often each service has its turn. Turns are short, so that what else the machine does falls on all alike.
const ROUNDS: usize = 150;

/// How many requests a turn has.
const REQUESTS: u32 = 20_000;

/// Measures all services in alternating rounds.
///
/// # Errors
///
/// When they do not answer alike.
pub fn measure() -> Result<Vec<Row>> {
    // One for each of `Contender::ALL`.
    let (making, [axum, headers, layers, layer_calls, reroute]) = medians(Contender::ALL)?;
    Ok(rows(making, [axum, headers, layers, layer_calls], reroute))
}

/// Nanoseconds for making a request alone, and for making and answering it by each of these, in alternating rounds.
pub(crate) fn medians<const N: usize>(contenders: [Contender; N]) -> Result<(f64, [f64; N])> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        services::compare(&contenders).await?;
        let mut services = Vec::new();
        for contender in contenders {
            let mut service = contender.service().await?;
            service.answer_all(targets(REQUESTS)).await;
            services.push((service, Vec::new()));
        }
        let mut making = Vec::new();
        for round in 1..=ROUNDS {
            if round % 10 == 0 {
                progress(&format!("in process, round {round} of {ROUNDS}"));
            }
            let start = Instant::now();
            for target in targets(REQUESTS) {
                black_box(request(target));
            }
            making.push(nanoseconds(start));
            for (service, times) in &mut services {
                let start = Instant::now();
                service.answer_all(targets(REQUESTS)).await;
                times.push(nanoseconds(start));
            }
        }
        let mut times = services.into_iter().map(|(_, times)| median(times));
        Ok((median(making), std::array::from_fn(|_| times.next().unwrap_or(f64::NAN))))
    })
}

/// Nanoseconds for each of a turn's requests.
fn nanoseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e9 / f64::from(REQUESTS)
}

fn rows(making: f64, [axum, headers, layers, layer_calls]: [f64; 4], reroute: f64) -> Vec<Row> {
    let beside = |name: &str, other: f64, target| {
        let figures = format!("{reroute:.0} ns / {other:.0} ns");
        Row::ratio(format!("in process: time for a request, reroute / {name}"), figures, reroute / other, target)
    };
    let (alone, bare) = (reroute - making, axum - making);
    vec![
        beside("axum", axum, Some(Target::AtMost(1.25))),
        beside("axum-headers", headers, None),
        beside("axum-layers", layers, Some(Target::AtMost(0.25))),
        beside("axum-layer-calls", layer_calls, None),
        Row::ratio(
            format!("the same without making the request ({making:.0} ns), reroute / axum"),
            format!("{alone:.0} ns / {bare:.0} ns"),
            alone / bare,
            None,
        ),
    ]
}
