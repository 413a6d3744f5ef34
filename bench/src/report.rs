//! Rows, their targets, and the table of all.

use crate::{Result, services::LAYERS};
use std::{fmt::Write as _, io::Write as _, process::Command};

/// One line of the table.
#[derive(Debug, Clone)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// The figures of this run, with their units.
    pub figures: String,
    /// What is compared: a ratio of two figures, or a figure itself.
    pub value: Value,
    /// What is aimed at.
    pub target: Option<Target>,
}

/// What stands in the column that has the targets.
#[derive(Debug, Clone, Copy)]
pub enum Value {
    /// One figure over another.
    Ratio(f64),
    /// Milliseconds.
    Milliseconds(f64),
    /// Nanoseconds.
    Nanoseconds(f64),
    /// Bytes.
    Bytes(f64),
    /// Nothing could be measured.
    Absent,
}

/// A bound that a value is compared with. It is never asserted.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    /// No more than this.
    AtMost(f64),
    /// No less than this.
    AtLeast(f64),
}

impl Row {
    /// A ratio of two figures.
    pub fn ratio(what: impl Into<String>, figures: impl Into<String>, ratio: f64, target: Option<Target>) -> Self {
        Self { what: what.into(), figures: figures.into(), value: Value::Ratio(ratio), target }
    }

    fn cells(&self) -> [String; 4] {
        let (value, number) = match self.value {
            Value::Ratio(ratio) => (format!("{ratio:.2}"), Some(ratio)),
            Value::Milliseconds(time) => (format!("{time:.1} ms"), Some(time)),
            Value::Nanoseconds(time) => (format!("{time:.0} ns"), Some(time)),
            Value::Bytes(bytes) => (format!("{bytes:.1} bytes"), Some(bytes)),
            Value::Absent => (String::new(), None),
        };
        let unit = match self.value {
            Value::Milliseconds(_) => " ms",
            Value::Nanoseconds(_) => " ns",
            Value::Bytes(_) => " bytes",
            Value::Ratio(_) | Value::Absent => "",
        };
        let target = match (self.target, number) {
            (None, _) => String::new(),
            (Some(Target::AtMost(bound)), None) => format!("≤ {bound}{unit}"),
            (Some(Target::AtLeast(bound)), None) => format!("≥ {bound}{unit}"),
            (Some(Target::AtMost(bound)), Some(number)) => format!("≤ {bound}{unit}: {}", verdict(number <= bound)),
            (Some(Target::AtLeast(bound)), Some(number)) => format!("≥ {bound}{unit}: {}", verdict(number >= bound)),
        };
        [self.what.clone(), self.figures.clone(), value, target]
    }
}

fn verdict(is_met: bool) -> &'static str {
    if is_met { "met" } else { "**missed**" }
}

/// The rows as a Markdown table, with the date, the compiler and the processor above it and what needs a word below.
///
/// # Errors
///
/// When the compiler cannot be asked for its version.
pub fn markdown(rows: &[Row]) -> Result<String> {
    let mut table = format!(
        "{}, {}, {}.\n\n| measured | figures | value | target |\n| --- | --- | --- | --- |\n",
        time::OffsetDateTime::now_utc().date(),
        compiler()?,
        processor().unwrap_or_else(|| "unknown processor".to_owned()),
    );
    for row in rows {
        writeln!(table, "| {} |", row.cells().join(" | "))?;
    }
    writeln!(
        table,
        "\nEach figure is the median of alternating rounds in one run. It tells of the machine; the values are what counts."
    )?;
    let notes = [
        ("axum-headers", "axum whose handler sends the headers that reroute sends".to_owned()),
        ("axum-layers", format!("axum inside one `ServiceBuilder` of: {LAYERS}")),
        ("axum-layer-calls", "axum inside the same layers, by a call of `Router::layer` for each".to_owned()),
        (
            "serde-garde",
            "`serde_json` into `#[derive(Deserialize)]`, held to the same constraints by `garde`".to_owned(),
        ),
        (
            "axum-constant",
            "axum whose handler sends the headers that reroute's cached answer has, and a constant".to_owned(),
        ),
        ("axum-moka", "the same, whose body is looked up by the path in `moka::sync::Cache`".to_owned()),
        ("reroute-cached", "a handler with `#[cache(\"300 s\", shared)]`, whose answer is there".to_owned()),
        ("plain-shop", "the program of `examples/shop` written in axum".to_owned()),
    ];
    for (name, note) in notes {
        if rows.iter().any(|row| row.what.contains(name)) {
            writeln!(table, "`{name}` is {note}.")?;
        }
    }
    Ok(table)
}

/// The middle of what was measured; of an even number, the upper one.
pub fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Tells whoever waits what is going on.
pub fn progress(text: &str) {
    // Nobody has to be listening.
    let _ = writeln!(std::io::stderr(), "bench: {text}");
}

fn compiler() -> Result<String> {
    let version = Command::new(std::env::var_os("RUSTC").unwrap_or("rustc".into())).arg("--version").output()?;
    Ok(String::from_utf8_lossy(&version.stdout).trim().to_owned())
}

fn processor() -> Option<String> {
    let all = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = all.lines().find(|line| line.starts_with("model name"))?;
    let count = std::thread::available_parallelism().map_or(0, usize::from);
    Some(format!("{} ({count} threads)", line.split_once(':')?.1.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]), 3.0);
        assert!(median([]).is_nan());
    }

    #[test]
    fn a_bound_belongs_to_those_that_meet_it() {
        let last = |ratio, target| Row::ratio("", "", ratio, Some(target)).cells()[3].clone();
        assert_eq!(last(1.25, Target::AtMost(1.25)), "≤ 1.25: met");
        assert_eq!(last(1.26, Target::AtMost(1.25)), "≤ 1.25: **missed**");
        assert_eq!(last(0.94, Target::AtLeast(0.95)), "≥ 0.95: **missed**");
    }
}
