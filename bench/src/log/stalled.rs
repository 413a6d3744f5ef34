//! How long requests take that all emit an event, while nobody reads the standard output that events go to, beside a reader that reads.
#![allow(unreachable_pub, reason = "a route has to be `pub`, wherever it stands")]

use super::{KEY, event};
use crate::{
    Result,
    report::{Row, median, progress},
    wire::{
        load::{self, Load},
        server::Server,
        this_program,
    },
};
use reroute::{Tree, file, prelude::*};
use std::{
    process::{ExitCode, Stdio},
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

const ROUNDS: usize = 9;
const CONNECTIONS: u32 = 32;
const REQUESTS: u32 = 50_000;

/// More than the pipe and the queue take.
const WARM_UP: u32 = 30_000;

/// A route that tells of each request.
#[route]
pub struct Told;

#[route]
impl Told {
    /// Emits an event that is equal to no other.
    #[public]
    async fn get(&self, Path(id): Path<u32>) -> Json<u32> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        event(COUNT.fetch_add(1, Relaxed)).emit();
        Json(id)
    }
}

/// Asks a process to be the server that tells. Not an argument, since reroute reads the arguments itself.
const TELL: &str = "BENCH_TELL";

/// Whether this process is to be the server.
pub fn is_asked_for() -> bool {
    std::env::var_os(TELL).is_some()
}

/// What the server's process does.
pub fn main() -> ExitCode {
    reroute::runtime::main(App::new(Tree::new([file::<Told>("/users/{id}", "users/[id].rs")])).run())
}

/// Measures both in alternating rounds.
///
/// # Errors
///
/// When a server does not start or answer.
pub(super) fn measure() -> Result<Row> {
    let (mut stuck, mut read) = (Vec::new(), Vec::new());
    let p99 = |turns: &[Load]| median(turns.iter().map(|turn| turn.p99));
    let p50 = |turns: &[Load]| median(turns.iter().map(|turn| turn.p50));
    for round in 1..=ROUNDS {
        progress(&format!("events behind a reader that is stuck, round {round} of {ROUNDS}"));
        stuck.push(turn(false)?);
        read.push(turn(true)?);
    }
    Ok(Row::ratio(
        "log: p99 of requests that each emit an event, a standard output that nobody reads / one that is read",
        format!("{:.0} µs / {:.0} µs; p50 {:.0} / {:.0} µs", p99(&stuck), p99(&read), p50(&stuck), p50(&read)),
        p99(&stuck) / p99(&read),
        None,
    ))
}

fn turn(is_read: bool) -> Result<Load> {
    let mut command = this_program(0)?;
    command.arg("serve").env(TELL, "1").env("SECRET_KEY", KEY).stdout(Stdio::piped());
    let mut server = Server::of(command, "the server that tells")?;
    let mut output = server.output();
    // One that is not read stays open until the server has ended.
    let reader = output
        .take_if(|_| is_read)
        .map(|mut output| std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink())));
    load::run(server.address, CONNECTIONS, WARM_UP)?;
    let load = load::run(server.address, CONNECTIONS, REQUESTS)?;
    drop(server);
    if let Some(reader) = reader {
        let _ = reader.join();
    }
    Ok(load)
}
