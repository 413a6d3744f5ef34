//! Tokens of somebody else.

use super::{
    SCHEME,
    key::VerifyingKey,
    token::{self, Claims, Cut, Refusal, Rules},
};
use crate::auth::Principal;
use jsonwebtoken::jwk::{JwkSet, KeyOperations, PublicKeyUse};
use std::path::PathBuf;

/// The largest key set that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// Somebody whose tokens are taken: an identity provider, by the keys that it publishes.
///
/// Its callers are known by issuer and subject together, as in `https://id.example.com|42`, so that none of them is taken for an account of the application;
/// they have no roles, and [the claims of their token](crate::Principal::claims). Where that names scopes, by `scope` or `scp`, they are [limited to
/// them](crate::Principal::with_scopes).
///
/// ```no_run
/// use reroute::auth::{Jwt, Trusted};
///
/// let tokens = Jwt::from_config().trust(Trusted::new("https://id.example.com", "shop", "keys.json"));
/// ```
#[derive(Debug, Clone)]
pub struct Trusted {
    rules: Rules,
    file: PathBuf,
}

/// Its keys, read.
#[derive(Debug)]
pub(super) struct Keys {
    rules: Rules,
    keys: Vec<VerifyingKey>,
}

impl Trusted {
    /// The issuer, as its tokens name it; the audience that they must name, which is us; and the file of its public keys, a JSON Web Key Set (RFC 7517). Keys
    /// for other purposes and other algorithms than EdDSA (Ed25519), ES256 and RS256 are passed over; a file without any other stops the start.
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>, keys: impl Into<PathBuf>) -> Self {
        let rules = Rules { issuer: Some(issuer.into()), audience: Some(audience.into()), leeway: 0, kind: None };
        Self { rules, file: keys.into() }
    }

    pub(super) fn open(self) -> Result<Keys, String> {
        let wrong = |what: String| format!("{}: {what}", self.file.display());
        let size = std::fs::metadata(&self.file).map_err(|error| wrong(error.to_string()))?.len();
        if size > LARGEST {
            return Err(wrong(format!("a key set has no more than {LARGEST} bytes")));
        }
        let text = std::fs::read_to_string(&self.file).map_err(|error| wrong(error.to_string()))?;
        let set: JwkSet =
            serde_json::from_str(&text).map_err(|_| wrong("it is no JSON Web Key Set (RFC 7517)".to_owned()))?;
        let for_signatures = set
            .keys
            .iter()
            .filter(|key| key.common.public_key_use.as_ref().is_none_or(|used| *used == PublicKeyUse::Signature))
            .filter(|key| key.common.key_operations.as_ref().is_none_or(|used| used.contains(&KeyOperations::Verify)));
        let keys: Vec<_> = for_signatures.filter_map(|key| VerifyingKey::from_jwk(key).ok()).collect();
        if keys.is_empty() {
            return Err(wrong("none of its keys is a public key for EdDSA, ES256 or RS256".to_owned()));
        }
        Ok(Keys { rules: self.rules, keys })
    }
}

impl Keys {
    pub(super) fn issuer(&self) -> &str {
        self.rules.issuer.as_deref().unwrap_or_default()
    }

    /// Whether it is how one of its callers is known.
    pub(super) fn knows(&self, subject: &str) -> bool {
        subject.strip_prefix(self.issuer()).is_some_and(|rest| rest.starts_with('|'))
    }

    /// Whose token it is.
    pub(super) fn caller(&self, cut: &Cut<'_>, payload: &[u8], now: u64) -> Result<Principal, Refusal> {
        let key = token::choose(cut.header, &self.keys, &self.rules)?;
        cut.verify(key)?;
        let claims = Claims::read(payload, &self.rules, now)?;
        let subject = claims.sub.as_deref().filter(|subject| !subject.is_empty()).ok_or(Refusal::Invalid)?;
        // Nor do they have a name of their own: one of theirs could be one of ours, in the log for instance.
        let caller = Principal::new(format!("{}|{subject}", self.issuer()), SCHEME).with_claims(cut.claims);
        Ok(match claims.scopes() {
            Some(scopes) => caller.with_scopes(scopes),
            None => caller,
        })
    }
}
