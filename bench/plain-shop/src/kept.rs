//! What was computed once and is given again.

use crate::error::Error;
use axum::body::Bytes;
use moka::{notification::RemovalCause, policy::EvictionPolicy, sync::Cache};
use serde::Serialize;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

const CAPACITY: u64 = 1000;

/// Bodies by what was asked for.
pub(crate) struct Kept {
    entries: Cache<String, Entry>,
    counts: Arc<Counts>,
    products: AtomicU64,
    posts: AtomicU64,
}

/// What a body tells of. Its version is part of every key, so that what was begun before a change is not found after it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Of {
    Products,
    Posts,
    Nothing,
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
        Self { entries, counts, products: AtomicU64::new(0), posts: AtomicU64::new(0) }
    }

    /// The body that is kept under this key, not older than that; else the one that is made of what `make` comes to.
    pub(crate) async fn find<T: Serialize>(
        &self,
        of: Of,
        key: &str,
        seconds: u64,
        make: impl Future<Output = Result<T, Error>>,
    ) -> Result<Found, Error> {
        let key = format!("{of:?} {} {key}", self.version(of).map_or(0, |version| version.load(SeqCst)));
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

    pub(crate) fn forget(&self, of: Of) {
        if let Some(version) = self.version(of) {
            version.fetch_add(1, SeqCst);
        }
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

    fn version(&self, of: Of) -> Option<&AtomicU64> {
        match of {
            Of::Products => Some(&self.products),
            Of::Posts => Some(&self.posts),
            Of::Nothing => None,
        }
    }
}
