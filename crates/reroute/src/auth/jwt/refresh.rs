//! Refresh tokens: a family, its generation, and a proof that we wrote both.

use crate::auth::store::FamilyId;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// What they begin with, so that the log knows one where it has no business.
const PREFIX: &str = "refresh_";

/// What is derived from a secret for them.
pub(super) const PURPOSE: &str = "reroute refresh tokens";

/// Family, generation and proof.
const LENGTH: usize = 16 + 8 + 32;

/// The token of a family at a generation.
pub(super) fn write(key: &Hmac<Sha256>, family: &FamilyId, generation: i64) -> String {
    let mut bytes = Vec::with_capacity(LENGTH);
    bytes.extend(family);
    bytes.extend(generation.to_be_bytes());
    let proof = key.clone().chain_update(&bytes).finalize().into_bytes();
    bytes.extend(proof);
    format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// The family and the generation, if one of the keys has written the token.
pub(super) fn read(keys: &[Hmac<Sha256>], token: &str) -> Option<(FamilyId, i64)> {
    let encoded = token.strip_prefix(PREFIX)?;
    // The room is one byte more than any token needs, so that a longer one fails.
    let mut bytes = [0; LENGTH + 2];
    let length = URL_SAFE_NO_PAD.decode_slice(encoded, &mut bytes).ok()?;
    let (said, proof) = bytes[..length].split_at_checked(LENGTH - 32)?;
    // Compares in constant time, length included.
    keys.iter().find(|key| (*key).clone().chain_update(said).verify_slice(proof).is_ok())?;
    let (family, generation) = said.split_first_chunk::<16>()?;
    Some((*family, i64::from_be_bytes(generation.try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Secret, mac};

    fn key(secret: &str) -> Hmac<Sha256> {
        mac(&Secret::new(secret), PURPOSE)
    }

    #[test]
    fn what_was_written_is_read_and_nothing_else() {
        let token = write(&key("one"), &[7; 16], 3);
        assert_eq!(read(&[key("other"), key("one")], &token), Some(([7; 16], 3)));
        assert_eq!(read(&[key("other")], &token), None);
        for wrong in
            ["", "refresh_", "refresh_AAAA", &token[..token.len() - 1], &format!("{token}A"), &format!("{token}=")]
        {
            assert_eq!(read(&[key("one")], wrong), None, "{wrong}");
        }
        let mut changed = token.into_bytes();
        for at in PREFIX.len()..changed.len() {
            let before = changed[at];
            changed[at] = if before == b'A' { b'B' } else { b'A' };
            let text = String::from_utf8(changed.clone()).expect("it is text");
            assert_eq!(read(&[key("one")], &text), None, "{at}");
            changed[at] = before;
        }
    }
}
