//! Cookies that this server sets, and reads again.
//!
//! Each is `__Host-NAME=VALUE; Path=/; Secure; HttpOnly; SameSite=Lax` (RFC 6265bis, section 4.1): it comes from this host alone, over HTTPS, is sent back to
//! this host alone, and no script reads it. Names and values that no cookie can have are errors, so nothing that somebody typed becomes an attribute or a header.

#[cfg(feature = "cookies")]
mod sealed;

use crate::error::{Error, Result};
use axum_core::response::{IntoResponseParts, ResponseParts};
use http::{HeaderMap, HeaderValue, header};
use std::{convert::Infallible, fmt, time::Duration};

#[cfg(feature = "cookies")]
pub use sealed::Cookies;
#[cfg(feature = "cookies")]
pub(crate) use sealed::open as open_keys;

/// The most bytes that name and value may have together: browsers take no more (RFC 6265bis, section 5.6).
const LARGEST: usize = 4096;

const ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Lax";

/// A `Set-Cookie` of this server's own making: a handler gives it back as a part of its answer, such as `(cookie, "Welcome")`.
///
/// ```
/// use reroute::{auth::{SetCookie, Sessions}, prelude::*};
///
/// #[route]
/// pub struct Logout {
///     sessions: Sessions,
/// }
///
/// #[route]
/// impl Logout {
///     #[public]
///     async fn post(&self) -> Result<(SetCookie, &'static str)> {
///         Ok((self.sessions.close().await?, "Good-bye"))
///     }
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use = "a cookie is set by the answer that it is a part of"]
pub struct SetCookie(HeaderValue);

impl SetCookie {
    /// A cookie that the browser keeps for `max_age`, or until it is closed.
    ///
    /// # Errors
    ///
    /// 500 for a name or value that no cookie can have (RFC 6265, section 4.1.1), and for both together being too long.
    pub(super) fn new(name: &str, value: &str, max_age: Option<Duration>) -> Result<Self> {
        if !is_name(name) || !value.bytes().all(is_octet) {
            return Err(Error::internal("no cookie can have this name or value"));
        }
        if name.len() + value.len() > LARGEST {
            return Err(Error::internal(format!("a cookie has at most {LARGEST} bytes, its name included")));
        }
        let age = max_age.map(|age| format!("; Max-Age={}", age.as_secs())).unwrap_or_default();
        let mut header =
            HeaderValue::try_from(format!("{name}={value}; {ATTRIBUTES}{age}")).map_err(Error::internal)?;
        header.set_sensitive(true);
        Ok(Self(header))
    }

    /// Has the browser forget the cookie.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub(super) fn clearing(name: &str) -> Result<Self> {
        Self::new(name, "", Some(Duration::ZERO))
    }

    pub(super) fn into_header(self) -> HeaderValue {
        self.0
    }
}

impl IntoResponseParts for SetCookie {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        parts.headers_mut().append(header::SET_COOKIE, self.0);
        Ok(parts)
    }
}

impl fmt::Debug for SetCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}

/// What a request says of one cookie.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Brought<'a> {
    Nothing,
    One(&'a [u8]),
    /// Nobody can say which of them is meant.
    Several,
}

/// What a request brings of the cookie `name`, in whichever of its `Cookie` fields, whatever else stands there.
pub(super) fn brought<'a>(headers: &'a HeaderMap, name: &str) -> Brought<'a> {
    let fields = headers.get_all(header::COOKIE).into_iter().map(HeaderValue::as_bytes);
    let pairs = fields.flat_map(|field| field.split(|byte| *byte == b';')).map(<[u8]>::trim_ascii);
    let mut values = pairs.filter_map(|pair| pair.strip_prefix(name.as_bytes())?.strip_prefix(b"="));
    match (values.next(), values.next()) {
        (None, _) => Brought::Nothing,
        (Some(value), None) => Brought::One(value),
        _ => Brought::Several,
    }
}

/// A token (RFC 9110, section 5.6.2).
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// A cookie-octet (RFC 6265, section 4.1.1).
fn is_octet(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\",;\\".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attack_116_a_cookie_belongs_to_this_host_alone() {
        let cookie = SetCookie::new("__Host-a", "b", None).expect("a cookie");
        assert_eq!(cookie.into_header(), "__Host-a=b; Path=/; Secure; HttpOnly; SameSite=Lax");
        let gone = SetCookie::clearing("__Host-a").expect("a cookie");
        assert_eq!(gone.into_header(), "__Host-a=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    }

    #[test]
    fn attack_99_nothing_becomes_an_attribute_or_a_header() {
        for byte in 0..=255u8 {
            let text = format!("a{}b", char::from(byte));
            let of_name = byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
            assert_eq!(SetCookie::new(&text, "x", None).is_ok(), of_name, "{byte}");
            let of_value = (0x21..0x7f).contains(&byte) && !b"\",;\\".contains(&byte);
            assert_eq!(SetCookie::new("x", &text, None).is_ok(), of_value, "{byte}");
        }
        assert!(SetCookie::new("", "x", None).is_err());
    }

    #[test]
    fn a_cookie_has_as_many_bytes_as_browsers_take() {
        assert!(SetCookie::new("name", &"v".repeat(4092), None).is_ok());
        assert!(SetCookie::new("name", &"v".repeat(4093), None).is_err());
    }

    #[test]
    fn a_cookie_is_found_whatever_stands_beside_it() {
        // A character is a byte.
        let bytes = |text: &str| text.chars().map(|byte| byte as u8).collect::<Vec<u8>>();
        let of = |fields: &[&str]| {
            let fields = fields.iter().map(|field| HeaderValue::from_bytes(&bytes(field)).expect("a header"));
            fields.map(|field| (header::COOKIE, field)).collect::<HeaderMap>()
        };
        for (fields, found) in [
            (&[][..], Brought::Nothing),
            (&["a=1"], Brought::One(b"1")),
            (&["b=2; a=1;c"], Brought::One(b"1")),
            (&["\u{ff}=\u{ff};\ta=1"], Brought::One(b"1")),
            (&["b=2", "a="], Brought::One(b"")),
            (&["a=b=c"], Brought::One(b"b=c")),
            (&["a=1; a=1"], Brought::Several),
            (&["a=1", "a=2"], Brought::Several),
            (&["A=1; aa=2; a; =a; xa=1"], Brought::Nothing),
        ] {
            assert_eq!(brought(&of(fields), "a"), found, "{fields:?}");
        }
    }
}
