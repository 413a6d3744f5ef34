//! The security log of the real program: what is in it, that it stays whole, and that nobody waits for it.

#[path = "../support/mod.rs"]
mod support;

mod flood;
mod owners;
mod promoted;
mod recent;
mod sanitized;
mod sinks;
mod verify;
mod written;

use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::Output,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};
use support::{Shop, command};
use tempfile::TempDir;

const KEY: &str = "Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUuVvAaEeIiOo";

/// A folder, and the file in it that events go to.
fn place() -> (Arc<TempDir>, PathBuf) {
    let home = Arc::new(tempfile::tempdir().expect("a directory can be made"));
    let log = home.path().join("events.log");
    (home, log)
}

/// A shop in this folder that writes its events into this file.
fn start(home: &Arc<TempDir>, log: &Path, settings: &[(&str, &str)]) -> Shop {
    let file = log.to_str().expect("a plain path");
    Shop::start_at(home.clone(), &[&[("SECRET_KEY", KEY), ("REROUTE_SECURITY_LOG", file)], settings].concat())
}

fn events(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    whole.map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

/// The events of this type, once there are so many.
fn wait_for(file: &Path, kind: &str, count: usize) -> Vec<Value> {
    let patience = Instant::now() + Duration::from_secs(60);
    loop {
        let found: Vec<Value> = events(file).into_iter().filter(|event| event["event_type"] == kind).collect();
        if found.len() >= count {
            return found;
        }
        assert!(Instant::now() < patience, "{count} of {kind} are written: {found:?}");
        thread::yield_now();
    }
}

/// What `shop log verify` says of these files.
fn verify(home: &Path, files: &[&Path], more: &[&str]) -> Output {
    let mut command = command(home);
    command.env("SECRET_KEY", KEY).args(["log", "verify"]).args(files).args(more);
    command.output().expect("it runs")
}

#[track_caller]
fn is_honest(home: &Path, files: &[&Path]) {
    let said = verify(home, files, &[]);
    assert!(said.status.success(), "{said:?}");
}
