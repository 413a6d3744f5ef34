use super::{Epoch, Family, FamilyId, Rotation};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

/// How many families are held. A further one takes the place of the one that ends first.
const MOST: usize = 100_000;

/// For an application without a database: what is in it ends with the process.
#[derive(Default)]
pub(crate) struct Memory(Mutex<Held>);

#[derive(Default)]
struct Held {
    /// One for each account whose sign-ins were ended: no more than the application has accounts.
    epochs: HashMap<String, i64>,
    families: HashMap<FamilyId, Family>,
}

impl Memory {
    pub(super) fn epoch(&self, subject: &str) -> Epoch {
        Epoch(self.held().epochs.get(subject).copied().unwrap_or(0))
    }

    pub(super) fn raise_epoch(&self, subject: &str) {
        *self.held().epochs.entry(subject.to_owned()).or_default() += 1;
    }

    pub(super) fn found(&self, id: FamilyId, family: Family) {
        let mut held = self.held();
        if held.families.len() >= MOST {
            let now = SystemTime::now();
            held.families.retain(|_, family| family.expires > now);
            if held.families.len() >= MOST
                && let Some(first) = held.families.iter().min_by_key(|(_, family)| family.expires).map(|(id, _)| *id)
            {
                held.families.remove(&first);
            }
        }
        held.families.insert(id, family);
    }

    pub(super) fn family(&self, id: &FamilyId) -> Option<Family> {
        self.held().families.get(id).cloned()
    }

    pub(super) fn rotate(&self, id: &FamilyId, generation: i64) -> Rotation {
        match self.held().families.get_mut(id) {
            Some(family) if family.generation == generation => {
                family.generation += 1;
                Rotation::Done
            }
            _ => Rotation::Missed,
        }
    }

    pub(super) fn end(&self, id: &FamilyId) {
        self.held().families.remove(id);
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // Each change is one call on one table: they are whole even where a thread panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
