//! Building a hello world from nothing, and what is in it.

use super::{Built, Copy, remove};
use crate::{
    Result,
    report::{Row, Value, median, progress},
};
use std::collections::BTreeSet;

/// How often each program has its turn.
const ROUNDS: usize = 3;

const PACKAGES: [&str; 2] = ["hello-reroute", "hello-axum"];

/// What a hello world has no use for. A star stands for any rest of a name.
const HEAVY: [&str; 10] = [
    "sea-orm",
    "sqlx*",
    "libsqlite3-sys",
    "rustls*",
    "openssl*",
    "native-tls",
    "redis",
    "ammonia",
    "reqwest",
    "argon2",
];

/// Measures both programs in alternating rounds, each in an empty target directory.
///
/// # Errors
///
/// When one does not build.
pub fn measure() -> Result<Vec<Row>> {
    let copy = Copy::new("hello")?;
    let mut builds: [Vec<Built>; 2] = Default::default();
    for round in 1..=ROUNDS {
        for (package, builds) in PACKAGES.into_iter().zip(&mut builds) {
            remove(&copy.target)?;
            let built = copy.build(package)?;
            progress(&format!("{package} from nothing, {round} of {ROUNDS}: {:.1} s", built.wall));
            builds.push(built);
        }
    }
    remove(&copy.target)?;
    let row = |what: &str, unit: &str, figure: fn(&Built) -> f64| {
        let [reroute, axum] = [0, 1].map(|program: usize| median(builds[program].iter().map(figure)));
        let decimals = usize::from(!unit.is_empty());
        let figures = format!("{reroute:.decimals$}{unit} / {axum:.decimals$}{unit}");
        Row::ratio(
            format!("building a hello world from nothing: {what}, reroute / axum"),
            figures,
            reroute / axum,
            None,
        )
    };
    Ok(vec![
        row("time", " s", |built| built.wall),
        row("user processor time", " s", |built| built.user),
        row("crates", "", |built| built.crates as f64),
        Row {
            what: format!("hello world in reroute: crates among {}", HEAVY.join(", ").replace('*', "\\*")),
            figures: heavy(&copy)?,
            value: Value::Absent,
            target: None,
        },
    ])
}

/// Which of [`HEAVY`] are compiled for the hello world in reroute.
fn heavy(copy: &Copy) -> Result<String> {
    let words = ["tree", "--edges", "normal,build", "--prefix", "none", "--format", "{p}", "-p", PACKAGES[0]];
    let output = copy.cargo(&words).output()?;
    if !output.status.success() {
        return Err(format!("cargo tree failed: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let tree = String::from_utf8(output.stdout)?;
    let names = tree.lines().filter_map(|line| line.split_whitespace().next());
    let is_heavy = |name: &&str| {
        HEAVY.iter().any(|heavy| match heavy.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => name == heavy,
        })
    };
    let found: BTreeSet<&str> = names.filter(is_heavy).collect();
    Ok(if found.is_empty() { "none".to_owned() } else { Vec::from_iter(found).join(", ") })
}
