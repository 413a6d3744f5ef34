//! Answers of handlers: what they are found by, whether they may be kept, and what goes out.

mod asked;
mod keeping;
mod kept;
mod keyed;

pub(crate) use asked::Asked;
pub(crate) use keeping::Looked;
pub(crate) use kept::Kept;
pub(crate) use keyed::Keyed;

use super::Cache;
use std::sync::atomic::{AtomicU64, Ordering};

/// An application's part of a cache. It exists where an endpoint is cached.
pub(crate) struct Answers {
    pub(crate) cache: Cache,
    /// What tells it from the other applications of the process.
    application: u64,
}

impl Answers {
    pub(crate) fn new(cache: Cache) -> Self {
        static APPLICATIONS: AtomicU64 = AtomicU64::new(0);
        Self { cache, application: APPLICATIONS.fetch_add(1, Ordering::Relaxed) }
    }
}
