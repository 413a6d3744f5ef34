//! What a signed token says, read strictly: RFC 7519, with the advice of RFC 8725.

use super::key::{self, VerifyingKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny},
};
use std::borrow::Cow;

/// How far in the future a token may have been made, in seconds: clocks differ.
const AHEAD: u64 = 60;

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It has had its time.
    Expired,
    /// It is none of ours, or not for us.
    Invalid,
    /// It asks to be verified in a way that no honest client asks for.
    Forbidden,
}

/// What is asked of a token's claims.
#[derive(Debug, Default, Clone)]
pub(super) struct Rules {
    pub(super) issuer: Option<String>,
    pub(super) audience: Option<String>,
    /// In seconds, 60 at most.
    pub(super) leeway: u64,
    /// The `typ` that its header must have. Where none is asked for, it has none, or is that of a token in general or of an access token.
    pub(super) kind: Option<&'static str>,
}

/// A token, cut into its three parts (RFC 7515, section 7.1): nothing of it is believed yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut<'a> {
    pub(super) header: &'a str,
    pub(super) claims: &'a str,
    signed: &'a str,
    signature: &'a str,
}

impl<'a> Cut<'a> {
    pub(super) fn of(token: &'a str) -> Result<Self, Refusal> {
        let (signed, signature) = token.rsplit_once('.').ok_or(Refusal::Invalid)?;
        let (header, claims) = signed.split_once('.').ok_or(Refusal::Invalid)?;
        if claims.contains('.') {
            return Err(Refusal::Invalid);
        }
        Ok(Self { header, claims, signed, signature })
    }

    /// The bytes of its claims.
    pub(super) fn payload(&self) -> Result<Vec<u8>, Refusal> {
        decode(self.claims)
    }

    /// Whether the key has signed it.
    pub(super) fn verify(&self, key: &VerifyingKey) -> Result<(), Refusal> {
        if key.verifies(self.signed, self.signature) { Ok(()) } else { Err(Refusal::Invalid) }
    }
}

/// The key that the header names, if the header asks for nothing but that.
pub(super) fn choose<'k>(header: &str, keys: &'k [VerifyingKey], rules: &Rules) -> Result<&'k VerifyingKey, Refusal> {
    let bytes = decode(header)?;
    let header: Header<'_> = object(&bytes)?;
    if header.is_forbidden() {
        return Err(Refusal::Forbidden);
    }
    let is_named = |key: &&VerifyingKey| header.kid.as_ref().is_none_or(|kid| key.id == **kid);
    let mut named = keys.iter().filter(is_named);
    let key = match (named.next(), named.next()) {
        (Some(key), None) => key,
        // None, or several that have not been told apart.
        _ if keys.iter().any(|key| header.alg == key::name(key.algorithm)) => return Err(Refusal::Invalid),
        _ => return Err(Refusal::Forbidden),
    };
    if header.alg != key::name(key.algorithm) {
        return Err(Refusal::Forbidden);
    }
    let kind = header.typ.as_deref().map(|typ| typ.strip_prefix("application/").unwrap_or(typ));
    let is = |wanted: &str| kind.is_some_and(|kind| kind.eq_ignore_ascii_case(wanted));
    let is_right = match rules.kind {
        Some(wanted) => is(wanted),
        // Not everybody names the kind; what is named as another, is none (RFC 8725, section 3.11).
        None => kind.is_none() || is("JWT") || is(super::TYPE),
    };
    if is_right { Ok(key) } else { Err(Refusal::Invalid) }
}

/// Whether the header names a key that is none of these.
#[cfg(feature = "fetch")]
pub(super) fn names_another(header: &str, keys: &[VerifyingKey]) -> bool {
    let Ok(bytes) = decode(header) else { return false };
    let header: Result<Header<'_>, _> = object(&bytes);
    header.is_ok_and(|header| {
        !header.is_forbidden() && header.kid.is_some_and(|kid| !keys.iter().any(|key| key.id == *kid))
    })
}

/// The claims that are registered, and ours (RFC 7519, section 4.1).
#[derive(Debug, Deserialize)]
pub(super) struct Claims<'a> {
    #[serde(borrow)]
    pub(super) sub: Option<Cow<'a, str>>,
    exp: u64,
    #[serde(default, deserialize_with = "number")]
    nbf: Option<u64>,
    #[serde(default, deserialize_with = "number")]
    iat: Option<u64>,
    #[serde(default, borrow)]
    pub(super) iss: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    aud: Option<Audience<'a>>,
    /// The sign-in that it comes of.
    #[serde(default, borrow)]
    pub(super) sid: Option<Cow<'a, str>>,
    /// What it is limited to (RFC 8693, section 4.2).
    #[serde(default, deserialize_with = "scopes")]
    scope: Option<Vec<String>>,
    /// The same, as some providers call it.
    #[serde(default, deserialize_with = "scopes")]
    scp: Option<Vec<String>>,
}

impl<'a> Claims<'a> {
    /// Reads and checks them. `now` is in seconds since 1970.
    pub(super) fn read(payload: &'a [u8], rules: &Rules, now: u64) -> Result<Self, Refusal> {
        let claims: Self = object(payload)?;
        if claims.nbf.is_some_and(|from| from > now + rules.leeway) || claims.iat.is_some_and(|at| at > now + AHEAD) {
            return Err(Refusal::Invalid);
        }
        if rules.issuer.as_deref().is_some_and(|issuer| claims.iss.as_deref() != Some(issuer)) {
            return Err(Refusal::Invalid);
        }
        // Where we are called nothing, what is for somebody is not for us (RFC 7519, section 4.1.3).
        let is_for_us = match (rules.audience.as_deref(), &claims.aud) {
            (Some(us), Some(audience)) => audience.names(us),
            (None, None) => true,
            _ => false,
        };
        if !is_for_us {
            return Err(Refusal::Invalid);
        }
        if claims.exp.saturating_add(rules.leeway) <= now {
            return Err(Refusal::Expired);
        }
        Ok(claims)
    }

    /// What it is limited to, if it says so.
    pub(super) fn scopes(self) -> Option<Vec<String>> {
        self.scope.or(self.scp)
    }
}

/// The issuer that a token says it has: to choose whose keys it is held against, and for nothing else.
pub(super) fn claimed_issuer(payload: &[u8]) -> Option<Cow<'_, str>> {
    #[derive(Deserialize)]
    struct Issuer<'a> {
        #[serde(borrow)]
        iss: Cow<'a, str>,
    }
    object(payload).ok().map(|Issuer { iss }| iss)
}

/// A header, as far as it is looked at (RFC 7515, section 4.1).
#[derive(Deserialize)]
struct Header<'a> {
    #[serde(borrow)]
    alg: Cow<'a, str>,
    #[serde(default, borrow)]
    typ: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    kid: Option<Cow<'a, str>>,
    // Extensions are not understood, and keys are not taken from who wants to be let in. What is compressed or encrypted is not opened.
    #[serde(default, deserialize_with = "present")]
    crit: bool,
    #[serde(default, deserialize_with = "present")]
    b64: bool,
    #[serde(default, deserialize_with = "present")]
    jwk: bool,
    #[serde(default, deserialize_with = "present")]
    jku: bool,
    #[serde(default, deserialize_with = "present")]
    x5u: bool,
    #[serde(default, deserialize_with = "present")]
    x5c: bool,
    #[serde(default, deserialize_with = "present")]
    zip: bool,
    #[serde(default, deserialize_with = "present")]
    enc: bool,
}

impl Header<'_> {
    fn is_forbidden(&self) -> bool {
        self.crit || self.b64 || self.jwk || self.jku || self.x5u || self.x5c || self.zip || self.enc
    }
}

/// One name, or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience<'a> {
    One(#[serde(borrow)] Cow<'a, str>),
    Many(Vec<String>),
}

impl Audience<'_> {
    fn names(&self, us: &str) -> bool {
        match self {
            Self::One(name) => name == us,
            Self::Many(names) => names.iter().any(|name| name == us),
        }
    }
}

/// Canonical base64url without padding: one token has one spelling.
fn decode(part: &str) -> Result<Vec<u8>, Refusal> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Refusal::Invalid)
}

/// A JSON object. A list of values in the order of our fields, which would be read like one, is none.
fn object<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, Refusal> {
    if !json.trim_ascii_start().starts_with(b"{") {
        return Err(Refusal::Invalid);
    }
    serde_json::from_slice(json).map_err(|_| Refusal::Invalid)
}

fn present<'de, D: Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(value).map(|_| true)
}

/// A number that is there: `null` is none.
fn number<'de, D: Deserializer<'de>>(value: D) -> Result<Option<u64>, D::Error> {
    u64::deserialize(value).map(Some).map_err(D::Error::custom)
}

/// Names with spaces between them, or a list of names. What says nothing is not unlimited: `null` is an error.
fn scopes<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Vec<String>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Scopes {
        Text(String),
        Names(Vec<String>),
    }
    Ok(Some(match Scopes::deserialize(value)? {
        Scopes::Text(text) => text.split(' ').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        Scopes::Names(names) => names,
    }))
}
