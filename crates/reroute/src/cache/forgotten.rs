//! Which tags were forgotten, and when: in a sequence of forgettings, not in time.
//!
//! An entry notes the sequence at which its computation began. It is stale when one of its tags was forgotten later. So forgetting
//! holds against computations that had read the old state and come to an end afterwards, without anybody waiting for anybody.

use super::{key::Tag, memory::Entry};
use std::collections::HashMap;

/// The most tags that are remembered between sweeps.
pub(super) const MOST: usize = 10_000;

#[derive(Default)]
pub(super) struct Forgotten {
    sequence: u64,
    rows: HashMap<Tag, u64>,
    /// When everything was forgotten.
    all: u64,
    /// What began before it cannot be judged any more: rows that spoke of it are gone.
    floor: u64,
    /// The sequence at the sweep before.
    swept: u64,
}

impl Forgotten {
    /// The sequence that a computation begins at.
    pub(super) fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Forgets a tag. Whether there are too many rows now.
    pub(super) fn forget(&mut self, tag: Tag) -> bool {
        self.sequence += 1;
        self.rows.insert(tag, self.sequence);
        self.rows.len() > MOST
    }

    pub(super) fn clear(&mut self) {
        self.sequence += 1;
        self.all = self.sequence;
        self.rows.clear();
    }

    /// Whether something of a kept entry was forgotten since it began.
    pub(super) fn is_stale(&self, entry: &Entry) -> bool {
        self.is_forgotten(entry.began, &entry.tags)
    }

    /// Whether what began at this sequence must not be kept. Stricter than [`is_stale`](Self::is_stale): a kept entry was looked at by each
    /// sweep, what comes now was not.
    pub(super) fn is_too_late(&self, began: u64, tags: &[Tag]) -> bool {
        began < self.floor || self.is_forgotten(began, tags)
    }

    fn is_forgotten(&self, began: u64, tags: &[Tag]) -> bool {
        self.all > began
            || (!self.rows.is_empty() && tags.iter().any(|tag| self.rows.get(tag).is_some_and(|at| *at > began)))
    }

    /// Drops rows, once a sweep that began at sequence `mark` has removed every stale entry: those of before the sweep before, or, where
    /// there are too many, all of before this one. What began before these is not kept any more.
    pub(super) fn swept(&mut self, mark: u64, is_full: bool) {
        let floor = if is_full { mark } else { self.swept.min(mark) };
        self.rows.retain(|_, at| *at > floor);
        self.floor = self.floor.max(floor);
        self.swept = mark;
    }

    #[cfg(test)]
    fn rows(&self) -> usize {
        self.rows.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: [Tag; 1] = [[1; 16]];
    const B: [Tag; 1] = [[2; 16]];

    #[test]
    fn forgetting_holds_against_what_began_before() {
        let mut forgotten = Forgotten::default();
        let before = forgotten.sequence();
        forgotten.forget(A[0]);
        assert!(forgotten.is_too_late(before, &A));
        assert!(!forgotten.is_too_late(before, &B));
        assert!(!forgotten.is_too_late(forgotten.sequence(), &A));
        forgotten.clear();
        assert!(forgotten.is_too_late(before, &B));
    }

    #[test]
    fn rows_go_with_the_second_sweep_and_take_what_they_spoke_of_along() {
        let mut forgotten = Forgotten::default();
        let before = forgotten.sequence();
        forgotten.forget(A[0]);
        let after = forgotten.sequence();
        forgotten.swept(after, false);
        assert_eq!(forgotten.rows(), 1);
        assert!(forgotten.is_too_late(before, &A) && !forgotten.is_too_late(before, &B));
        forgotten.swept(after, false);
        assert_eq!(forgotten.rows(), 0);
        // Nobody knows any more that only A was forgotten.
        assert!(forgotten.is_too_late(before, &A) && forgotten.is_too_late(before, &B));
        assert!(!forgotten.is_too_late(after, &A));
    }

    #[test]
    fn a_full_sweep_drops_all_rows() {
        let mut forgotten = Forgotten::default();
        let is_full = (0..=MOST as u128).fold(false, |_, nth| forgotten.forget(nth.to_le_bytes()));
        assert!(is_full);
        let mark = forgotten.sequence();
        forgotten.swept(mark, true);
        assert_eq!(forgotten.rows(), 0);
        assert!(forgotten.is_too_late(mark - 1, &A) && !forgotten.is_too_late(mark, &A));
    }
}
