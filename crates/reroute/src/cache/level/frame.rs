//! What an entry looks like in the store.
//!
//! ```text
//! version 1 · expiry (ms since 1970) 8 · written at (ms) 8 · count of tokens 2 · tokens 16 each · body · HMAC-SHA256 32
//! ```
//!
//! Numbers are big-endian. The HMAC (RFC 2104) is over the entry's key and all that stands before it.

use super::{Found, Token};
use crate::{
    cache::key::Key,
    config::{Secret, mac},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::{
    fmt::Write,
    time::{Duration, SystemTime},
};

const VERSION: u8 = 1;
const HEAD: usize = 1 + 8 + 8 + 2;
const SEAL: usize = 32;

pub(super) struct Frames {
    seal: Hmac<Sha256>,
    names: Hmac<Sha256>,
}

impl Frames {
    /// With keys of their own, derived from the secret (RFC 5869).
    pub(super) fn new(secret: &Secret) -> Self {
        Self { seal: mac(secret, "reroute cache: seal"), names: mac(secret, "reroute cache: names") }
    }

    /// What the entry is called in the store: applications with other secrets never meet.
    pub(super) fn name(&self, key: &Key) -> String {
        let digest = self.names.clone().chain_update(key).finalize().into_bytes();
        let mut name = String::from("reroute:cache:");
        for byte in digest.iter().take(16) {
            // Writing to a string cannot fail.
            let _ = write!(name, "{byte:02x}");
        }
        name
    }

    /// The frame of a body, from now on for `duration`.
    pub(super) fn seal(&self, key: &Key, tokens: &[Token], duration: Duration, body: &[u8]) -> Option<Vec<u8>> {
        let now = millis()?;
        let mut frame = Vec::with_capacity(HEAD + 16 * tokens.len() + body.len() + SEAL);
        frame.push(VERSION);
        frame.extend((now + duration.as_millis() as u64).to_be_bytes());
        frame.extend(now.to_be_bytes());
        frame.extend(u16::try_from(tokens.len()).ok()?.to_be_bytes());
        tokens.iter().for_each(|token| frame.extend(token));
        frame.extend(body);
        let seal = self.seal.clone().chain_update(key).chain_update(&frame).finalize().into_bytes();
        frame.extend(seal);
        Some(frame)
    }

    /// What a frame holds, if it is ours, stands where it was put, is not over, and nothing of it was forgotten.
    pub(super) fn open(&self, key: &Key, tokens: &[Token], frame: &[u8]) -> Option<Found> {
        let (sealed, seal) = frame.split_at_checked(frame.len().checked_sub(SEAL)?)?;
        // In constant time.
        self.seal.clone().chain_update(key).chain_update(sealed).verify_slice(seal).ok()?;
        let (head, rest) = sealed.split_at_checked(HEAD)?;
        let number = |at: usize| Some(u64::from_be_bytes(head.get(at..at + 8)?.try_into().ok()?));
        let count = usize::from(u16::from_be_bytes(head.get(17..19)?.try_into().ok()?));
        let (own, body) = rest.split_at_checked(count * 16)?;
        let (expiry, written, now) = (number(1)?, number(9)?, millis()?);
        if head.first() != Some(&VERSION) || own != tokens.concat() || expiry <= now {
            return None;
        }
        let span = |millis: u64| Duration::from_millis(millis);
        Some(Found { body: body.to_vec(), left: span(expiry - now), age: span(now.saturating_sub(written)) })
    }
}

fn millis() -> Option<u64> {
    SystemTime::UNIX_EPOCH.elapsed().ok()?.as_millis().try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: Key = [7; 32];
    const TOKENS: [Token; 2] = [[1; 16], [2; 16]];

    fn frames() -> Frames {
        Frames::new(&Secret::new("Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUuVvAaEeIiOo"))
    }

    fn sealed(duration: Duration) -> Vec<u8> {
        frames().seal(&KEY, &TOKENS, duration, b"body").expect("the clock runs")
    }

    #[test]
    fn what_was_sealed_is_opened() {
        let found = frames().open(&KEY, &TOKENS, &sealed(Duration::from_secs(60))).expect("it is ours");
        assert_eq!(found.body, b"body");
        assert!(found.left <= Duration::from_secs(60) && found.left > Duration::from_secs(50));
    }

    #[test]
    fn what_was_moved_forgotten_or_written_by_others_is_not() {
        let frame = sealed(Duration::from_secs(60));
        assert!(frames().open(&[8; 32], &TOKENS, &frame).is_none());
        assert!(frames().open(&KEY, &[[1; 16], [3; 16]], &frame).is_none());
        assert!(frames().open(&KEY, &TOKENS[..1], &frame).is_none());
        assert!(frames().open(&KEY, &TOKENS, &sealed(Duration::ZERO)).is_none());
        let others = Frames::new(&Secret::new("another secret of another application, as long"));
        assert!(others.open(&KEY, &TOKENS, &frame).is_none());
        assert_ne!(others.name(&KEY), frames().name(&KEY));
    }

    proptest! {
        #[test]
        fn no_other_bytes_are_opened(bytes in prop::collection::vec(any::<u8>(), 0..120), at in 0usize..200, flip in 1u8..) {
            prop_assert!(frames().open(&KEY, &TOKENS, &bytes).is_none());
            let mut frame = sealed(Duration::from_secs(60));
            let at = at % frame.len();
            frame[at] ^= flip;
            prop_assert!(frames().open(&KEY, &TOKENS, &frame).is_none());
            frame.truncate(at);
            prop_assert!(frames().open(&KEY, &TOKENS, &frame).is_none());
        }
    }
}
