//! What there is to do, by what the files say and what the ledger says. Nothing here asks the database.

use super::set::Step;
use std::collections::BTreeMap;

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) version: i64,
    pub(super) description: String,
    /// Whether it came to its end.
    pub(super) finished: bool,
    pub(super) checksum: Vec<u8>,
    /// When, in UTC.
    pub(super) at: String,
}

/// The files beside the ledger.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    steps: &'a [Step],
    ledger: &'a [Entry],
    folder: &'a str,
}

/// Where a migration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing<'a> {
    Pending,
    /// It was begun without a transaction, and has not come to its end.
    Begun,
    Applied(&'a Entry),
}

impl<'a> Plan<'a> {
    /// Both in order of their versions.
    pub(super) fn new(steps: &'a [Step], ledger: &'a [Entry], folder: &'a str) -> Self {
        Self { steps, ledger, folder }
    }

    /// Every migration that there is a file of.
    pub(super) fn standings(&self) -> impl Iterator<Item = (&'a Step, Standing<'a>)> {
        let ledger: BTreeMap<i64, &'a Entry> = self.ledger.iter().map(|entry| (entry.version, entry)).collect();
        self.steps.iter().map(move |step| match ledger.get(&step.version) {
            None => (step, Standing::Pending),
            Some(entry) if entry.finished => (step, Standing::Applied(entry)),
            Some(_) => (step, Standing::Begun),
        })
    }

    pub(super) fn pending(&self) -> usize {
        self.standings().filter(|(_, standing)| *standing == Standing::Pending).count()
    }

    /// What is applied and is not what the files say.
    pub(super) fn drifted(&self) -> Vec<String> {
        let changed = self.standings().filter_map(|(step, standing)| match standing {
            Standing::Applied(entry) if *entry.checksum != *step.up.migration.checksum => Some(format!(
                "{} has changed since it was applied: put back what it was, and write a new migration for the change",
                step.up.file
            )),
            _ => None,
        });
        let gone = self.gone().map(|entry| {
            format!(
                "{:04}_{} is applied, and there is no file of it in {}: put it back",
                entry.version,
                entry.description.replace(' ', "_"),
                self.folder
            )
        });
        changed.chain(gone).collect()
    }

    /// What is in the ledger, and there is no file of.
    pub(super) fn gone(&self) -> impl Iterator<Item = &'a Entry> {
        let is_gone = |entry: &&Entry| self.steps.binary_search_by_key(&entry.version, |step| step.version).is_err();
        self.ledger.iter().filter(is_gone)
    }

    /// What was begun and has not come to its end.
    pub(super) fn begun(&self) -> Vec<String> {
        self.standings()
            .filter(|(_, standing)| *standing == Standing::Begun)
            .map(|(step, _)| format!("{} was begun and has not finished", step.name))
            .collect()
    }

    /// What to bring in, first to last: what was begun, then what is pending.
    ///
    /// # Errors
    ///
    /// What has drifted.
    pub(super) fn up(&self, most: Option<usize>) -> Result<Vec<&'a Step>, Vec<String>> {
        self.agrees()?;
        let half_back: Vec<String> = self.half_back().collect();
        if !half_back.is_empty() {
            return Err(half_back);
        }
        let open = self.standings().filter(|(_, standing)| !matches!(standing, Standing::Applied(_)));
        Ok(open.map(|(step, _)| step).take(most.unwrap_or(usize::MAX)).collect())
    }

    /// What was begun to be taken back: its entry holds the checksum of the file down.
    fn half_back(&self) -> impl Iterator<Item = String> {
        let entry_of = |version| self.ledger.iter().find(|entry| entry.version == version);
        let begun = self.standings().filter(|(_, standing)| *standing == Standing::Begun);
        begun.filter_map(move |(step, _)| {
            let (entry, down) = (entry_of(step.version)?, step.down.as_ref()?);
            let is_back = *entry.checksum == *down.migration.checksum && *entry.checksum != *step.up.migration.checksum;
            is_back.then(|| {
                format!("{} was being taken back, and that has not finished: `db downgrade` goes on with it", step.name)
            })
        })
    }

    /// What to take back, last to first.
    ///
    /// # Errors
    ///
    /// What has drifted, fewer that are applied, or a file down that is not there.
    pub(super) fn down(&self, count: usize) -> Result<Vec<&'a Step>, Vec<String>> {
        self.agrees()?;
        let mut applied: Vec<&Step> =
            self.standings().filter(|(_, standing)| *standing != Standing::Pending).map(|(step, _)| step).collect();
        if applied.len() < count {
            return Err(vec![format!("{} cannot be taken back: {} applied", steps(count), are(applied.len()))]);
        }
        let back = applied.split_off(applied.len() - count);
        let missing = back.iter().filter(|step| step.down.is_none());
        let missing: Vec<String> = missing
            .map(|step| format!("{} cannot be taken back: there is no file {}", step.name, down_of(&step.up.file)))
            .collect();
        if missing.is_empty() { Ok(back.into_iter().rev().collect()) } else { Err(missing) }
    }

    fn agrees(&self) -> Result<(), Vec<String>> {
        let drifted = self.drifted();
        if drifted.is_empty() { Ok(()) } else { Err(drifted) }
    }
}

fn down_of(up: &str) -> String {
    format!("{}.down.sql", up.strip_suffix(".up.sql").unwrap_or(up))
}

fn steps(count: usize) -> String {
    if count == 1 { "1 step".to_owned() } else { format!("{count} steps") }
}

fn are(count: usize) -> String {
    match count {
        0 => "none is".to_owned(),
        1 => "1 is".to_owned(),
        _ => format!("{count} are"),
    }
}

#[cfg(test)]
mod tests;
