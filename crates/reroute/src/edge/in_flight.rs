//! How many requests are under way.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// A bound on the requests that are under way at once.
pub(super) struct InFlight {
    count: AtomicUsize,
    most: usize,
}

impl InFlight {
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { count: AtomicUsize::new(0), most })
    }

    /// A place, if there is one.
    pub(super) fn enter(self: &Arc<Self>) -> Option<Underway> {
        if self.count.fetch_add(1, Ordering::Relaxed) < self.most {
            return Some(Underway(self.clone()));
        }
        self.count.fetch_sub(1, Ordering::Relaxed);
        None
    }
}

/// A place among the requests under way, until it is dropped.
pub(super) struct Underway(Arc<InFlight>);

impl Drop for Underway {
    fn drop(&mut self) {
        self.0.count.fetch_sub(1, Ordering::Relaxed);
    }
}
