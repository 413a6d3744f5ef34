//! The level in this process: what is kept, by key, within two bounds. moka decides what gives way; time and forgetting are decided by
//! the store above it, which can ask another level when nothing is here.

use super::{
    Statistics,
    key::{Key, Tag},
};
use foldhash::quality::RandomState;
use moka::{notification::RemovalCause, policy::EvictionPolicy, sync};
use std::{
    any::Any,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};
use tokio::time::Instant;

/// How much may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) entries: usize,
    pub(crate) bytes: usize,
}

impl Bounds {
    pub(crate) const DEFAULT: Self = Self { entries: 1000, bytes: 64 << 20 };

    /// How much one entry may weigh: an eighth of all.
    pub(super) fn largest(self) -> u64 {
        (self.bytes as u64 / 8).min(u64::from(u32::MAX))
    }
}

/// One thing that is kept.
pub(crate) struct Entry {
    pub(super) value: Value,
    /// What the value takes, in bytes.
    pub(super) size: u64,
    pub(super) tags: Box<[Tag]>,
    /// The sequence of forgetting at which its computation began.
    pub(super) began: u64,
    /// Since when it is kept, by whichever process.
    pub(super) kept_at: Instant,
    /// Since when it is kept by this one.
    #[cfg(feature = "redis")]
    pub(super) kept_here: Instant,
    pub(super) expires_at: Instant,
}

pub(super) enum Value {
    Answer(super::answer::Kept),
    Result(Box<dyn Any + Send + Sync>),
}

pub(super) struct Memory {
    /// Digests are hashed again, with a seed of this process: nobody chooses digests that meet in the table.
    kept: sync::Cache<Key, Arc<Entry>, RandomState>,
    pub(super) bounds: Bounds,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    hits: AtomicU64,
    misses: AtomicU64,
    evictions: AtomicU64,
    expired: AtomicU64,
}

impl Memory {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self::counting(bounds, Arc::default())
    }

    /// An empty memory of other bounds, which goes on counting.
    pub(super) fn bounded(&self, bounds: Bounds) -> Self {
        Self::counting(bounds, self.counts.clone())
    }

    fn counting(bounds: Bounds, counts: Arc<Counts>) -> Self {
        let bounds = Bounds { entries: bounds.entries.max(1), bytes: bounds.bytes.max(1) };
        // No entry weighs less than its share, so that one weight holds both bounds.
        let share = (bounds.bytes / bounds.entries).clamp(1, u32::MAX as usize) as u64;
        let counting = counts.clone();
        let kept = sync::Cache::builder()
            .max_capacity(share.saturating_mul(bounds.entries as u64))
            .weigher(move |_, entry: &Arc<Entry>| entry.size.max(share).min(u64::from(u32::MAX)) as u32)
            .eviction_policy(EvictionPolicy::lru())
            .eviction_listener(move |_, _, cause| {
                if cause == RemovalCause::Size {
                    counting.evictions.fetch_add(1, Relaxed);
                }
            })
            .build_with_hasher(RandomState::default());
        Self { kept, bounds, counts }
    }

    /// What is kept, if its time is not over.
    pub(super) fn get(&self, key: &Key) -> Option<Arc<Entry>> {
        let entry = self.kept.get(key)?;
        if entry.expires_at <= Instant::now() {
            self.expire(key);
            return None;
        }
        Some(entry)
    }

    /// Counts what a look-up came to.
    pub(super) fn count(&self, is_hit: bool) {
        let count = if is_hit { &self.counts.hits } else { &self.counts.misses };
        count.fetch_add(1, Relaxed);
    }

    pub(super) fn insert(&self, key: Key, entry: Entry) {
        self.kept.insert(key, Arc::new(entry));
    }

    /// Does what moka puts off: what is too much goes at once, in the order of its last use.
    pub(super) fn settle(&self) {
        self.kept.run_pending_tasks();
    }

    pub(super) fn remove(&self, key: &Key) {
        self.kept.invalidate(key);
    }

    pub(super) fn clear(&self) {
        self.kept.invalidate_all();
    }

    /// Removes what is over, and what is stale.
    pub(super) fn sweep(&self, is_stale: impl Fn(&Entry) -> bool) {
        let now = Instant::now();
        for (key, entry) in &self.kept {
            if entry.expires_at <= now {
                self.expire(&key);
            } else if is_stale(&entry) {
                self.remove(&key);
            }
        }
        self.settle();
    }

    fn expire(&self, key: &Key) {
        if self.kept.remove(key).is_some() {
            self.counts.expired.fetch_add(1, Relaxed);
        }
    }

    pub(super) fn add_to(&self, sum: &mut Statistics) {
        self.settle();
        sum.entries += self.kept.entry_count();
        sum.capacity += self.bounds.entries as u64;
        sum.hits += self.counts.hits.load(Relaxed);
        sum.misses += self.counts.misses.load(Relaxed);
        sum.evictions += self.counts.evictions.load(Relaxed);
        sum.expired += self.counts.expired.load(Relaxed);
    }
}
