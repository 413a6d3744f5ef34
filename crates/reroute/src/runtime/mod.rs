//! What `#[reroute::main]` runs on.

mod log;

use crate::error::{Refused, Result};
use log::Log;
use std::{
    future::Future,
    io::{IsTerminal, Write},
    process::ExitCode,
};
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// Runs a future to its end on a multi-threaded runtime of its own.
///
/// # Panics
///
/// When the operating system gives no threads.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime needs threads and a poller, and the operating system gave none").block_on(future)
}

/// Runs `main`: the log goes to stderr, at the levels that `RUST_LOG` names (`info` without, and no line for each request); an error ends the process with 1 (a
/// wrong command line with 2), a line for each reason.
pub fn main(main: impl Future<Output = Result<()>>) -> ExitCode {
    let targets = std::env::var("RUST_LOG").ok().and_then(|levels| levels.parse().ok());
    let targets: Targets = targets.unwrap_or_else(|| {
        Targets::new().with_default(tracing::Level::INFO).with_target("reroute::access", LevelFilter::OFF)
    });
    let lines = Log::to(std::io::stderr());
    let log = tracing_subscriber::fmt::layer().with_writer(lines.clone()).with_ansi(std::io::stderr().is_terminal());
    // A log that the application has set up before stays.
    let _ = tracing_subscriber::registry().with(log).with(targets).try_init();
    let outcome = block_on(main);
    lines.flush();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            let refused = error.source().and_then(|source| source.downcast_ref::<Refused>());
            refused.map_or(ExitCode::FAILURE, |refused| refused.status().into())
        }
    }
}
