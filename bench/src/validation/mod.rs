//! Reading and validating a body: `reroute::params::from_json` beside serde_json and garde.
//!
//! The body has twelve fields in about 1 KiB, and nothing is wrong with it. Both sides hold it to the same constraints: see
//! [`ours`] and [`theirs`].

mod ours;
mod theirs;

use crate::{
    Result,
    instructions::{self, beside},
    report::{Row, Target, median, progress},
};
use std::{hint::black_box, time::Instant};

/// How often each reader has its turn.
const ROUNDS: usize = 100;

/// How many bodies a turn has.
const BODIES: u32 = 5_000;

/// What is aimed at, in time and in instructions.
const TARGET: Option<Target> = Some(Target::AtMost(1.3));

const BODY: &str = include_str!("body.json");

/// Who reads.
#[derive(Debug, Clone, Copy)]
enum Reader {
    Ours,
    Theirs,
}

impl Reader {
    const ALL: [Self; 2] = [Self::Ours, Self::Theirs];

    fn name(self) -> &'static str {
        match self {
            Self::Ours => "reroute",
            Self::Theirs => "serde-garde",
        }
    }

    /// Reads a body this many times.
    fn read(self, body: &[u8], times: u32) -> Result<()> {
        for _ in 0..times {
            match self {
                Self::Ours => drop(black_box(ours::read(black_box(body))?)),
                Self::Theirs => drop(black_box(theirs::read(black_box(body))?)),
            }
        }
        Ok(())
    }
}

/// Measures both in alternating rounds, and counts their instructions.
///
/// # Errors
///
/// When they do not judge alike.
pub fn measure() -> Result<Vec<Row>> {
    compare()?;
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..=ROUNDS {
        if round % 20 == 0 {
            progress(&format!("validation, round {round} of {ROUNDS}"));
        }
        for (reader, times) in Reader::ALL.into_iter().zip(&mut times) {
            let start = Instant::now();
            reader.read(BODY.as_bytes(), BODIES)?;
            // The first round warms up.
            if round > 0 {
                times.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(BODIES));
            }
        }
    }
    let [ours, theirs] = times.map(median);
    let what = format!("a body of 12 fields and {} bytes, read and validated: time, reroute / serde-garde", BODY.len());
    let mut rows = vec![Row::ratio(what, format!("{ours:.0} ns / {theirs:.0} ns"), ours / theirs, TARGET)];
    let counts = Reader::ALL.map(|reader| instructions::of_one("read", reader.name()));
    let [ours, theirs] = counts;
    rows.push(beside("a body, read and validated: instructions, reroute / serde-garde", ours?, theirs?, TARGET));
    Ok(rows)
}

/// What a process under valgrind does: reads this many bodies.
///
/// # Errors
///
/// When there is no such reader.
pub fn repeat(name: &str, times: &str) -> Result<()> {
    let reader = Reader::ALL.into_iter().find(|reader| reader.name() == name);
    reader.ok_or_else(|| format!("there is no reader `{name}`"))?.read(BODY.as_bytes(), times.parse()?)
}

/// Both take the body, and both refuse it once any of its constraints is broken.
fn compare() -> Result<()> {
    let broken = [
        ("\"name\": \"A", "\"name\": \"\", \"more\": \"A"),
        ("\"name\": \"A", "\"name\": \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ("ABC-12345", "ABC-123456789"),
        ("a-good-lamp", "a--good-lamp"),
        ("ada@example.com", "ada@@example.com"),
        ("\"age\": 36", "\"age\": 12"),
        ("\"quantity\": 12", "\"quantity\": 0"),
        ("\"quantity\": 12", "\"quantity\": \"12\""),
        ("\"price_cents\": 129900", "\"price_cents\": -1"),
        ("\"city\": \"Zürich\"", "\"city\": \"\""),
        ("\"light\"", "\"a light that is far too bright\""),
        ("\"furniture\"", "\"spaceship\""),
    ];
    for body in std::iter::once(BODY.to_owned()).chain(broken.map(|(from, to)| BODY.replacen(from, to, 1))) {
        let is_right = body == BODY;
        for reader in Reader::ALL {
            if reader.read(body.as_bytes(), 1).is_ok() != is_right {
                return Err(format!("{} judges otherwise: {body}", reader.name()).into());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_judge_alike() {
        super::compare().expect("they do");
    }
}
