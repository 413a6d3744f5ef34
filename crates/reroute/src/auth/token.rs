//! Secrets that are handed out once and kept only as a hash.

use crate::error::{Error, Result};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{header, request::Parts};
use sha2::{Digest as _, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;

/// The longest credential that is looked at, in bytes.
pub const LONGEST: usize = 8192;

/// A new token: 256 random bits from the operating system, as 43 URL-safe characters.
///
/// # Errors
///
/// 503 when the operating system has no randomness to give.
///
/// ```
/// let token = reroute::auth::token::generate()?;
/// assert_eq!(token.len(), 43);
/// # Ok::<(), reroute::Error>(())
/// ```
pub fn generate() -> Result<String> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|error| Error::unavailable(error.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(random))
}

/// The bearer token that the request carries (RFC 6750, section 2.1), if it carries any credential.
///
/// # Errors
///
/// 401 for another scheme, an empty, repeated or malformed credential, and one longer than [`LONGEST`].
pub fn bearer(parts: &Parts) -> Result<Option<&str>> {
    let invalid = || Error::unauthorized("Invalid token");
    let mut credentials = parts.headers.get_all(header::AUTHORIZATION).iter();
    let Some(credential) = credentials.next() else { return Ok(None) };
    if credentials.next().is_some() || credential.len() > LONGEST {
        return Err(invalid());
    }
    let (scheme, token) = credential.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(invalid)?;
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && token.bytes().all(is_token) {
        Ok(Some(token))
    } else {
        Err(invalid())
    }
}

/// What is kept of a token: its SHA-256. A token of 256 random bits needs no slower hash.
///
/// Compares in constant time.
#[derive(Clone, Copy)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of `token`.
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token).into())
    }

    /// Its bytes.
    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The digest that was stored as hexadecimal digits.
    ///
    /// ```
    /// use reroute::auth::token::Digest;
    /// assert_eq!(Digest::from_hex(&Digest::of("x").to_hex()), Some(Digest::of("x")));
    /// assert_eq!(Digest::from_hex("e3b0"), None);
    /// ```
    pub fn from_hex(hex: &str) -> Option<Self> {
        let mut digest = [0; 32];
        let digits = hex.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        for (byte, pair) in digest.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |digit: u8| char::from(digit).to_digit(16);
            // Two digits are less than 256.
            *byte = (digit(pair[0])? << 4 | digit(pair[1])?) as u8;
        }
        Some(Self(digest))
    }

    /// The digest in hexadecimal digits, for storing.
    ///
    /// ```
    /// use reroute::auth::token::Digest;
    /// assert!(Digest::of("").to_hex().starts_with("e3b0c442"));
    /// ```
    pub fn to_hex(&self) -> String {
        use fmt::Write;
        self.0.iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Digest {}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}
