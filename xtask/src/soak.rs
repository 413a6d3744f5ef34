//! `cargo xtask soak`: what takes long, with its full counts, and a table of what came of it.

use crate::{
    corpora, needs,
    run::{Outcome, cargo, output, root, run},
};
use std::{fmt::Write, fs, process::Command, time::Instant};

/// One run: what it does, its command, and the variables that raise its counts.
struct Run {
    what: &'static str,
    command: &'static [&'static str],
    variables: &'static [(&'static str, &'static str)],
}

const RUNS: [Run; 7] = [
    Run {
        what: "Properties of the pure policy, 20,000 cases each",
        command: &["test", "--package", "reroute-core", "--lib"],
        variables: &[("PROPTEST_CASES", "20000")],
    },
    Run {
        what: "Properties of values and queries, 20,000 cases each",
        command: &["test", "--package", "reroute-web", "--lib"],
        variables: &[("PROPTEST_CASES", "20000")],
    },
    Run {
        what: "Inputs held against their schemas, 16,000 documents for each of seven types",
        command: &["test", "--package", "reroute-web", "--test", "schema"],
        variables: &[("PROPTEST_CASES", "2000")],
    },
    Run {
        what: "Properties of the file tree, 2,000 trees",
        command: &["test", "--package", "reroute-build", "--lib", "--tests"],
        variables: &[("PROPTEST_CASES", "2000")],
    },
    Run {
        what: "Orders of models, filters and cursors as attackers write them, on both databases, 20,000 cases",
        command: &["test", "--package", "reroute-web", "--all-features", "--test", "model", "hostile"],
        variables: &[("PROPTEST_CASES", "20000")],
    },
    Run {
        what: "1,000 migrations up and down, killed 20 times at any moment, and 20 rounds of two at once, on both databases",
        command: &["test", "--package", "reroute-cli", "--test", "db", "killed"],
        variables: &[("MIGRATE_COUNT", "1000"), ("MIGRATE_KILLS", "20"), ("MIGRATE_ROUNDS", "20")],
    },
    Run {
        what: "The shop killed during sign-ups and orders, raced for one name, attacked, and looked at by sqlmap, 20 times the counts",
        command: &["test", "--package", "shop"],
        variables: &[("SOAK", "1")],
    },
];

/// Runs all, writes each result into `docs/soak.md` as it comes, and fails at the end if one failed.
pub(crate) fn soak() -> Outcome {
    needs::provide();
    corpora::provide()?;
    let date = output(Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    let rustc = output(Command::new("rustc").arg("--version"))?;
    let mut page = format!("# Soak\n\nWritten by `cargo xtask soak` on {} with {}.\n\n", date.trim(), rustc.trim());
    page.push_str("| run | command | result | seconds |\n| --- | --- | --- | --- |\n");
    let mut failed = Vec::new();
    for Run { what, command, variables } in RUNS {
        let started = Instant::now();
        let outcome = run(cargo(command.iter().copied()).envs(variables.iter().copied()));
        let result = if outcome.is_ok() { "holds" } else { "FAILED" };
        let variables: String = variables.iter().map(|(name, value)| format!("{name}={value} ")).collect();
        let seconds = started.elapsed().as_secs();
        // Nothing fails to write into a `String`.
        let _ = writeln!(page, "| {what} | `{variables}cargo {}` | {result} | {seconds} |", command.join(" "));
        fs::write(root().join("docs/soak.md"), &page).map_err(|error| format!("docs/soak.md: {error}"))?;
        failed.extend(outcome.err());
    }
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}
