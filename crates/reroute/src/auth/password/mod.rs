//! Passwords, hashed by argon2id off the async threads.
//!
//! A password is its bytes in UTF-8, and nothing else: it is neither trimmed nor folded nor normalized, here as in the shop's sign-up and
//! login. Two spellings of what looks alike (`é` as one character or as two) are two passwords; NIST SP 800-63B-4 lets a verifier choose, and a
//! normalization that changes with the version of Unicode would lock people out.
//!
//! How much a hash costs is set by `password_memory` and `password_passes`. As many run at once as half of the cores, and at least one:
//! making hashes and verifying those that were made under the current settings takes no more than that many times `password_memory`, however
//! many log in, and also when they hang up: the measurement `login` in `bench` shows it.
//! A stored hash may ask for up to four times the current memory, or 76 MiB if that is more, so that
//! what was made under other settings still opens; one that asks for more opens to nobody.
//!
//! Hashes of bcrypt (`$2a$`, `$2b$`, `$2y$`) are still verified, so that accounts of an older application can be taken over. [`is_outdated`]
//! says when to replace one:
//!
//! ```
//! # use reroute::{Result, auth::password};
//! # async fn log_in(typed: &str, stored: Option<&str>) -> Result<Option<String>> {
//! let is_right = password::verify(typed, stored).await?;
//! let outdated = stored.filter(|hash| is_right && password::is_outdated(hash));
//! // To be stored where the old one still stands.
//! let new = if outdated.is_some() { Some(password::hash(typed).await?) } else { None };
//! # Ok(new) }
//! ```

mod argon;
#[cfg(feature = "common-passwords")]
mod common;
mod cost;
mod hashers;
mod legacy;
#[cfg(test)]
mod tests;

use crate::error::{Error, Result};
use argon2::{Algorithm, Version, password_hash::phc::PasswordHash};
use hashers::hashing;
use zeroize::Zeroizing;

#[cfg(feature = "common-passwords")]
pub use common::uncommon;
pub(crate) use cost::set_cost;

/// The longest password that is hashed, in bytes. Longer ones are refused before any work: OWASP asks for a bound against
/// denial of service.
pub const LONGEST: usize = 1024;

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
    let password = Zeroizing::new(password.to_owned());
    hashing(move || cost::hash(password.as_bytes())).await
}

/// Whether `password` is the one that `hash` was made of.
///
/// Without a hash, that is for an account that does not exist, the answer is no and takes as long as one of the current settings: who has
/// an account cannot be told by the clock. So it is for a hash that cannot be read or asks for too much. Only what an outdated hash costs
/// is its own.
///
/// A hash of bcrypt knows 71 bytes and no U+0000: it opens to no password that is longer or holds one. Its cost is at most 14.
///
/// # Errors
///
/// 500 when hashing fails.
///
/// ```
/// # reroute::runtime::block_on(async {
/// use reroute::auth::password;
///
/// let of_bcrypt = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
/// assert!(password::verify("U*U", Some(of_bcrypt)).await?);
/// assert!(!password::verify("U*U", None).await?);
/// # Ok::<_, reroute::Error>(())
/// # }).unwrap();
/// ```
pub async fn verify(password: &str, hash: Option<&str>) -> Result<bool> {
    if password.len() > LONGEST {
        return Ok(false);
    }
    let password = Zeroizing::new(password.to_owned());
    let hash = hash.map(str::to_owned);
    hashing(move || {
        if let Some(hash) = hash.as_deref() {
            if let Some(is_right) = legacy::verify(&password, hash) {
                return Ok(is_right);
            }
            if let Some(hash) = PasswordHash::new(hash).ok().filter(cost::is_affordable) {
                return Ok(argon::verify(password.as_bytes(), &hash).unwrap_or(false));
            }
        }
        let _ = cost::hash(password.as_bytes());
        Ok(false)
    })
    .await
}

/// Whether a hash should be replaced as soon as its password is known again: it is not argon2id's, or was made with less memory or fewer
/// passes than are set.
///
/// ```
/// # reroute::runtime::block_on(async {
/// use reroute::auth::password;
///
/// assert!(!password::is_outdated(&password::hash("Correct-Horse-7").await?));
/// assert!(password::is_outdated("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
/// assert!(password::is_outdated("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"));
/// # Ok::<_, reroute::Error>(())
/// # }).unwrap();
/// ```
pub fn is_outdated(hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return true };
    let is_current = Algorithm::try_from(hash.algorithm.as_str()) == Ok(Algorithm::Argon2id)
        && hash.version == Some(u32::from(Version::V0x13));
    !is_current || cost::is_less(&hash)
}
