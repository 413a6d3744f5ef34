//! sqlmap itself, run once for each target.

use super::targets::Target;
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What sqlmap makes of a target.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict {
    /// None of this many parameters lets anything in.
    Clean(usize),
    /// What it found.
    Injectable(String),
    /// It did not come to an end of its work: what it said.
    Unfinished(String),
}

/// A run that leaves nothing behind.
pub(crate) struct Scan {
    port: u16,
    folder: tempfile::TempDir,
}

impl Scan {
    pub(crate) fn new(port: u16) -> Self {
        Self { port, folder: tempfile::tempdir().expect("a directory can be made") }
    }

    pub(crate) fn run(&self, target: &Target, headers: &[String]) -> Verdict {
        let mut command = Command::new(sqlmap());
        command.args(["--level=3", "--risk=2", "--batch", "--disable-coloring"]);
        // A wrong text is refused with 422: that is an answer, as any other.
        command.args(["--ignore-code=*", "--method", target.method]);
        command.arg(format!("--url=http://127.0.0.1:{}{}", self.port, target.path));
        command.arg("--output-dir").arg(self.folder.path());
        for header in headers {
            command.args(["--header", header]);
        }
        if let Some(body) = &target.body {
            command.arg(format!("--data={}", body.as_str().map_or_else(|| body.to_string(), str::to_owned)));
        }
        if !target.is_marked() {
            command.arg(format!("-p{}", target.parameters.join(",")));
        }
        // It keeps a history in the home of its user.
        command.env("HOME", self.folder.path()).env_remove("XDG_DATA_HOME").stdin(Stdio::null());
        let output = command.output().expect("sqlmap can be run");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if let Some((_, found)) = text.split_once("identified the following injection point(s)") {
            return Verdict::Injectable(found.chars().take(2000).collect());
        }
        let is_cleared = |name: &&&str| {
            text.lines().any(|line| {
                line.contains(&format!("'{name}' does not seem to be injectable"))
                    || line.contains(&format!("'JSON {name}' does not seem to be injectable"))
            })
        };
        let cleared = target.parameters.iter().filter(is_cleared).count();
        if cleared == target.parameters.len() && text.contains("all tested parameters do not appear to be injectable") {
            Verdict::Clean(cleared)
        } else {
            Verdict::Unfinished(text)
        }
    }
}

pub(crate) fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sqlmap")
}

/// That of `cargo xtask sqlmap`, or the machine's own.
fn sqlmap() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is within the target folder");
    let ours = target.join("sqlmap/bin/sqlmap");
    if ours.exists() { ours } else { "sqlmap".into() }
}
