use super::{declared::Key, memory::Memory, prepared::Prepared};
#[cfg(feature = "redis")]
use super::{declared::StoreFailure, shared::Shared};
use crate::error::Result;
use reroute_core::window::{Standing, Window};
use smallvec::SmallVec;
use tokio::time::Instant;

/// One request against one limit.
pub(super) struct Charge<'a> {
    limit: &'a Prepared,
    key: Key,
}

impl<'a> Charge<'a> {
    pub(super) fn new(limit: &'a Prepared, key: Key) -> Self {
        Self { limit, key }
    }

    pub(super) fn limit(&self) -> &'a Prepared {
        self.limit
    }

    pub(super) fn window(&self) -> &'a Window {
        &self.limit.window
    }

    /// What the store knows it by.
    pub(super) fn id(&self) -> Id {
        (self.limit.id, self.key.0)
    }
}

/// A limit, and what it counts by.
pub(super) type Id = (u64, u64);

/// What a store says.
#[derive(Debug)]
pub(super) enum Decision {
    /// All admit, and count it.
    Admitted(SmallVec<[Taken; 1]>),
    /// One refuses, and none counts it: how each stands.
    Refused(SmallVec<[Standing; 1]>),
}

/// A place that was taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken {
    /// How the key stands now.
    pub(super) standing: Standing,
    /// At which time it was counted, by the store's clock.
    pub(super) counted: u64,
}

/// Where limits are counted.
pub(crate) struct Store {
    memory: Memory,
    started: Instant,
    #[cfg(feature = "redis")]
    shared: Option<Shared>,
}

/// Where a place was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    Here,
    #[cfg(feature = "redis")]
    Shared,
}

impl Store {
    /// A store for that many keys in memory.
    pub(crate) fn new(keys: usize) -> Self {
        Self {
            memory: Memory::new(keys),
            started: Instant::now(),
            #[cfg(feature = "redis")]
            shared: None,
        }
    }

    /// The same, with what all processes share before it.
    #[cfg(feature = "redis")]
    pub(crate) fn shared(mut self, redis: Option<std::sync::Arc<crate::redis::Redis>>) -> Self {
        self.shared = redis.map(Shared::new);
        self
    }

    /// Admits all charges, or none.
    ///
    /// # Errors
    ///
    /// 503 where the shared store cannot be asked, and a limit is closed then.
    pub(super) async fn decide(&self, charges: &[Charge<'_>]) -> Result<(Decision, Counted)> {
        #[cfg(feature = "redis")]
        if let Some(shared) = &self.shared {
            if let Some(decision) = shared.decide(charges).await {
                return Ok((decision, Counted::Shared));
            }
            if let Some(decision) = without_store(charges)? {
                return Ok((decision, Counted::Here));
            }
        }
        Ok((self.memory.decide(charges, self.now()), Counted::Here))
    }

    /// Gives back a place.
    pub(super) async fn refund(&self, charge: &Charge<'_>, counted: u64, place: Counted) {
        match place {
            Counted::Here => self.memory.refund(charge, counted, self.now()),
            #[cfg(feature = "redis")]
            Counted::Shared => {
                if let Some(shared) = &self.shared {
                    shared.refund(charge, counted).await;
                }
            }
        }
    }

    fn now(&self) -> u64 {
        // 584 years.
        self.started.elapsed().as_nanos() as u64
    }
}

/// What holds while the shared store cannot be asked: nothing where all are open, the memory where one counts on.
#[cfg(feature = "redis")]
fn without_store(charges: &[Charge<'_>]) -> Result<Option<Decision>> {
    match charges.iter().map(|charge| charge.limit.if_store_fails).max() {
        Some(StoreFailure::Closed) => Err(crate::Error::unavailable("a limit cannot be asked: Redis does not answer")),
        Some(StoreFailure::Local) => Ok(None),
        Some(StoreFailure::Open) | None => Ok(Some(Decision::Admitted(charges.iter().map(untouched).collect()))),
    }
}

/// Counted nowhere: what is given back of it is no slot's.
#[cfg(feature = "redis")]
fn untouched(charge: &Charge<'_>) -> Taken {
    Taken { standing: charge.window().standing(&Default::default(), 0), counted: u64::MAX }
}
