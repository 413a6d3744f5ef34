//! One computation for many: the first to miss a key leads, the others wait until it ends, however it ends.

use super::{key::Key, store::Store};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::watch;

/// What is being computed, by key. A row lives as long as its leader.
#[derive(Default)]
pub(super) struct Flights(Mutex<HashMap<Key, watch::Receiver<()>>>);

pub(super) enum Flight {
    /// Compute it.
    Lead(Leader),
    /// Somebody does.
    Follow(Follower),
}

/// The one who computes. Dropped, in whatever way, it wakes the others.
pub(super) struct Leader {
    store: Arc<Store>,
    key: Key,
    /// Its end is the signal.
    _end: watch::Sender<()>,
}

/// One who waits.
pub(super) struct Follower(watch::Receiver<()>);

impl Flights {
    pub(super) fn join(store: &Arc<Store>, key: Key) -> Flight {
        let mut flights = store.flights.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(end) = flights.get(&key) {
            return Flight::Follow(Follower(end.clone()));
        }
        let (sender, receiver) = watch::channel(());
        flights.insert(key, receiver);
        Flight::Lead(Leader { store: store.clone(), key, _end: sender })
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        // First the row, then the signal: who comes between the two finds what was kept, or leads.
        self.store.flights.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

impl Follower {
    /// Waits for the leader's end.
    pub(super) async fn end(mut self) {
        // Nothing is ever sent: the error is that the sender is gone.
        let _ = self.0.changed().await;
    }
}
