//! Processor time, as the kernel keeps it for each process.

use crate::Result;
use std::time::Duration;

/// The unit of times in `/proc`, on every common architecture.
const TICK: Duration = Duration::from_millis(10);

/// What this process has spent, in its own code and in the kernel for it.
///
/// # Errors
///
/// Where there is no `/proc`, or no such process.
pub(crate) fn spent(process: u32) -> Result<Duration> {
    let [user, system, ..] = times(&process.to_string())?;
    Ok(user + system)
}

/// What all children of the present process, theirs included, have spent in their own code until they ended.
///
/// # Errors
///
/// Where there is no `/proc`.
pub(crate) fn spent_by_children() -> Result<Duration> {
    let [_, _, children, _] = times("self")?;
    Ok(children)
}

/// In its own code and in the kernel: of the process, and of its children that have ended.
fn times(process: &str) -> Result<[Duration; 4]> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The second field is the program's name, in parentheses and free to hold any; the fields after it are numbers.
    let (_, fields) = stat.rsplit_once(')').ok_or(UNKNOWN)?;
    let ticks: Vec<u32> =
        fields.split_ascii_whitespace().skip(11).take(4).map(str::parse).collect::<std::result::Result<_, _>>()?;
    let ticks: [u32; 4] = ticks.try_into().map_err(|_| UNKNOWN)?;
    Ok(ticks.map(|ticks| TICK * ticks))
}

const UNKNOWN: &str = "the kernel writes /proc in another format";
