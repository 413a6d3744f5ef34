//! Instructions for a request, as valgrind's callgrind counts them: what no other load on the machine can change.
//!
//! A service is run twice, with few and with many requests; what the start costs is in both, and falls out of the
//! difference. Making the request is included.

use crate::{
    Result,
    report::{Row, Value, progress},
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
    if Command::new("valgrind").arg("--version").output().is_err() {
        progress("there is no valgrind here: no instructions are counted");
        let what = "instructions for a request (valgrind is not installed)".to_owned();
        return Ok(vec![Row { what, figures: String::new(), value: Value::Absent, target: None }]);
    }
    let mut counts = Vec::new();
    for contender in Contender::ALL {
        progress(&format!("instructions of {}", contender.name()));
        let [few, many] = [count(contender, FEW)?, count(contender, MANY)?];
        counts.push((contender.name(), many.saturating_sub(few) as f64 / f64::from(MANY - FEW)));
    }
    let Some(((_, reroute), others)) = counts.split_last() else { return Ok(Vec::new()) };
    let beside = others.iter().map(|(name, other)| {
        let what = format!("instructions for a request, reroute / {name}");
        Row::ratio(what, format!("{reroute:.0} / {other:.0}"), reroute / other, None)
    });
    Ok(beside.collect())
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
fn count(contender: Contender, requests: u32) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args(["repeat", contender.name(), &requests.to_string()])
        .output()?;
    let told = String::from_utf8_lossy(&output.stderr);
    let collected = told.lines().find_map(|line| line.split_once("Collected : "));
    match collected.map(|(_, count)| count.trim().parse()) {
        Some(Ok(count)) if output.status.success() => Ok(count),
        _ => Err(format!("valgrind failed: {told}").into()),
    }
}
