//! Passwords, hashed by argon2id off the async threads.

use crate::error::{Error, Result};
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash};
use std::sync::OnceLock;
use tokio::sync::Semaphore;

/// The longest password that is hashed, in bytes. Longer ones are refused before any work: OWASP asks for a bound against
/// denial of service.
pub const LONGEST: usize = 1024;

/// Memory of one hash in KiB, passes, and lanes: OWASP's password storage cheat sheet, argon2id.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// How many hashes may run at once: half of the cores, at least one. With the memory of each fixed, this bounds what a flood of logins can
/// take.
fn turns() -> &'static Semaphore {
    static TURNS: OnceLock<Semaphore> = OnceLock::new();
    TURNS.get_or_init(|| {
        Semaphore::new(std::thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1)))
    })
}

/// The hash of a password, as a PHC string that holds its salt and parameters.
///
/// # Errors
///
/// 422 for a password longer than [`LONGEST`]; 500 when hashing fails.
///
/// ```
/// # reroute::runtime::block_on(async {
/// use reroute::auth::password;
///
/// let hash = password::hash("Correct-Horse-7").await?;
/// assert!(password::verify("Correct-Horse-7", Some(&hash)).await?);
/// assert!(!password::verify("wrong", Some(&hash)).await?);
/// # Ok::<_, reroute::Error>(())
/// # }).unwrap();
/// ```
pub async fn hash(password: &str) -> Result<String> {
    if password.len() > LONGEST {
        return Err(Error::unprocessable("password", "max_length", "is too long"));
    }
    let password = password.to_owned();
    blocking(move || {
        let hash = hasher()?.hash_password(password.as_bytes()).map_err(|error| Error::internal(error.to_string()))?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether `password` is the one that `hash` was made of.
///
/// Without a hash, that is for an account that does not exist, the answer is no and takes as long: who has an
/// account cannot be told by the clock. A hash that cannot be read is a no, too.
///
/// # Errors
///
/// 500 when hashing fails.
pub async fn verify(password: &str, hash: Option<&str>) -> Result<bool> {
    if password.len() > LONGEST {
        return Ok(false);
    }
    let password = password.to_owned();
    let hash = hash.map(str::to_owned);
    blocking(move || {
        let hasher = hasher()?;
        match hash.as_deref().map(PasswordHash::new) {
            Some(Ok(hash)) if is_affordable(&hash) => Ok(hasher.verify_password(password.as_bytes(), &hash).is_ok()),
            Some(_) => Ok(false),
            None => {
                let _ = hasher.hash_password(password.as_bytes());
                Ok(false)
            }
        }
    })
    .await
}

fn hasher() -> Result<Argon2<'static>> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|error| Error::internal(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Whoever can write a hash into the database cannot make us pay more than a few times the usual for it.
fn is_affordable(hash: &PasswordHash) -> bool {
    let (memory, passes, lanes) = COST;
    Params::try_from(hash).is_ok_and(|params| {
        params.m_cost() <= memory * 4 && params.t_cost() <= passes * 4 && params.p_cost() <= lanes * 4
    })
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let turn = turns().acquire().await.map_err(|error| Error::internal(error.to_string()))?;
    tokio::task::spawn_blocking(move || {
        // Held until the work ends, also when nobody waits for it any more.
        let _turn = turn;
        work()
    })
    .await
    .map_err(|error| Error::internal(error.to_string()))?
}
