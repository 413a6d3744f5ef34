//! Which site a browser says that a request comes from, and which sites may read the answers.
//!
//! An origin (RFC 6454; "serialization of an origin" in HTML) is compared as scheme, host and port after it was
//! parsed, never as text that begins or ends in something: `https://good.com.evil.com` begins well too.

mod pattern;

pub use pattern::{OriginPattern, OriginPatternError};

use crate::{forwarded::Proto, host::Host};
use std::fmt;

/// An origin of scheme `http` or `https`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Origin<'a> {
    scheme: Proto,
    name: &'a str,
    port: u16,
}

impl<'a> Origin<'a> {
    /// Reads the value of an `Origin` field in the one form that browsers write: scheme and host in lower case, a port
    /// only where it is not the scheme's own, nothing after it.
    ///
    /// `null`, other schemes, and every other spelling are `None`.
    ///
    /// ```
    /// use reroute_core::origin::Origin;
    ///
    /// let origin = Origin::parse(b"https://shop.example.com:8443").unwrap();
    /// assert_eq!((origin.host(), origin.port()), ("shop.example.com", 8443));
    /// for other in ["https://GOOD.com", "https://good.com/", "https://good.com:443", "https://good.com.", "null", ""] {
    ///     assert_eq!(Origin::parse(other.as_bytes()), None, "{other}");
    /// }
    /// ```
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(value).ok()?;
        let (scheme, authority) = [Proto::Https, Proto::Http]
            .into_iter()
            .find_map(|scheme| Some((scheme, text.strip_prefix(scheme.as_str())?.strip_prefix("://")?)))?;
        let host = Host::parse(authority.as_bytes()).ok()?;
        // Only what is spelled as browsers spell it begins with its canonical name and goes on with its port.
        let port = authority.strip_prefix(host.name())?;
        if port.starts_with('.') || port.starts_with(":0") || host.port() == Some(scheme.port()) {
            return None;
        }
        let name = &authority[..authority.len() - port.len()];
        Some(Self { scheme, name, port: host.port().unwrap_or(scheme.port()) })
    }

    /// The scheme.
    pub fn scheme(&self) -> Proto {
        self.scheme
    }

    /// The host, without a port; an IPv6 address in brackets.
    pub fn host(&self) -> &'a str {
        self.name
    }

    /// The port, the scheme's own if none was written.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_origin(f, self.scheme, "", self.name, self.port)
    }
}

/// Whether `origin` is the one that a request for `host` over `scheme` belongs to itself, port included.
///
/// ```
/// use reroute_core::{forwarded::Proto, host::Host, origin::{Origin, same}};
///
/// let origin = Origin::parse(b"https://example.com").unwrap();
/// assert!(same(&origin, Proto::Https, &Host::parse(b"example.com").unwrap()));
/// assert!(same(&origin, Proto::Https, &Host::parse(b"example.com:443").unwrap()));
/// assert!(!same(&origin, Proto::Http, &Host::parse(b"example.com").unwrap()));
/// assert!(!same(&origin, Proto::Https, &Host::parse(b"example.com:8443").unwrap()));
/// ```
pub fn same(origin: &Origin<'_>, scheme: Proto, host: &Host<'_>) -> bool {
    origin.scheme == scheme && origin.name == host.name() && origin.port == host.port().unwrap_or(scheme.port())
}

fn write_origin(f: &mut fmt::Formatter<'_>, scheme: Proto, star: &str, name: &str, port: u16) -> fmt::Result {
    write!(f, "{scheme}://{star}{name}")?;
    if port == scheme.port() { Ok(()) } else { write!(f, ":{port}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn origins_are_read_as_browsers_write_them() {
        for text in [
            "http://localhost:3000",
            "https://localhost",
            "http://127.0.0.1:7376",
            "http://[::1]:7376",
            "https://[2001:db8::1]",
            "https://[::ffff:7f00:1]",
            "https://xn--caf-dma.example",
            "http://example.com:443",
            "https://example.com:80",
        ] {
            assert_eq!(Origin::parse(text.as_bytes()).expect(text).to_string(), text);
        }
        for text in ["https://[2001:DB8::1]", "https://[0:0:0:0:0:0:0:1]", "https://[::ffff:127.0.0.1]", "http://127.1"]
        {
            assert_eq!(Origin::parse(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_written_back_unchanged(text in "(https?|HTTPS|ftp)?:?/?/?[a-cA-C0-9.:\\[\\]@/-]{0,14}") {
            if let Some(origin) = Origin::parse(text.as_bytes()) {
                prop_assert_eq!(origin.to_string(), text);
            }
        }

        #[test]
        fn any_value_is_judged_without_a_panic(value in any::<Vec<u8>>()) {
            let _ = Origin::parse(&value);
        }
    }
}
