use super::{Life, Row};
use crate::auth::token::Digest;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

/// How many sessions are held. A further one takes the place of the one that ends first.
const MOST: usize = 100_000;

/// For an application without a shared store: what is in it ends with the process.
#[derive(Default)]
pub(super) struct Memory(Mutex<HashMap<[u8; 32], Row>>);

impl Memory {
    pub(super) fn add(&self, digest: &Digest, row: &Row, life: Life) {
        let mut held = self.held();
        if held.len() >= MOST {
            let now = SystemTime::now();
            held.retain(|_, row| row.holds(life, now));
            if held.len() >= MOST
                && let Some(first) = held.iter().min_by_key(|(_, row)| row.expires).map(|(digest, _)| *digest)
            {
                held.remove(&first);
            }
        }
        held.insert(*digest.as_bytes(), row.clone());
    }

    pub(super) fn find(&self, digest: &Digest) -> Option<Row> {
        self.held().get(digest.as_bytes()).cloned()
    }

    pub(super) fn used(&self, digest: &Digest, now: SystemTime) {
        if let Some(row) = self.held().get_mut(digest.as_bytes()) {
            row.seen = now;
        }
    }

    pub(super) fn remove(&self, digest: &Digest) {
        self.held().remove(digest.as_bytes());
    }

    fn held(&self) -> MutexGuard<'_, HashMap<[u8; 32], Row>> {
        // Each change is one call on the table: it is whole even where a thread panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::account::Epoch;
    use std::time::Duration;

    const LIFE: Life = Life { absolute: Duration::from_secs(3600), idle: Duration::from_secs(600) };

    fn row(expires: SystemTime) -> Row {
        Row { subject: "7".to_owned(), epoch: Epoch(0), expires, seen: SystemTime::now() }
    }

    #[test]
    fn more_sessions_than_fit_take_no_more_room_and_the_first_to_end_goes() {
        let memory = Memory::default();
        let now = SystemTime::now();
        let digest = |nth: u64| Digest::of(&nth.to_string());
        for nth in 0..MOST as u64 {
            // The one in the middle ends first.
            let left = if nth == 500 { 100 } else { 1000 + nth };
            memory.add(&digest(nth), &row(now + Duration::from_secs(left)), LIFE);
        }
        memory.add(&digest(MOST as u64), &row(now + Duration::from_secs(50)), LIFE);
        assert_eq!(memory.held().len(), MOST);
        assert!(memory.find(&digest(500)).is_none() && memory.find(&digest(MOST as u64)).is_some());
    }

    #[test]
    fn sessions_whose_time_is_over_make_room_first() {
        let memory = Memory::default();
        let now = SystemTime::now();
        for nth in 0..MOST {
            let mut row = row(now + Duration::from_secs(1000));
            if nth % 2 == 0 {
                row.seen = now - LIFE.idle;
            }
            memory.add(&Digest::of(&nth.to_string()), &row, LIFE);
        }
        memory.add(&Digest::of("another"), &row(now + Duration::from_secs(1)), LIFE);
        assert_eq!(memory.held().len(), MOST / 2 + 1);
    }

    #[test]
    fn a_use_does_not_bring_back_what_was_ended() {
        let memory = Memory::default();
        let digest = Digest::of("id");
        memory.add(&digest, &row(SystemTime::now()), LIFE);
        memory.remove(&digest);
        memory.used(&digest, SystemTime::now());
        assert_eq!(memory.find(&digest), None);
    }
}
