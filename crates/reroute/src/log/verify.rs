//! Whether a log is what was written, line by line.

use super::{
    chain::{Seal, Sealer, split},
    line::LONGEST,
};
use crate::config::Secret;
use serde::Deserialize;
use std::{
    collections::HashMap,
    fmt,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

/// An honest log.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Honest {
    pub(crate) lines: u64,
    /// The number of the last line in its chain.
    pub(crate) seq: u64,
}

/// The first line that is not as it was written.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) line: u64,
    pub(crate) file: PathBuf,
    pub(crate) why: &'static str,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} is wrong: {} ({})", self.line, self.why, self.file.display())
    }
}

/// Reads the files, the oldest first. Each process sealed its lines under one of the secrets. With `expect`, the last line must have that number in its chain, or a higher one.
///
/// # Errors
///
/// When a file cannot be read.
pub(crate) fn verify(secrets: &[Secret], files: &[PathBuf], expect: Option<u64>) -> io::Result<Result<Honest, Wrong>> {
    let mut checker = Checker::new(secrets);
    let (mut lines, mut last) = (0, (0, Path::new("")));
    for path in files {
        let mut reader = BufReader::new(File::open(path)?);
        checker.is_first_of_file = true;
        last = (0, path);
        loop {
            let mut line = Vec::new();
            // A line that never ends is not read to its end.
            reader.by_ref().take(LONGEST as u64 + 1).read_until(b'\n', &mut line)?;
            if line.is_empty() {
                break;
            }
            (lines, last.0) = (lines + 1, last.0 + 1);
            if let Err(why) = checker.check(&line) {
                return Ok(Err(Wrong { line: last.0, file: path.clone(), why }));
            }
        }
    }
    if expect.is_some_and(|expect| checker.seq < expect) {
        return Ok(Err(Wrong { line: last.0 + 1, file: last.1.to_owned(), why: "the log ends before it" }));
    }
    Ok(Ok(Honest { lines, seq: checker.seq }))
}

/// What the next line must follow.
pub(super) struct Checker {
    sealers: Vec<Sealer>,
    /// Which of them sealed a chain's first line that was seen, and so must seal all of its others.
    sealer_of: HashMap<String, usize>,
    pub(super) is_first_of_file: bool,
    seq: u64,
    log: Option<Log>,
}

/// What the first line says that this is.
enum Log {
    /// A file: every line follows the one before.
    File {
        last: Seal,
        chains: HashMap<String, u64>,
        /// Whether it goes on where a file ended that is not here: chains may have begun there.
        goes_on: bool,
    },
    /// What streams have left: every line follows the one before in its own chain.
    Stream(HashMap<String, (u64, Seal)>),
}

#[derive(Deserialize)]
struct Place {
    chain: String,
    seq: u64,
    after: Option<Seal>,
    continues: Option<Seal>,
    #[serde(default)]
    stream: bool,
}

const UNSEALED: &str = "it has no seal";
const CHANGED: &str = "it was changed, or something before it was removed, inserted or moved";

impl Checker {
    pub(super) fn new(secrets: &[Secret]) -> Self {
        let sealers = secrets.iter().map(Sealer::new).collect();
        Self { sealers, sealer_of: HashMap::new(), is_first_of_file: true, seq: 0, log: None }
    }

    /// # Errors
    ///
    /// Why this is not the line that was written here.
    pub(super) fn check(&mut self, line: &[u8]) -> Result<(), &'static str> {
        let line = line.strip_suffix(b"\n").ok_or("it is cut off, or too long")?;
        let (body, seal) = split(line).ok_or(UNSEALED)?;
        let place: Place = serde_json::from_slice(&[body, b"}"].concat()).map_err(|_| UNSEALED)?;
        let log = self.log.get_or_insert_with(|| Log::begin(&place));
        let known = self.sealer_of.get(&place.chain).copied();
        let mut sealer = None;
        log.follows(&place, self.is_first_of_file, |before| {
            let may = |nth: &usize| known.is_none_or(|known| known == *nth);
            sealer = (0..self.sealers.len()).filter(may).find(|nth| self.sealers[*nth].seal(before, body) == seal);
            sealer.is_some()
        })?;
        log.keep(&place, seal);
        if let (None, Some(sealer)) = (known, sealer) {
            self.sealer_of.insert(place.chain.clone(), sealer);
        }
        self.seq = place.seq;
        self.is_first_of_file = false;
        Ok(())
    }
}

impl Log {
    fn begin(place: &Place) -> Self {
        if place.stream {
            return Self::Stream(HashMap::new());
        }
        let last = place.continues.clone();
        Self::File { goes_on: last.is_some(), last: last.unwrap_or_default(), chains: HashMap::new() }
    }

    fn follows(
        &self,
        place: &Place,
        is_first: bool,
        mut is_after: impl FnMut(&str) -> bool,
    ) -> Result<(), &'static str> {
        let holds = |is_so: bool| if is_so { Ok(()) } else { Err(CHANGED) };
        match self {
            Self::Stream(chains) => match chains.get(&place.chain) {
                Some((seq, last)) => holds(place.seq == seq + 1 && !place.stream && is_after(last)),
                None => holds(place.seq == 1 && place.stream && is_after("")),
            },
            Self::File { last, chains, goes_on } => {
                let is_next = match chains.get(&place.chain) {
                    Some(seq) => place.seq == seq + 1,
                    None => place.seq == 1 || *goes_on,
                };
                let is_told = [&place.after, &place.continues].into_iter().flatten().all(|told| told == last);
                let is_placed = place.continues.is_none() || is_first;
                holds(is_next && is_told && is_placed && !place.stream && is_after(last))
            }
        }
    }

    fn keep(&mut self, place: &Place, seal: &str) {
        match self {
            Self::Stream(chains) => {
                chains.insert(place.chain.clone(), (place.seq, seal.to_owned()));
            }
            Self::File { last, chains, .. } => {
                seal.clone_into(last);
                chains.insert(place.chain.clone(), place.seq);
            }
        }
    }
}

#[cfg(test)]
mod tests;
