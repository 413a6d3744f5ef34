use super::Row;
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

/// For an application without a database: what is in it ends with the process. No account has more keys than it may have.
#[derive(Default)]
pub(crate) struct Memory(Mutex<Held>);

#[derive(Default)]
struct Held {
    rows: Vec<Row>,
    last_id: i64,
}

impl Memory {
    pub(super) fn alike(&self, prefix: &str) -> Vec<Row> {
        self.held().rows.iter().filter(|row| row.prefix == prefix).cloned().collect()
    }

    pub(super) fn of_account(&self, subject: &str) -> Vec<Row> {
        let now = SystemTime::now();
        let live = |row: &&Row| row.subject == subject && row.expires.is_none_or(|end| end > now);
        self.held().rows.iter().filter(live).cloned().collect()
    }

    pub(super) fn add(&self, mut row: Row, most: usize) -> Option<Row> {
        let mut held = self.held();
        let now = SystemTime::now();
        held.rows.retain(|old| old.expires.is_none_or(|end| end > now));
        if held.rows.iter().filter(|old| old.subject == row.subject).count() >= most {
            return None;
        }
        held.last_id += 1;
        row.id = held.last_id;
        held.rows.push(row.clone());
        Some(row)
    }

    pub(super) fn remove(&self, subject: &str, id: i64) -> bool {
        let mut held = self.held();
        let before = held.rows.len();
        held.rows.retain(|row| row.id != id || row.subject != subject);
        held.rows.len() < before
    }

    pub(super) fn remove_all(&self, subject: &str) {
        self.held().rows.retain(|row| row.subject != subject);
    }

    pub(super) fn used(&self, id: i64, now: SystemTime) {
        if let Some(row) = self.held().rows.iter_mut().find(|row| row.id == id) {
            row.last_used = Some(now);
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // Each change is one call on one list: it is whole even where a thread panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
