//! The doors of SeaORM, sea-query and sqlx that take SQL as a string are shut by clippy, in every project that has our `clippy.toml`.
#![allow(missing_docs, reason = "tests are read, not called")]

use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const MANIFEST: &str = r#"
[package]
name = "sample"
version = "0.0.0"
edition = "2024"

[dependencies]
reroute = { package = "reroute-web", path = "PATH", features = ["db"] }

[lints.clippy]
disallowed_macros = "deny"
disallowed_methods = "deny"
disallowed_types = "deny"

[profile.dev]
debug = "line-tables-only"

[workspace]
"#;

/// What stands before each reason that is ours.
const REASONS: [&str; 6] = [
    "SQL is a literal",
    "run `sql!(…)`",
    "SQL in an expression can hold anything",
    "`%` and `_` in the text would match anything",
    "this name is written into the SQL as it is",
    "schema is made by migrations",
];

#[test]
fn attack_128_each_raw_door_is_denied_and_nothing_else() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = crates.parent().and_then(Path::parent).expect("the crate is two folders below the workspace");
    let sample = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("raw-doors");
    let sources = crates.join("tests/raw_doors");
    fs::create_dir_all(sample.join("src")).expect("the sample can be written");
    let manifest = MANIFEST.replace("PATH", &crates.display().to_string());
    fs::write(sample.join("Cargo.toml"), manifest).expect("the sample can be written");
    // The very file that projects get, and the versions that we build with.
    for (from, to) in [
        (root.join("clippy.toml"), "clippy.toml"),
        (root.join("Cargo.lock"), "Cargo.lock"),
        (sources.join("lib.rs"), "src/lib.rs"),
        (sources.join("doors.rs"), "src/doors.rs"),
    ] {
        fs::copy(from, sample.join(to)).expect("the sample can be written");
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is a folder of the target's");
    let output = Command::new(env!("CARGO"))
        .args(["clippy", "--offline", "--quiet", "--message-format=json"])
        .current_dir(&sample)
        .env("CARGO_TARGET_DIR", target)
        .env_remove("CLIPPY_CONF_DIR")
        .output()
        .expect("cargo can be run");
    let messages = String::from_utf8_lossy(&output.stdout);
    let mut denied = BTreeSet::new();
    for message in messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        let message = &message["message"];
        let text = message["rendered"].as_str().unwrap_or_default();
        if message["level"] != "error"
            || text.starts_with("error: could not compile")
            || message["spans"] == Value::Array(vec![])
        {
            continue;
        }
        assert!(text.contains("use of a disallowed"), "{text}");
        assert!(REASONS.iter().any(|reason| text.contains(reason)), "{text}");
        let span = &message["spans"][0];
        denied.insert((
            span["file_name"].as_str().unwrap_or_default().to_owned(),
            span["line_start"].as_u64().unwrap_or_default(),
        ));
    }
    let doors = include_str!("doors.rs").lines().zip(1..).filter(|(line, _)| line.ends_with("// DENIED"));
    let expected: BTreeSet<_> = doors.map(|(_, line)| ("src/doors.rs".to_owned(), line)).collect();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(denied, expected, "{stderr}");
}
