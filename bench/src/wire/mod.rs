//! Over the loopback: each service in a process of its own, asked by a load generator in another.
//!
//! Where there are two processors and `taskset`, the server has one for itself and the generator another, so that
//! requests a second tell of the server alone. Elsewhere they share all, and the processor time that a server spends
//! on a request is the better witness.

pub mod load;
pub mod server;

use crate::{
    Result,
    report::{Row, Target, median, progress},
    services::{self, Contender},
};
use load::Load;
use server::Server;
use std::process::{Command, Stdio};

/// Who is served.
const SERVED: [Contender; 4] = [Contender::Axum, Contender::AxumHeaders, Contender::AxumLayers, Contender::Reroute];

/// How often each server has its turn, in a process of its own each time.
const ROUNDS: usize = 9;

/// How many requests a turn has, after some that are not counted.
const REQUESTS: u32 = 100_000;
const WARM_UP: u32 = 10_000;

/// How many connections ask at a time, each one request after the other.
const CONNECTIONS: u32 = 32;

/// Measures all servers in alternating rounds.
///
/// # Errors
///
/// When a server does not start, the servers do not answer alike, or a turn takes too long.
pub fn measure() -> Result<Vec<Row>> {
    // In the order of `SERVED`.
    let [axum, headers, layers, reroute] = medians(SERVED)?;
    Ok([("axum", axum, None), ("axum-headers", headers, Some(0.95)), ("axum-layers", layers, Some(1.2))]
        .into_iter()
        .flat_map(|(name, other, least)| rows("reroute", &reroute, name, &other, least))
        .collect())
}

/// What the turns of each came to, in alternating rounds.
pub(crate) fn medians<const N: usize>(served: [Contender; N]) -> Result<[Turn; N]> {
    compare(&served)?;
    if !is_bound() {
        progress("server and load generator cannot have a processor each: requests a second tell of both");
    }
    let mut turns = [const { Vec::new() }; N];
    for round in 1..=ROUNDS {
        for (contender, turns) in served.into_iter().zip(&mut turns) {
            let turn = turn(contender)?;
            progress(&format!("over the loopback, round {round} of {ROUNDS}, {}: {turn}", contender.name()));
            turns.push(turn);
        }
    }
    Ok(turns.map(|turns| Turn::median(&turns)))
}

/// One beside another.
pub(crate) fn rows(name: &str, reroute: &Turn, others: &str, other: &Turn, least: Option<f64>) -> [Row; 2] {
    let rate = format!(
        "{:.0} / {:.0}; p50 {:.0} / {:.0} µs, p99 {:.0} / {:.0} µs",
        reroute.rate, other.rate, reroute.p50, other.p50, reroute.p99, other.p99
    );
    let processor = format!("{:.1} µs / {:.1} µs", reroute.processor, other.processor);
    [
        Row::ratio(
            format!("over the loopback: requests a second, {name} / {others}"),
            rate,
            reroute.rate / other.rate,
            least.map(Target::AtLeast),
        ),
        Row::ratio(
            format!("over the loopback: server's processor time for a request, {name} / {others}"),
            processor,
            reroute.processor / other.processor,
            None,
        ),
    ]
}

/// What one turn of a server came to.
#[derive(Default)]
pub(crate) struct Turn {
    /// Requests a second.
    rate: f64,
    /// Microseconds until half of the answers were there, and until 99 of 100.
    p50: f64,
    p99: f64,
    /// Microseconds of processor time that the server spent on a request.
    processor: f64,
}

impl Turn {
    fn median(turns: &[Self]) -> Self {
        let of = |figure: fn(&Self) -> f64| median(turns.iter().map(figure));
        Self {
            rate: of(|turn| turn.rate),
            p50: of(|turn| turn.p50),
            p99: of(|turn| turn.p99),
            processor: of(|turn| turn.processor),
        }
    }
}

impl std::fmt::Display for Turn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.0} requests a second, {:.1} µs of processor time each", self.rate, self.processor)
    }
}

fn turn(contender: Contender) -> Result<Turn> {
    let server = Server::start(contender)?;
    // The first answer of all may be longer than the others: what is kept says so.
    load::ask(server.address)?;
    load::run(server.address, CONNECTIONS, WARM_UP)?;
    let before = server.processor_time()?;
    let Load { seconds, p50, p99 } = load::run(server.address, CONNECTIONS, REQUESTS)?;
    let spent = server.processor_time()?.saturating_sub(before);
    let requests = f64::from(REQUESTS);
    Ok(Turn { rate: requests / seconds, p50, p99, processor: spent.as_secs_f64() * 1e6 / requests })
}

/// Says so unless all servers answer alike, down to the names of the headers that hyper adds.
fn compare(served: &[Contender]) -> Result<()> {
    let mut answers = Vec::new();
    for contender in served {
        let server = Server::start(*contender)?;
        // What is kept has been asked for before.
        load::ask(server.address)?;
        let (names, body) = load::ask(server.address)?;
        answers.push((*contender, names, body));
    }
    services::same(&answers)
}

/// This program in another process, bound to the processor of this number where all can be bound.
pub(crate) fn this_program(processor: usize) -> Result<Command> {
    let program = std::env::current_exe()?;
    if !is_bound() {
        return Ok(Command::new(program));
    }
    let mut command = Command::new("taskset");
    // It becomes the program, under the same process id.
    command.args(["-c", &processor.to_string()]).arg(program);
    Ok(command)
}

/// Whether server and generator are bound to a processor each.
fn is_bound() -> bool {
    let can = |processor| {
        let mut nothing = Command::new("taskset");
        nothing.args(["-c", processor, "true"]).stderr(Stdio::null());
        nothing.status().is_ok_and(|status| status.success())
    };
    can("0") && can("1")
}
