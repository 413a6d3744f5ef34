//! Instructions for a request, as valgrind's callgrind counts them: what no other load on the machine can change.
//!
//! A service is run twice, with few and with many requests; what the start costs is in both, and falls out of the
//! difference. Making the request is included.

use crate::{
    Result,
    report::{Row, Target, Value, progress},
    services::{self, Contender},
};
use std::process::Command;

const FEW: u32 = 1_000;
const MANY: u32 = 11_000;

/// Counts for all services.
///
/// # Errors
///
/// When valgrind is there and fails.
pub fn measure() -> Result<Vec<Row>> {
    let mut counts = Vec::new();
    for contender in Contender::ALL {
        counts.push((contender.name(), of_one("repeat", contender.name())?));
    }
    let Some(((_, reroute), others)) = counts.split_last() else { return Ok(Vec::new()) };
    let rows = others
        .iter()
        .map(|(name, other)| beside(&format!("instructions for a request, reroute / {name}"), *reroute, *other, None));
    Ok(rows.collect())
}

/// Instructions for one of what `command` does as often as it is told; none where there is no valgrind.
///
/// # Errors
///
/// When valgrind is there and fails.
pub(crate) fn of_one(command: &str, name: &str) -> Result<Option<f64>> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        progress("there is no valgrind here: no instructions are counted");
        return Ok(None);
    }
    progress(&format!("instructions of {name}"));
    let [few, many] = [count(command, name, FEW)?, count(command, name, MANY)?];
    Ok(Some(many.saturating_sub(few) as f64 / f64::from(MANY - FEW)))
}

/// The row of two counts.
pub(crate) fn beside(what: &str, one: Option<f64>, other: Option<f64>, target: Option<Target>) -> Row {
    match (one, other) {
        (Some(one), Some(other)) => Row::ratio(what, format!("{one:.0} / {other:.0}"), one / other, target),
        _ => {
            let what = format!("{what} (valgrind is not installed)");
            Row { what, figures: String::new(), value: Value::Absent, target }
        }
    }
}

/// What the process under valgrind does: answers this many requests in process.
///
/// # Errors
///
/// When there is no such service, or it does not start.
pub fn repeat(name: &str, requests: &str) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let requests = requests.parse()?;
    runtime.block_on(async {
        let mut service = services::Contender::named(name)?.service().await?;
        service.answer_all(services::targets(requests)).await;
        Ok(())
    })
}

/// The instructions of a whole process.
fn count(command: &str, name: &str, times: u32) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args([command, name, &times.to_string()])
        .output()?;
    let told = String::from_utf8_lossy(&output.stderr);
    let collected = told.lines().find_map(|line| line.split_once("Collected : "));
    match collected.map(|(_, count)| count.trim().parse()) {
        Some(Ok(count)) if output.status.success() => Ok(count),
        _ => Err(format!("valgrind failed: {told}").into()),
    }
}
