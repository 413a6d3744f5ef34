//! Keys, each of exactly one algorithm.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey,
    crypto::{self, aws_lc},
    errors::ErrorKind,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, ThumbprintHash},
};
use sha2::{Digest, Sha256};
use std::fmt;

/// The least size of an RSA key, in bits (RFC 7518, section 3.3).
const LEAST_RSA: usize = 2048;

/// Why a key cannot be used. Never shows the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyError {
    /// It is no PEM of a key for Ed25519, P-256 or RSA.
    Unreadable,
    /// It is an RSA key of fewer than 2048 bits.
    TooShort,
    /// It is a key for an algorithm that is not used here.
    Unsupported,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable => {
                "it is no key in PEM: a private key of PKCS #8, or a public key, for Ed25519, P-256 or RSA"
            }
            Self::TooShort => "it is an RSA key of fewer than 2048 bits",
            Self::Unsupported => "it is a key for an algorithm that is not used here: EdDSA, ES256 and RS256 are",
        })
    }
}

impl std::error::Error for KeyError {}

/// A key that tokens are signed with: HS256, EdDSA (Ed25519), ES256 or RS256, as the key is.
pub struct SigningKey {
    encoding: EncodingKey,
    verifying: VerifyingKey,
    /// The header of every token that it signs, encoded.
    header: String,
}

/// A key that tokens are verified with.
#[derive(Clone)]
pub struct VerifyingKey {
    pub(super) id: String,
    pub(super) algorithm: Algorithm,
    decoding: DecodingKey,
}

impl SigningKey {
    /// A private key in PEM: PKCS #8 for Ed25519 and P-256, PKCS #8 or #1 for RSA of 2048 bits and more.
    ///
    /// It is named by its thumbprint (RFC 7638).
    ///
    /// # Errors
    ///
    /// When it is none, or too short.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        prepare();
        let pem = pem.as_bytes();
        let tried = [
            (EncodingKey::from_ed_pem(pem), Algorithm::EdDSA),
            (EncodingKey::from_ec_pem(pem), Algorithm::ES256),
            (EncodingKey::from_rsa_pem(pem), Algorithm::RS256),
        ];
        let (encoding, algorithm) =
            tried.into_iter().find_map(|(key, algorithm)| Some((key.ok()?, algorithm))).ok_or(KeyError::Unreadable)?;
        let jwk = Jwk::from_encoding_key(&encoding, algorithm).map_err(|error| match error.kind() {
            ErrorKind::InvalidRsaKey(why) if why == "TooSmall" => KeyError::TooShort,
            // A public one, for instance.
            ErrorKind::InvalidRsaKey(_) => KeyError::Unreadable,
            _ => KeyError::Unsupported,
        })?;
        let verifying = VerifyingKey::from_jwk(&jwk)?;
        let key = Self::of(encoding, verifying);
        // A key whose curve is another than its algorithm's says so when it signs.
        key.sign(b"").map_err(|_| KeyError::Unsupported)?;
        Ok(key)
    }

    /// The same, under this name.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.verifying.id = id.into();
        self.header = header(&self.verifying);
        self
    }

    /// What its tokens are verified with.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// HS256 (RFC 7518, section 3.2). Whether the secret is strong enough was asked where it came from.
    pub(super) fn from_secret(secret: &[u8]) -> Self {
        prepare();
        Self::of(EncodingKey::from_secret(secret), VerifyingKey::from_secret(secret))
    }

    fn of(encoding: EncodingKey, verifying: VerifyingKey) -> Self {
        Self { encoding, header: header(&verifying), verifying }
    }

    /// The header of its tokens, encoded.
    pub(super) fn header(&self) -> &str {
        &self.header
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<String, jsonwebtoken::errors::Error> {
        crypto::sign(message, &self.encoding, self.verifying.algorithm)
    }
}

impl VerifyingKey {
    /// A public key in PEM, for Ed25519, P-256 or RSA of 2048 bits and more. It is named by its thumbprint (RFC 7638).
    ///
    /// # Errors
    ///
    /// When it is none, or too short.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        prepare();
        let pem = pem.as_bytes();
        let tried = [
            (DecodingKey::from_ed_pem(pem), Algorithm::EdDSA),
            (DecodingKey::from_ec_pem(pem), Algorithm::ES256),
            (DecodingKey::from_rsa_pem(pem), Algorithm::RS256),
        ];
        let (decoding, algorithm) =
            tried.into_iter().find_map(|(key, algorithm)| Some((key.ok()?, algorithm))).ok_or(KeyError::Unreadable)?;
        let jwk = Jwk::from_decoding_key(&decoding, Some(algorithm)).map_err(|_| KeyError::Unsupported)?;
        Self::from_jwk(&jwk)
    }

    /// The same, under this name.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    pub(super) fn from_secret(secret: &[u8]) -> Self {
        let digest = Sha256::new_with_prefix("reroute key id").chain_update(secret).finalize();
        Self {
            id: URL_SAFE_NO_PAD.encode(&digest[..9]),
            algorithm: Algorithm::HS256,
            decoding: DecodingKey::from_secret(secret),
        }
    }

    /// A public key of a key set (RFC 7517). Symmetric keys have no place in one.
    pub(super) fn from_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        let algorithm = match &jwk.algorithm {
            AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => Algorithm::EdDSA,
            AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => Algorithm::ES256,
            AlgorithmParameters::RSA(key) => {
                let modulus = URL_SAFE_NO_PAD.decode(&key.n).map_err(|_| KeyError::Unreadable)?;
                let bits = modulus.iter().skip_while(|byte| **byte == 0).count() * 8;
                if bits < LEAST_RSA {
                    return Err(KeyError::TooShort);
                }
                Algorithm::RS256
            }
            _ => return Err(KeyError::Unsupported),
        };
        if jwk.common.key_algorithm.is_some_and(|named| named.to_string() != name(algorithm)) {
            return Err(KeyError::Unsupported);
        }
        let decoding = DecodingKey::from_jwk(jwk).map_err(|_| KeyError::Unreadable)?;
        let id = match &jwk.common.key_id {
            Some(id) => id.clone(),
            None => jwk.thumbprint(ThumbprintHash::SHA256).map_err(|_| KeyError::Unreadable)?,
        };
        Ok(Self { id, algorithm, decoding })
    }

    /// Whether it has signed the message.
    pub(super) fn verifies(&self, message: &str, signature: &str) -> bool {
        crypto::verify(signature, message.as_bytes(), &self.decoding, self.algorithm).unwrap_or(false)
    }
}

/// As headers call it (RFC 7518, section 3.1; RFC 8037, section 3.1).
pub(super) fn name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::HS256 => "HS256",
        Algorithm::EdDSA => "EdDSA",
        Algorithm::ES256 => "ES256",
        Algorithm::RS256 => "RS256",
        _ => "none of ours",
    }
}

/// The header of a token that the key signs (RFC 9068, section 2.1).
fn header(key: &VerifyingKey) -> String {
    let header = serde_json::json!({"alg": name(key.algorithm), "kid": key.id, "typ": super::TYPE});
    URL_SAFE_NO_PAD.encode(header.to_string())
}

/// Says which implementation of the algorithms is used: without it, that could be undecided where another crate of the application asks for
/// another.
fn prepare() {
    // Only the first call counts.
    let _ = aws_lc::DEFAULT_PROVIDER.install_default();
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("id", &self.verifying.id).finish_non_exhaustive()
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey").field("id", &self.id).field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}
