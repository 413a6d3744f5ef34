//! The project's own commands: `cargo xtask test`, `corpora`, `soak`, `sqlmap`, `bench`, `guard-order`.
#![allow(clippy::print_stderr, reason = "a command tells what it does")]

mod corpora;
mod fuzz;
mod guard_order;
mod lean;
mod needs;
#[path = "../../crates/reroute/tests/support/postgres.rs"]
mod postgres;
mod python;
mod run;
mod soak;
mod sqlmap;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask test         everything that must hold: formatting, lints, documentation, all tests
cargo xtask corpora      fetches the test suites of others that some tests read
cargo xtask soak         the full counts of what `test` runs reduced; writes docs/soak.md
cargo xtask sqlmap       sqlmap against every parameter of the shop that comes to a query, on both databases (15 minutes)
cargo xtask bench [...]  the measurements, as one table (see bench/)
cargo xtask settings     writes docs/settings.md from the table of keys
cargo xtask guard-order  swaps each two neighbours of the guard's steps and expects a test to fail";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test"] => test::test(),
        ["corpora"] => {
            needs::provide();
            corpora::provide()
        }
        ["soak"] => soak::soak(),
        ["sqlmap"] => {
            needs::provide();
            sqlmap::all()
        }
        ["bench", rest @ ..] => {
            let mut bench = run::cargo(["run", "--release", "--package", "bench", "--"]);
            run::run(bench.args(if rest.is_empty() { &["all"] } else { rest }))
        }
        ["settings"] => std::fs::write(run::root().join("docs/settings.md"), reroute::config::reference())
            .map_err(|error| format!("docs/settings.md: {error}")),
        ["guard-order"] => guard_order::guard_order(),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
