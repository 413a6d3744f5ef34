//! Tokens of somebody else.

#[cfg(feature = "fetch")]
use super::remote::Remote;
use super::{
    SCHEME,
    key::VerifyingKey,
    token::{self, Claims, Cut, Refusal, Rules},
};
use crate::{auth::Principal, config::Settings};
use jsonwebtoken::jwk::{JwkSet, KeyOperations, PublicKeyUse};
use std::path::{Path, PathBuf};
#[cfg(feature = "fetch")]
use std::sync::Arc;

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
    place: Place,
}

/// Where its keys are.
#[derive(Debug, Clone)]
enum Place {
    File(PathBuf),
    #[cfg(feature = "fetch")]
    Url(String),
}

/// Somebody whose tokens are taken, with the keys.
#[derive(Debug)]
pub(super) struct Keys {
    rules: Rules,
    held: Held,
}

#[derive(Debug)]
enum Held {
    Read(Vec<VerifyingKey>),
    #[cfg(feature = "fetch")]
    Fetched(Arc<Remote>),
}

impl Trusted {
    /// The issuer, as its tokens name it; the audience that they must name, which is us; and the file of its public keys, a JSON Web Key Set (RFC 7517). Keys
    /// for other purposes and other algorithms than EdDSA (Ed25519), ES256 and RS256 are passed over; a file without any other stops the start.
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>, keys: impl Into<PathBuf>) -> Self {
        Self::at(issuer.into(), audience.into(), Place::File(keys.into()))
    }

    /// The same, with the keys at a URL, over HTTPS: fetched by a [`SafeClient`](crate::SafeClient) that asks nobody else, when the first token asks for them.
    ///
    /// They are kept for as long as the answer's `Cache-Control` says, from one minute to a day, or for ten minutes, and are fetched again
    /// when a token names a key that is not among them, but at most once in 30 seconds. While the provider fails, or publishes no key that can be used, the old ones are good for
    /// another day; without any, its callers get 503.
    ///
    /// ```no_run
    /// use reroute::auth::{Jwt, Trusted};
    ///
    /// let provider = Trusted::at_url("https://id.example.com", "shop", "https://id.example.com/.well-known/jwks.json");
    /// let tokens = Jwt::from_config().trust(provider);
    /// ```
    #[cfg(feature = "fetch")]
    pub fn at_url(issuer: impl Into<String>, audience: impl Into<String>, url: impl Into<String>) -> Self {
        Self::at(issuer.into(), audience.into(), Place::Url(url.into()))
    }

    fn at(issuer: String, audience: String, place: Place) -> Self {
        Self { rules: Rules { issuer: Some(issuer), audience: Some(audience), leeway: 0, kind: None }, place }
    }

    #[cfg_attr(not(feature = "fetch"), expect(unused_variables, reason = "they are for what is fetched"))]
    pub(super) fn open(self, settings: &Settings) -> Result<Keys, String> {
        let held = match self.place {
            Place::File(file) => Held::Read(read(&file).map_err(|what| format!("{}: {what}", file.display()))?),
            #[cfg(feature = "fetch")]
            Place::Url(url) => Held::Fetched(Remote::new(&url, settings).map_err(|what| format!("Jwt: {what}"))?),
        };
        Ok(Keys { rules: self.rules, held })
    }
}

fn read(file: &Path) -> Result<Vec<VerifyingKey>, String> {
    let size = std::fs::metadata(file).map_err(|error| error.to_string())?.len();
    if size > LARGEST {
        return Err(format!("a key set has no more than {LARGEST} bytes"));
    }
    keys_of(&std::fs::read(file).map_err(|error| error.to_string())?)
}

/// The keys of a JSON Web Key Set that we can use: one at least.
pub(super) fn keys_of(json: &[u8]) -> Result<Vec<VerifyingKey>, String> {
    let set: JwkSet = serde_json::from_slice(json).map_err(|_| "it is no JSON Web Key Set (RFC 7517)".to_owned())?;
    let for_signatures = set
        .keys
        .iter()
        .filter(|key| key.common.public_key_use.as_ref().is_none_or(|used| *used == PublicKeyUse::Signature))
        .filter(|key| key.common.key_operations.as_ref().is_none_or(|used| used.contains(&KeyOperations::Verify)));
    let keys: Vec<_> = for_signatures.filter_map(|key| VerifyingKey::from_jwk(key).ok()).collect();
    if keys.is_empty() {
        return Err("none of its keys is a public key for EdDSA, ES256 or RS256".to_owned());
    }
    Ok(keys)
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
    ///
    /// # Errors
    ///
    /// 503 when the keys cannot be had.
    pub(super) async fn caller(
        &self,
        cut: &Cut<'_>,
        payload: &[u8],
        now: u64,
    ) -> crate::Result<Result<Principal, Refusal>> {
        match &self.held {
            Held::Read(keys) => Ok(self.judge(keys, cut, payload, now)),
            #[cfg(feature = "fetch")]
            Held::Fetched(remote) => {
                let set = remote.set().await?;
                if token::names_another(cut.header, &set.keys)
                    && let Some(set) = remote.after(&set).await
                {
                    return Ok(self.judge(&set.keys, cut, payload, now));
                }
                Ok(self.judge(&set.keys, cut, payload, now))
            }
        }
    }

    fn judge(&self, keys: &[VerifyingKey], cut: &Cut<'_>, payload: &[u8], now: u64) -> Result<Principal, Refusal> {
        let key = token::choose(cut.header, keys, &self.rules)?;
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
