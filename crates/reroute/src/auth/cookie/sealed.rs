use super::{Brought, SetCookie, brought};
use crate::{
    auth::Opening,
    config::{Secret, derive, mac},
    error::{Error, Result},
    route::{Context, Describe},
};
use axum_core::extract::FromRequestParts;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use http::{HeaderMap, header, request::Parts};
use sha2::Sha256;
use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

/// What the names of these cookies begin with.
const PREFIX: &str = "__Host-";

/// The longest that a browser keeps a cookie (RFC 6265bis, section 5.5): 400 days.
const LONGEST: Duration = Duration::from_secs(400 * 24 * 3600);

/// How many bytes of a sealed value say when it ends, in seconds since 1970.
const END: usize = 8;

const NONCE: usize = 24;

/// Small values that the browser keeps, and cannot change: encrypted, or signed and readable. A handler takes it, with the feature `cookies`.
///
/// Keys are derived from `SECRET_KEY`; what an older one of `SECRET_KEY_OLD` sealed is read, too. A value that was changed, sealed for another
/// name, or is past its time is `None`; so is a cookie that came twice. What was sealed can be brought again until its time is over: what must be ended
/// earlier belongs into a [session](crate::auth::Sessions).
///
/// ```
/// use reroute::{auth::{Cookies, SetCookie}, http::Request, prelude::*};
/// use std::time::Duration;
///
/// #[route]
/// pub struct Draft {
///     cookies: Cookies,
/// }
///
/// #[route]
/// impl Draft {
///     #[public]
///     async fn get(&self) -> String {
///         self.cookies.get_encrypted("draft").unwrap_or_default()
///     }
///
///     #[public]
///     async fn post(&self) -> Result<(SetCookie, &'static str)> {
///         Ok((self.cookies.encrypted("draft", "Dear Ada", Duration::from_secs(3600))?, "kept"))
///     }
/// }
///
/// # reroute::runtime::block_on(async {
/// let app = App::new(reroute::Tree::new([reroute::file::<Draft>("/draft", "draft.rs")])).into_service()?;
/// let request = Request::post("/draft").header("host", "localhost").body(reroute::axum_core::body::Body::empty());
/// let kept = app.handle(request.unwrap()).await;
/// let cookie = kept.headers()["set-cookie"].to_str().unwrap();
/// assert!(cookie.starts_with("__Host-draft=") && cookie.contains("; HttpOnly; "));
/// # Ok::<_, Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct Cookies {
    keys: Arc<Keys>,
    brought: HeaderMap,
}

/// The first of each is for sealing, all are for opening.
struct Keys {
    encryption: Vec<XChaCha20Poly1305>,
    signature: Vec<Hmac<Sha256>>,
}

/// Lets [`Cookies`] be had.
pub(crate) fn open(opening: &mut Opening<'_>) {
    let keys = Keys::of(&opening.secrets);
    opening.provide(Arc::new(keys));
}

impl Keys {
    fn of(secrets: &[Secret]) -> Self {
        let encryption = secrets.iter().map(|secret| derive(secret, "reroute cookies: encrypted"));
        Self {
            encryption: encryption.map(|key| XChaCha20Poly1305::new(key.expose().into())).collect(),
            signature: secrets.iter().map(|secret| mac(secret, "reroute cookies: signed")).collect(),
        }
    }
}

impl Cookies {
    /// A cookie `__Host-NAME` that only this application can read (XChaCha20-Poly1305), good for `max_age`, at most 400 days.
    ///
    /// # Errors
    ///
    /// 500 for a name that no cookie can have, for that of the session, and for more than about 2,980 bytes: a cookie has 4096 (RFC 6265bis,
    /// section 5.6). 503 when the operating system has no randomness to give.
    pub fn encrypted(&self, name: &str, value: &str, max_age: Duration) -> Result<SetCookie> {
        let (name, max_age) = (full(name)?, max_age.min(LONGEST));
        let mut sealed = vec![0; NONCE];
        getrandom::fill(&mut sealed).map_err(|error| Error::unavailable(error.to_string()))?;
        let nonce = nonce(&sealed).ok_or_else(no_key)?;
        let key = self.keys.encryption.first().ok_or_else(no_key)?;
        let payload = Payload { msg: &until(max_age, value), aad: name.as_bytes() };
        sealed.extend(key.encrypt(&nonce, payload).map_err(|_| Error::internal("the value is too long"))?);
        SetCookie::new(&name, &URL_SAFE_NO_PAD.encode(sealed), Some(max_age))
    }

    /// A cookie `__Host-NAME` that everybody can read and only this application can write (HMAC-SHA256), good for `max_age`, at most 400 days.
    ///
    /// # Errors
    ///
    /// As [`encrypted`](Self::encrypted).
    pub fn signed(&self, name: &str, value: &str, max_age: Duration) -> Result<SetCookie> {
        let (name, max_age) = (full(name)?, max_age.min(LONGEST));
        let content = until(max_age, value);
        let key = self.keys.signature.first().ok_or_else(no_key)?;
        let mac = over(key, &name, &content).finalize().into_bytes();
        let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(content), URL_SAFE_NO_PAD.encode(mac));
        SetCookie::new(&name, &text, Some(max_age))
    }

    /// What [`encrypted`](Self::encrypted) put into the cookie of this name.
    pub fn get_encrypted(&self, name: &str) -> Option<String> {
        let name = full(name).ok()?;
        let sealed = URL_SAFE_NO_PAD.decode(self.one(&name)?).ok()?;
        let (nonce, sealed) = (nonce(&sealed)?, sealed.get(NONCE..)?);
        let payload = || Payload { msg: sealed, aad: name.as_bytes() };
        let content = self.keys.encryption.iter().find_map(|key| key.decrypt(&nonce, payload()).ok())?;
        in_time(&content)
    }

    /// What [`signed`](Self::signed) put into the cookie of this name.
    pub fn get_signed(&self, name: &str) -> Option<String> {
        let name = full(name).ok()?;
        let value = self.one(&name)?;
        let dot = value.iter().position(|byte| *byte == b'.')?;
        let content = URL_SAFE_NO_PAD.decode(&value[..dot]).ok()?;
        let mac = URL_SAFE_NO_PAD.decode(&value[dot + 1..]).ok()?;
        // Compares in constant time.
        let is_ours = self.keys.signature.iter().any(|key| over(key, &name, &content).verify_slice(&mac).is_ok());
        if is_ours { in_time(&content) } else { None }
    }

    /// Has the browser forget the cookie of this name.
    ///
    /// # Errors
    ///
    /// 500 for a name that no cookie can have, and for that of the session.
    pub fn clear(&self, name: &str) -> Result<SetCookie> {
        SetCookie::clearing(&full(name)?)
    }

    fn one(&self, name: &str) -> Option<&[u8]> {
        match brought(&self.brought, name) {
            Brought::One(value) => Some(value),
            Brought::Nothing | Brought::Several => None,
        }
    }
}

/// The name as it stands in the cookie.
fn full(name: &str) -> Result<String> {
    let full = format!("{PREFIX}{name}");
    if full == crate::auth::session::COOKIE {
        return Err(Error::internal("this is the session's own cookie"));
    }
    Ok(full)
}

/// The value, with when it ends.
fn until(max_age: Duration, value: &str) -> Vec<u8> {
    let end = now().saturating_add(max_age.as_secs());
    [&end.to_be_bytes(), value.as_bytes()].concat()
}

/// The value of what was opened, if its time is not over.
fn in_time(content: &[u8]) -> Option<String> {
    let (end, value) = content.split_first_chunk::<END>()?;
    if u64::from_be_bytes(*end) <= now() {
        return None;
    }
    String::from_utf8(value.to_vec()).ok()
}

/// In seconds since 1970.
fn now() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs())
}

fn nonce(sealed: &[u8]) -> Option<XNonce> {
    sealed.first_chunk::<NONCE>().map(|nonce| (*nonce).into())
}

/// A name holds no NUL, so nothing else reads as this name with this content.
fn over(key: &Hmac<Sha256>, name: &str, content: &[u8]) -> Hmac<Sha256> {
    key.clone().chain_update(name).chain_update([0]).chain_update(content)
}

fn no_key() -> Error {
    Error::internal("SECRET_KEY is not set")
}

impl FromRequestParts<Context> for Cookies {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, cx: &Context) -> Result<Self> {
        let keys = cx.shared().auth.provided::<Arc<Keys>>().cloned().ok_or_else(no_key)?;
        let fields = parts.headers.get_all(header::COOKIE).into_iter().cloned();
        Ok(Self { keys, brought: fields.map(|field| (header::COOKIE, field)).collect() })
    }
}

impl Describe for Cookies {}

impl fmt::Debug for Cookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cookies")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn under(secrets: &[&str], brought: HeaderMap) -> Cookies {
        let secrets: Vec<Secret> = secrets.iter().copied().map(Secret::new).collect();
        Cookies { keys: Arc::new(Keys::of(&secrets)), brought }
    }

    #[test]
    fn the_first_secret_seals_and_all_open() -> Result<()> {
        let before = under(&["old"], HeaderMap::new());
        let after = under(&["new", "old"], HeaderMap::new());
        let set = [
            before.encrypted("a", "1", HOUR)?,
            before.signed("b", "2", HOUR)?,
            after.encrypted("c", "3", HOUR)?,
            after.signed("d", "4", HOUR)?,
        ];
        let brought = || set.iter().map(|cookie| (header::COOKIE, cookie.clone().into_header())).collect();
        let read = |secrets: &[&str]| {
            let cookies = under(secrets, brought());
            let all = [
                cookies.get_encrypted("a"),
                cookies.get_signed("b"),
                cookies.get_encrypted("c"),
                cookies.get_signed("d"),
            ];
            all.map(Option::unwrap_or_default)
        };
        assert_eq!(read(&["new", "old"]), ["1", "2", "3", "4"]);
        assert_eq!(read(&["newest", "new", "old"]), ["1", "2", "3", "4"]);
        assert_eq!(read(&["new"]), ["", "", "3", "4"]);
        assert_eq!(read(&["old"]), ["1", "2", "", ""]);
        assert_eq!(read(&[]), ["", "", "", ""]);
        Ok(())
    }
}
