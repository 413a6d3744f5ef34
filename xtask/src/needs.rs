//! What the tests need beside Rust, and how it comes onto a fresh Debian machine.

use crate::{
    python::{H2, SQLMAP},
    run::{run, succeeds},
};
use std::process::Command;

/// A program that some tests need.
struct Need {
    program: &'static str,
    /// A line of shell that succeeds where it is there, and whole.
    probe: &'static str,
    /// The Debian packages that bring it.
    packages: &'static [&'static str],
    /// What is left out without it.
    without: &'static str,
}

const NEEDS: [Need; 7] = [
    Need {
        program: "cc",
        probe: "command -v cc",
        packages: &["gcc", "libc6-dev"],
        without: "nothing can be built: SQLite is compiled from C",
    },
    Need {
        program: "npm",
        probe: "command -v npm",
        packages: &["npm"],
        without: "the test suites for JSON and for strings, and the package http-cache-semantics, cannot be fetched",
    },
    Need {
        program: "node",
        probe: "command -v node",
        packages: &["nodejs"],
        without: "what is kept cannot be compared with what http-cache-semantics would store: that test will fail",
    },
    Need {
        program: "redis-server",
        probe: "command -v redis-server || command -v valkey-server",
        packages: &["redis-server"],
        without: "the limits and the cache that several processes share will fail",
    },
    Need {
        program: "postgres",
        // Debian keeps the server's programs out of the path.
        probe: "command -v psql && { command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; }",
        packages: &["postgresql", "postgresql-client"],
        without: "what is tested on PostgreSQL will fail",
    },
    Need {
        program: "chromium",
        probe: "command -v chromium",
        packages: &["chromium"],
        without: "what a browser makes of the shop cannot be seen: those tests will fail",
    },
    Need {
        program: "python3",
        // Debian keeps what makes an environment in a package of its own.
        probe: "python3 -c 'import ensurepip, venv'",
        packages: &["python3", "python3-venv"],
        without: "the floods by another client than ours and the search for injections will fail, and the test suites for HTML cannot be fetched",
    },
];

/// Installs what is missing, where that is allowed; says what is left out where it is not.
pub(crate) fn provide() {
    provide_programs();
    for (environment, name, without) in [
        (&H2, "h2", "the floods by another client than ours will fail"),
        (&SQLMAP, "sqlmap", "the search for injections will fail"),
    ] {
        if let Err(why) = environment.provide() {
            eprintln!("the Python package {name} could not be installed ({why}): {without}");
        }
    }
}

fn provide_programs() {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !is_there(need)).collect();
    if missing.is_empty() {
        return;
    }
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    if let Err(why) = install(&packages) {
        for need in missing {
            eprintln!("`{}` is missing and could not be installed ({why}): {}", need.program, need.without);
        }
    }
}

/// A component of the toolchain, such as `clippy`: there, or put there by rustup.
pub(crate) fn component(name: &str, probe: &str) -> bool {
    let is_there = || succeeds(Command::new("cargo").args([probe, "--version"]));
    is_there() || (succeeds(Command::new("rustup").args(["component", "add", name])) && is_there())
}

fn is_there(need: &Need) -> bool {
    succeeds(Command::new("sh").args(["-c", need.probe]))
}

fn install(packages: &[&str]) -> Result<(), String> {
    let sudo = if succeeds(Command::new("sh").args(["-c", "test \"$(id -u)\" = 0"])) {
        None
    } else if succeeds(Command::new("sudo").args(["-n", "true"])) {
        Some("sudo")
    } else {
        return Err("neither root nor sudo without a password".to_owned());
    };
    let apt = |words: &[&str]| {
        let mut command = Command::new(sudo.unwrap_or("apt-get"));
        if sudo.is_some() {
            command.arg("apt-get");
        }
        run(command.args(words).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat())
}
