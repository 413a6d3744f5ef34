//! What a hash costs: what is set for new ones, and what a stored one may ask for.

use super::argon;
use crate::{
    config::Settings,
    error::{Error, Result},
};
use argon2::{Algorithm, Params, Version, password_hash::phc::PasswordHash};
use std::sync::atomic::{AtomicU64, Ordering};

/// OWASP's password storage cheat sheet, argon2id: 19 MiB in KiB, 2 passes, 1 lane.
const DEFAULT: Cost = Cost { memory: 19 * 1024, passes: 2 };

/// Nothing is gained by several lanes where several hashes run at once.
const LANES: u32 = 1;

/// How much more than the current settings, or than the default, a stored hash may ask for.
const AFFORDABLE: u32 = 4;

#[derive(Debug, Clone, Copy)]
struct Cost {
    /// In KiB.
    memory: u32,
    passes: u32,
}

/// Both numbers in one, the memory in the upper half. Of the process, as the bound on how many run at once is: hashing needs no application.
static CURRENT: AtomicU64 = AtomicU64::new(pack(DEFAULT));

const fn pack(cost: Cost) -> u64 {
    (cost.memory as u64) << 32 | cost.passes as u64
}

fn current() -> Cost {
    let both = CURRENT.load(Ordering::Relaxed);
    // The halves of the number.
    Cost { memory: (both >> 32) as u32, passes: both as u32 }
}

/// Lets new hashes cost what the settings say.
pub(crate) fn set_cost(settings: &Settings) {
    // At most a GiB, so that it fits.
    let memory = (settings.password_memory >> 10) as u32;
    CURRENT.store(pack(Cost { memory, passes: settings.password_passes }), Ordering::Relaxed);
}

/// A hash of the password, at the current cost.
pub(super) fn hash(password: &[u8]) -> Result<String> {
    let Cost { memory, passes } = current();
    let params = Params::new(memory, passes, LANES, None).map_err(|error| Error::internal(error.to_string()))?;
    let hash = argon::hash(Algorithm::Argon2id, Version::V0x13, params, password);
    Ok(hash.map_err(|error| Error::internal(error.to_string()))?.to_string())
}

/// Whether it is argon2's, and costs no more than a few times the usual: whoever can write a hash into the database cannot make us pay what they like.
pub(super) fn is_affordable(hash: &PasswordHash) -> bool {
    let Cost { memory, passes } = current();
    let is_argon2 = Algorithm::try_from(hash.algorithm.as_str()).is_ok();
    Params::try_from(hash).is_ok_and(|params| {
        is_argon2
            && params.m_cost() <= memory.max(DEFAULT.memory) * AFFORDABLE
            && params.t_cost() <= passes.max(DEFAULT.passes) * AFFORDABLE
            && params.p_cost() <= LANES * AFFORDABLE
    })
}

/// Whether the hash costs less than a new one would.
pub(super) fn is_less(hash: &PasswordHash) -> bool {
    let Cost { memory, passes } = current();
    !Params::try_from(hash).is_ok_and(|params| params.m_cost() >= memory && params.t_cost() >= passes)
}
