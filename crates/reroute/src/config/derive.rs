//! Keys of their own for each purpose, derived from the one secret.

use super::Secret;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The key that HKDF-SHA256 (RFC 5869, without a salt) derives from the secret for `purpose`: what is made for one purpose is worth nothing
/// for another.
pub(crate) fn derive(secret: &Secret, purpose: &str) -> Secret<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    // 32 bytes are far less than the most that HKDF gives.
    let _ = Hkdf::<Sha256>::new(None, secret.expose().as_bytes()).expand(purpose.as_bytes(), &mut *key);
    Secret::from(*key)
}

/// HMAC-SHA256 (RFC 2104) under the key derived for `purpose`.
pub(crate) fn mac(secret: &Secret, purpose: &str) -> Hmac<Sha256> {
    Hmac::<Sha256>::new_from_slice(derive(secret, purpose).expose()).expect("HMAC takes keys of any length")
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

    #[test]
    fn a_derived_key_is_what_hkdf_gives() {
        // RFC 5869, section A.3: SHA-256 without salt and info. The secret's bytes 0x0b are text.
        let key = derive(&Secret::new("\u{b}".repeat(22)), "");
        let expected = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d";
        assert_eq!(key.expose().map(|byte| format!("{byte:02x}")).concat(), expected);
    }
}
