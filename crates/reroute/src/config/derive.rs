//! Keys of their own for each purpose, derived from the one secret.

use super::Secret;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit};
use sha2::Sha256;

/// HMAC-SHA256 (RFC 2104) under the key that HKDF (RFC 5869) derives from the secret for `purpose`: what is made for one purpose is worth
/// nothing for another.
pub(crate) fn mac(secret: &Secret, purpose: &str) -> Hmac<Sha256> {
    Hmac::<Sha256>::new_from_slice(derive(secret, purpose).expose()).expect("HMAC takes keys of any length")
}

/// The key that HKDF (RFC 5869) derives from the secret for `purpose`.
pub(crate) fn derive(secret: &Secret, purpose: &str) -> Secret<[u8; 32]> {
    let mut key = [0; 32];
    // 32 bytes are far less than the most that HKDF gives.
    let _ = Hkdf::<Sha256>::new(None, secret.expose().as_bytes()).expand(purpose.as_bytes(), &mut key);
    Secret::of_bytes(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hmac::Mac;

    #[test]
    fn each_purpose_and_each_secret_has_a_key_of_its_own() {
        let of = |secret: &str, purpose| mac(&Secret::new(secret), purpose).finalize().into_bytes();
        assert_eq!(of("a", "one"), of("a", "one"));
        assert_ne!(of("a", "one"), of("a", "other"));
        assert_ne!(of("a", "one"), of("b", "one"));
    }
}
