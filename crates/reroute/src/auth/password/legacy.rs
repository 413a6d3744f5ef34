//! Hashes of bcrypt, which are verified and never made.

use bcrypt::HashParts;

/// The most that a hash may ask for: 2 to this power of rounds, about a second.
const MOST_COST: u32 = 14;

/// Whether the password is that of the hash; `None` for a hash that is not bcrypt's or asks for too much, and for a password that bcrypt cannot
/// tell from others.
pub(super) fn verify(password: &str, hash: &str) -> Option<bool> {
    // `$2x$` is the broken variant of old PHP.
    let is_ours = ["$2a$", "$2b$", "$2y$"].iter().any(|prefix| hash.starts_with(prefix));
    let parts: HashParts = hash.parse().ok().filter(|_| is_ours)?;
    // The bytes are gone through again and again with a zero byte between: after a zero byte in the password, others look alike.
    if parts.get_cost() > MOST_COST || password.contains('\0') {
        return None;
    }
    // What is too long is an error.
    bcrypt::non_truncating_verify(password, hash).ok()
}
