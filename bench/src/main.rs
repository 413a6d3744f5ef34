//! Runs a measurement, or all of them.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a measurement is there to be printed")]

use bench::{
    Result, auth, build, cache, data, fetch, html, inprocess, instructions, limits, log, login,
    report::{Row, markdown},
    table, validation, wire,
};
use std::{path::Path, process::ExitCode};

type Measure = fn() -> Result<Vec<Row>>;

const MODES: [(&str, Measure); 15] = [
    ("inprocess", inprocess::measure),
    ("instructions", instructions::measure),
    ("validation", validation::measure),
    ("limits", limits::measure),
    ("auth", auth::measure),
    ("wire", wire::measure),
    ("cache", cache::measure),
    ("login", login::measure),
    ("fetch", fetch::measure),
    ("log", log::measure),
    ("data", data::measure),
    ("html", html::measure),
    ("routes", table::measure),
    ("build", build::edit::measure),
    ("hello", build::hello::measure),
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        // What a measurement starts in processes of its own.
        ["serve"] if log::stalled::is_asked_for() => return log::stalled::main(),
        ["serve"] => return wire::server::main(),
        ["load", address, connections, requests] => wire::load::main(address, connections, requests),
        ["repeat", service, requests] => instructions::repeat(service, requests),
        ["read", reader, bodies] => validation::repeat(reader, bodies),
        ["all"] => all(),
        [mode] => one(mode),
        _ => Err(usage()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn one(mode: &str) -> Result<()> {
    let (_, measure) = MODES.into_iter().find(|(name, _)| *name == mode).ok_or_else(usage)?;
    print!("{}", markdown(&measure()?)?);
    Ok(())
}

fn all() -> Result<()> {
    let mut rows = Vec::new();
    for (_, measure) in MODES {
        rows.extend(measure()?);
    }
    let table = markdown(&rows)?;
    print!("{table}");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("RESULTS.md");
    let title = "# reroute beside axum\n\nWritten by `cargo run --release -p bench -- all`.\n\n";
    std::fs::write(file, format!("{title}{table}"))?;
    Ok(())
}

fn usage() -> Box<dyn std::error::Error + Send + Sync> {
    let modes: Vec<&str> = MODES.iter().map(|(name, _)| *name).collect();
    format!("write one of: all, {}", modes.join(", ")).into()
}
