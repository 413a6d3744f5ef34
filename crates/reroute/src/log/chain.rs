//! What makes a log one whole: each line is sealed together with the seal of the line before it.

use crate::{auth::token, config::Secret, config::mac, error::Result};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use std::fmt::Write;

/// The purpose that the key is derived for.
const PURPOSE: &str = "reroute security log: chain";

/// What a line ends with: `,"mac":"…"}`.
pub(super) const END: usize = 8 + 64 + 2;

/// HMAC-SHA256 under the log's own key.
#[derive(Clone)]
pub(super) struct Sealer(Hmac<Sha256>);

/// A seal as it is written: 64 hexadecimal digits; empty before the first line of a log.
pub(super) type Seal = String;

impl Sealer {
    pub(super) fn new(secret: &Secret) -> Self {
        Self(mac(secret, PURPOSE))
    }

    /// The seal of a line's bytes after a line with the seal `before`.
    pub(super) fn seal(&self, before: &str, line: &[u8]) -> Seal {
        let digest = self.0.clone().chain_update(before).chain_update(line).finalize().into_bytes();
        digest.iter().fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

/// The lines of one process: they bear its random name and are counted.
#[derive(Clone)]
pub(super) struct Chain {
    sealer: Sealer,
    id: String,
    /// How many lines were sealed.
    pub(super) seq: u64,
    /// The seal of the line that the next one follows.
    pub(super) last: Seal,
}

/// What is said of the place of a line that begins something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begins {
    /// It stands amid a file, or at the start of a fresh one.
    Nothing,
    /// It is the first of a file that goes on where another ended.
    File,
    /// It goes to a stream, whose lines of other processes it knows nothing of.
    Stream,
}

impl Chain {
    /// # Errors
    ///
    /// When the operating system has no randomness to give.
    pub(super) fn new(secret: &Secret) -> Result<Self> {
        let id = token::Digest::of(&token::generate()?).to_hex()[..16].to_owned();
        Ok(Self { sealer: Sealer::new(secret), id, seq: 0, last: Seal::new() })
    }

    /// The same chain, sealed under another secret from here on: what no process does.
    #[cfg(test)]
    pub(super) fn under(self, secret: &Secret) -> Self {
        Self { sealer: Sealer::new(secret), ..self }
    }

    /// Ends a line: with the chain's name, its number, and its seal.
    pub(super) fn seal(&mut self, line: &mut Vec<u8>, begins: Begins) {
        self.seq += 1;
        let mut end = format!(r#","chain":"{}","seq":{}"#, self.id, self.seq);
        // Writing to a string cannot fail.
        let _ = match begins {
            Begins::Stream if self.seq == 1 => write!(end, r#","stream":true"#),
            Begins::File => write!(end, r#","continues":"{}""#, self.last),
            Begins::Nothing if self.seq == 1 && !self.last.is_empty() => write!(end, r#","after":"{}""#, self.last),
            _ => Ok(()),
        };
        line.extend(end.as_bytes());
        self.last = self.sealer.seal(&self.last, line);
        line.extend(format!(",\"mac\":\"{}\"}}\n", self.last).as_bytes());
    }
}

/// The line without its seal, and the seal, of a line (without its end) that has one.
pub(super) fn split(line: &[u8]) -> Option<(&[u8], &str)> {
    let (body, end) = line.split_at_checked(line.len().checked_sub(END)?)?;
    let seal = end.strip_prefix(br#","mac":""#)?.strip_suffix(br#""}"#)?;
    let is_hex = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
    let seal = std::str::from_utf8(seal).ok().filter(|seal| seal.bytes().all(|byte| is_hex(&byte)))?;
    Some((body, seal))
}
