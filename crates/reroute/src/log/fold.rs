//! Equal events within a second become two: the first, and one for the rest.

use super::event::Facts;
use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasher, RandomState},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// How long equal events are one.
const SPAN: Duration = Duration::from_secs(1);

/// How many kinds of equal events are told apart at once. Beyond that, events are written one by one.
const MOST: usize = 4096;

/// What was written within the last second, and what came after it.
#[derive(Default)]
pub(super) struct Folds {
    /// By a hash that nobody outside can aim at.
    open: Mutex<HashMap<u64, Fold>>,
    hasher: RandomState,
}

struct Fold {
    until: Instant,
    rest: Option<Box<Facts>>,
}

impl Folds {
    /// What is to be written now: what is left of an earlier second, and the event unless an equal one was written just now.
    pub(super) fn take(&self, mut facts: Box<Facts>, now: Instant) -> [Option<Box<Facts>>; 2] {
        let key = self.hasher.hash_one((facts.kind, &facts.user, &facts.endpoint, facts.ip));
        let mut open = self.open();
        let is_full = open.len() >= MOST;
        match open.entry(key) {
            Entry::Occupied(mut entry) if now < entry.get().until => {
                match &mut entry.get_mut().rest {
                    Some(rest) => rest.count = rest.count.map(|count| count + 1),
                    rest => {
                        facts.count = Some(1);
                        *rest = Some(facts);
                    }
                }
                [None, None]
            }
            Entry::Occupied(mut entry) => {
                let over = entry.insert(Fold { until: now + SPAN, rest: None });
                [over.rest, Some(facts)]
            }
            Entry::Vacant(entry) => {
                if !is_full {
                    entry.insert(Fold { until: now + SPAN, rest: None });
                }
                [None, Some(facts)]
            }
        }
    }

    /// What is left of seconds that are over; of all, without a `now`.
    #[allow(clippy::vec_box, reason = "they were boxed already, and go on so")]
    pub(super) fn over(&self, now: Option<Instant>) -> Vec<Box<Facts>> {
        let mut rests = Vec::new();
        self.open().retain(|_, fold| {
            let goes_on = now.is_some_and(|now| now < fold.until);
            if !goes_on {
                rests.extend(fold.rest.take());
            }
            goes_on
        });
        rests
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open().is_empty()
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, Fold>> {
        // Each change of the table is one step: it is whole even where a thread panicked.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::kind::Kind, *};

    fn failure(user: &str) -> Box<Facts> {
        let mut facts = Facts::new(Kind::AuthFailure, "Authentication failed: x".to_owned());
        facts.user = Some(user.to_owned());
        Box::new(facts)
    }

    #[test]
    fn the_first_is_written_at_once_and_the_rest_as_one() {
        let (folds, now) = (Folds::default(), Instant::now());
        assert!(matches!(folds.take(failure("ada"), now), [None, Some(_)]));
        for _ in 0..9 {
            assert!(matches!(folds.take(failure("ada"), now + SPAN / 2), [None, None]));
        }
        assert!(matches!(folds.take(failure("bob"), now), [None, Some(_)]), "another user is another event");
        assert!(folds.over(Some(now + SPAN / 2)).is_empty());
        let rests = folds.over(Some(now + SPAN));
        assert_eq!(rests.iter().map(|rest| rest.count).collect::<Vec<_>>(), [Some(9)]);
        assert!(folds.is_empty());
    }

    #[test]
    fn one_that_comes_after_its_second_brings_the_rest_along() {
        let (folds, now) = (Folds::default(), Instant::now());
        folds.take(failure("ada"), now);
        folds.take(failure("ada"), now);
        let [rest, next] = folds.take(failure("ada"), now + SPAN);
        assert_eq!((rest.and_then(|rest| rest.count), next.map(|next| next.count)), (Some(1), Some(None)));
    }

    #[test]
    fn a_flood_of_others_takes_no_more_room() {
        let (folds, now) = (Folds::default(), Instant::now());
        for nth in 0..3 * MOST {
            assert!(matches!(folds.take(failure(&nth.to_string()), now), [None, Some(_)]));
        }
        assert_eq!(folds.open().len(), MOST);
    }
}
