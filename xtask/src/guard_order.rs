//! `cargo xtask guard-order`: the guard's order is held by tests, and these are tested here.
//!
//! The steps of `guard/run.rs` are marked `// step: NAME`. Each two neighbours are swapped in a copy of the sources; then the compiler
//! or a test must say no.

use crate::run::{Outcome, cargo, output, root};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const GUARD: &str = "crates/reroute/src/guard/run.rs";

/// Swaps, builds, tests, and names every swap that nothing noticed.
pub(crate) fn guard_order() -> Outcome {
    let source = fs::read_to_string(root().join(GUARD)).map_err(|error| format!("{GUARD}: {error}"))?;
    let mutants = mutants(&source);
    if mutants.len() < 8 {
        return Err(format!("{GUARD} has only {} neighbouring steps: are they marked?", mutants.len()));
    }
    let copy = copy()?;
    let test = |text: &str| -> Outcome<String> {
        fs::write(copy.join(GUARD), text).map_err(|error| format!("the copy cannot be written: {error}"))?;
        let mut cargo =
            cargo(["test", "--package", "reroute-web", "--features", "cache", "--test", "guard_order", "--quiet"]);
        cargo.current_dir(&copy).env("CARGO_TARGET_DIR", root().join("target/guard-order/target"));
        let output = cargo.output().map_err(|error| format!("cargo cannot be started: {error}"))?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        Ok(match (output.status.success(), text.contains("could not compile")) {
            (true, _) => "unnoticed".to_owned(),
            (false, true) => "refused by the compiler".to_owned(),
            (false, false) => "failed by a test".to_owned(),
        })
    };
    if test(&source)? != "unnoticed" {
        return Err("the guard's tests fail without any swap".to_owned());
    }
    let mut unnoticed = Vec::new();
    for (name, text) in mutants {
        let verdict = test(&text)?;
        eprintln!("{name}: {verdict}");
        if verdict == "unnoticed" {
            unnoticed.push(name);
        }
    }
    if unnoticed.is_empty() {
        Ok(())
    } else {
        Err(format!("nothing notices when these are swapped: {}", unnoticed.join("; ")))
    }
}

/// The source with each two neighbouring steps swapped. Steps of different functions are no neighbours that can be swapped as text: `// end`
/// closes the last of each.
fn mutants(source: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = source.lines().collect();
    let marks: Vec<(usize, &str)> = lines
        .iter()
        .enumerate()
        .filter_map(|(at, line)| {
            let mark = line.trim().strip_prefix("// ")?;
            (mark == "end" || mark.starts_with("step: ")).then_some((at, mark))
        })
        .collect();
    marks
        .windows(3)
        .filter(|window| window[0].1 != "end" && window[1].1 != "end")
        .map(|window| {
            let [(first, a), (second, b), (end, _)] = [window[0], window[1], window[2]];
            let swapped = [&lines[..first], &lines[second..end], &lines[first..second], &lines[end..]].concat();
            (
                format!("{} <-> {}", a.trim_start_matches("step: "), b.trim_start_matches("step: ")),
                swapped.join("\n") + "\n",
            )
        })
        .collect()
}

/// The sources, as far as the framework's own tests need them, below `target`.
fn copy() -> Outcome<PathBuf> {
    let to = root().join("target/guard-order/source");
    let _ = fs::remove_dir_all(&to);
    let files = output(
        Command::new("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]).current_dir(root()),
    )?;
    for file in files.lines().filter(|file| {
        Path::new(file).extension().is_some_and(|kind| kind == "rs" || kind == "toml" || kind == "lock" || kind == "md")
    }) {
        let target = to.join(file);
        let folder = target.parent().unwrap_or(&to);
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        if root().join(file).exists() {
            fs::copy(root().join(file), &target).map_err(|error| format!("{file}: {error}"))?;
        }
    }
    Ok(to)
}
