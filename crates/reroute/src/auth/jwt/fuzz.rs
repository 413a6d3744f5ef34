//! What is read of a token, for fuzzing: no sign-in is asked about.

use super::*;

const SECRET: &[u8] = b"what fuzzing signs with, and nobody else";

/// Whether a token of this header and these claims is taken, which the right key has signed.
pub fn is_taken(header: &[u8], claims: &[u8]) -> bool {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signed = SigningKey::from_secret(SECRET).sign(message.as_bytes());
    signed.is_ok_and(|signature| is_token(&format!("{message}.{signature}")))
}

/// Whether the text is a token, by that key.
pub fn is_token(text: &str) -> bool {
    let keys = [VerifyingKey::from_secret(SECRET)];
    let rules = Rules { kind: Some(TYPE), ..Rules::default() };
    let read = || {
        let cut = Cut::of(text)?;
        cut.verify(token::choose(cut.header, &keys, &rules)?)?;
        Claims::read(&cut.payload()?, &rules, 0).map(drop)
    };
    read().is_ok()
}

/// Whether the text is a refresh token, by a key that nothing was written with.
pub fn is_refresh_token(text: &str) -> bool {
    let secret = crate::config::Secret::new("what fuzzing reads with, and nobody writes");
    refresh::read(&[mac(&secret, refresh::PURPOSE)], text).is_some()
}
