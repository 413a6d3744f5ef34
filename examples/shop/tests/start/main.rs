//! Whether the real binary starts: with which settings, from which files, in which environment.

#[path = "../support/mod.rs"]
mod support;

mod environment;
mod files;
mod migrations;
mod production;
mod refusals;

use std::{
    fs,
    path::Path,
    process::Command,
    sync::{Arc, OnceLock},
};
use support::{Shop, command};
use tempfile::TempDir;

/// A secret key that nothing is wrong with.
const KEY: &str = "Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUuVvAaEeIiOo";

/// What production needs to start.
const SAFE: [(&str, &str); 5] = [
    ("REROUTE_ENV", "production"),
    ("SECRET_KEY", KEY),
    ("REROUTE_ALLOWED_HOSTS", "shop.example.com"),
    ("REROUTE_HTTPS", "elsewhere"),
    ("REROUTE_RATE_LIMITS", "enforce"),
];

/// A directory with these files.
fn home(files: &[(&str, &str)]) -> Arc<TempDir> {
    let home = tempfile::tempdir().expect("a directory can be made");
    for (name, text) in files {
        fs::write(home.path().join(name), text).expect("the file is written");
    }
    Arc::new(home)
}

/// The shop's command line with these settings changed: `None` is one that is not set.
fn with(home: &Path, settings: &[(&str, Option<&str>)]) -> Command {
    let mut command = command(home);
    for (name, value) in settings {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// A database that is up to date, and empty, for whoever only reads it.
fn migrated() -> &'static str {
    static MADE: OnceLock<(TempDir, String)> = OnceLock::new();
    let (_, url) = MADE.get_or_init(|| {
        let home = tempfile::tempdir().expect("a directory can be made");
        let ended = command(home.path()).args(["db", "upgrade"]).output().expect("the shop can be started");
        assert!(ended.status.success(), "{ended:?}");
        let url = format!("sqlite:{}", home.path().join("shop.db").display());
        (home, url)
    });
    url
}

/// The same for production, which starts if nothing of it is changed.
fn production(home: &Path, changes: &[(&str, Option<&str>)]) -> Command {
    let mut command = command(home);
    command.env("DATABASE_URL", migrated());
    for (name, value) in changes {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    for (name, value) in SAFE {
        if changes.iter().all(|(changed, _)| *changed != name) {
            command.env(name, value);
        }
    }
    command
}

/// The start is refused: with 1, in plain lines, one for each reason.
#[track_caller]
fn refusal(home: &Arc<TempDir>, command: Command) -> Vec<String> {
    let Err((said, status)) = Shop::try_start(home.clone(), command) else { panic!("the shop starts") };
    assert_eq!(status.code(), Some(1), "{said:?}");
    assert!(!said.is_empty());
    for line in &said {
        for noise in ["panicked", "backtrace", ".rs:", "WARN"] {
            assert!(!line.contains(noise), "{noise}: {said:?}");
        }
    }
    said
}

/// Each reason is about one of these settings, in any order.
#[track_caller]
fn are_about(reasons: &[String], settings: &[&str]) {
    let mut named: Vec<&str> = reasons.iter().map(|reason| reason.split(':').next().unwrap_or_default()).collect();
    let mut expected = settings.to_vec();
    named.sort_unstable();
    expected.sort_unstable();
    assert_eq!(named, expected, "{reasons:#?}");
}
