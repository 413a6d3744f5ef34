//! Passwords, hashed off the async threads.

use crate::error::Error;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash};
use std::sync::LazyLock;
use tokio::{sync::Semaphore, task::spawn_blocking};

/// KiB of memory, passes, lanes.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// How many hashes may run at once.
static TURNS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1))));

/// The hash of a password.
pub(crate) async fn hash(password: String) -> Result<String, Error> {
    blocking(move || {
        let hash = hasher()?.hash_password(password.as_bytes()).map_err(Error::internal)?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether the password is the hash's. Without a hash it is not, in like time.
pub(crate) async fn verify(password: String, hash: Option<String>) -> Result<bool, Error> {
    blocking(move || {
        let hasher = hasher()?;
        let Some(hash) = hash else {
            let _ = hasher.hash_password(password.as_bytes());
            return Ok(false);
        };
        let hash = PasswordHash::new(&hash).map_err(Error::internal)?;
        Ok(hasher.verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await
}

/// Whether the hash costs something else than hashes cost now.
pub(crate) fn is_outdated(hash: &str) -> bool {
    let params = PasswordHash::new(hash).ok().and_then(|hash| Params::try_from(&hash).ok());
    params.is_none_or(|params| (params.m_cost(), params.t_cost(), params.p_cost()) != COST)
}

fn hasher() -> Result<Argon2<'static>, Error> {
    let params = Params::new(COST.0, COST.1, COST.2, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    let turn = TURNS.acquire().await.map_err(Error::internal)?;
    spawn_blocking(move || {
        let _turn = turn;
        work()
    })
    .await
    .map_err(Error::internal)?
}
