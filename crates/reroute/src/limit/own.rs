use super::{
    declared::{Counts, Declared, Key, Limit, Per, StoreFailure},
    prepared::Prepared,
};
use reroute_core::rate::Rate;
use std::fmt;

/// Limits that a caller brings along with the credential, such as those of an API key: asked with those that count callers.
pub(crate) struct OwnLimits {
    pub(super) limits: Vec<Prepared>,
    keys: Vec<Key>,
}

impl OwnLimits {
    /// Each is a name, which tells it from all others in every process, a rate, and what it counts by. `least` is the setting `redis_failure`.
    pub(crate) fn new<'a>(limits: impl IntoIterator<Item = (&'a str, Rate, Key)>, least: StoreFailure) -> Self {
        let (limits, keys) = limits
            .into_iter()
            .map(|(name, rate, key)| {
                let limit = Limit {
                    rate,
                    per: Per::Principal,
                    counts: Counts::All,
                    if_store_fails: StoreFailure::Local.max(least),
                    declared: Declared::Handler,
                };
                (Prepared::named(name, &limit), key)
            })
            .unzip();
        Self { limits, keys }
    }

    /// What one of them counts by.
    pub(super) fn key(&self, limit: &Prepared) -> Key {
        let at = self.limits.iter().position(|own| own.id == limit.id);
        at.and_then(|at| self.keys.get(at)).copied().unwrap_or(Key::ALL)
    }
}

impl fmt::Debug for OwnLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.limits.iter().map(|limit| limit.rate)).finish()
    }
}
