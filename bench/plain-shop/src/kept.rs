//! What was computed once and is given again.

use crate::error::Error;
use axum::body::Bytes;
use moka::{notification::RemovalCause, policy::EvictionPolicy, sync::Cache};
use serde::Serialize;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

const CAPACITY: u64 = 1000;

/// Bodies by what was asked for.
pub(crate) struct Kept {
    entries: Cache<String, Entry>,
    counts: Arc<Counts>,
    /// Of each tag. It is part of every key, so that what was begun before a change is not found after it.
    versions: Mutex<HashMap<&'static str, u64>>,
}

/// A body, and whether it was there.
pub(crate) struct Found {
    pub(crate) body: Bytes,
    pub(crate) age: Duration,
    pub(crate) is_hit: bool,
}

#[derive(Serialize)]
pub(crate) struct Statistics {
    entries: u64,
    capacity: u64,
    hits: u64,
    misses: u64,
    evictions: u64,
    expired: u64,
}

#[derive(Clone)]
struct Entry {
    body: Bytes,
    at: Instant,
}

#[derive(Default)]
struct Counts {
    hits: AtomicU64,
    misses: AtomicU64,
    evictions: AtomicU64,
    expired: AtomicU64,
}

impl Kept {
    pub(crate) fn new() -> Self {
        let counts = Arc::<Counts>::default();
        let counting = counts.clone();
        let entries = Cache::builder()
            .max_capacity(CAPACITY)
            .eviction_policy(EvictionPolicy::lru())
            .eviction_listener(move |_, _, cause| {
                if cause == RemovalCause::Size {
                    counting.evictions.fetch_add(1, SeqCst);
                }
            })
            .build();
        Self { entries, counts, versions: Mutex::default() }
    }

    /// The body that is kept under this key, not older than that; else the one that is made of what `make` comes to.
    pub(crate) async fn find<T: Serialize>(
        &self,
        tag: &'static str,
        key: &str,
        seconds: u64,
        make: impl Future<Output = Result<T, Error>>,
    ) -> Result<Found, Error> {
        let key = format!("{tag} {} {key}", self.versions().get(tag).unwrap_or(&0));
        if let Some(Entry { body, at }) = self.entries.get(&key) {
            let age = at.elapsed();
            if age < Duration::from_secs(seconds) {
                self.counts.hits.fetch_add(1, SeqCst);
                return Ok(Found { body, age, is_hit: true });
            }
            self.entries.invalidate(&key);
            self.counts.expired.fetch_add(1, SeqCst);
        }
        self.counts.misses.fetch_add(1, SeqCst);
        let body = Bytes::from(serde_json::to_vec(&make.await?).map_err(Error::internal)?);
        self.entries.insert(key, Entry { body: body.clone(), at: Instant::now() });
        Ok(Found { body, age: Duration::ZERO, is_hit: false })
    }

    pub(crate) fn forget(&self, tag: &'static str) {
        *self.versions().entry(tag).or_default() += 1;
    }

    pub(crate) fn clear(&self) {
        self.entries.invalidate_all();
    }

    pub(crate) fn statistics(&self) -> Statistics {
        self.entries.run_pending_tasks();
        Statistics {
            entries: self.entries.entry_count(),
            capacity: CAPACITY,
            hits: self.counts.hits.load(SeqCst),
            misses: self.counts.misses.load(SeqCst),
            evictions: self.counts.evictions.load(SeqCst),
            expired: self.counts.expired.load(SeqCst),
        }
    }

    /// How often what is kept under the tag was forgotten.
    fn versions(&self) -> MutexGuard<'_, HashMap<&'static str, u64>> {
        self.versions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
