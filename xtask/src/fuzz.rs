//! A short run of the fuzz targets that read what attackers write into credentials, logs and URLs.

use crate::run::{Outcome, cargo, root, run, succeeds};

/// The targets, each with its seeds in `fuzz/seeds`.
const TARGETS: [&str; 4] = ["token", "redact", "sealed_cookies", "fetch_target"];

/// How long each runs, in seconds.
const SECONDS: u32 = 10;

/// Runs each for a moment, where cargo-fuzz is installed. Whether it is.
pub(crate) fn fuzz() -> Outcome<bool> {
    if !succeeds(&mut cargo(["fuzz", "--version"])) {
        return Ok(false);
    }
    for target in TARGETS {
        let (corpus, seeds) = (format!("fuzz/corpus/{target}"), format!("fuzz/seeds/{target}"));
        std::fs::create_dir_all(root().join(&corpus)).map_err(|error| format!("{corpus}: {error}"))?;
        let time = format!("-max_total_time={SECONDS}");
        // Coverage is asked of the compiler by flags that are not stable.
        run(cargo(["fuzz", "run", target, &corpus, &seeds, "--", &time]).env("RUSTC_BOOTSTRAP", "1"))?;
    }
    Ok(true)
}
