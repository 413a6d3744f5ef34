//! Which host a request is for, and whether this application answers to it.
//!
//! The `Host` field is the caller's claim (RFC 9110, section 7.2): whoever builds a link, a redirect or a cache key
//! from it lets the caller choose it. So it is parsed once, strictly, into a [`Host`], and only what
//! [`AllowedHosts`] names is served; a redirect goes to [`AllowedHosts::canonical`], which no request can change.
//! Which hosts the application itself may ask is a list of [`OutboundHost`]s.

mod outbound;
mod pattern;

pub use outbound::{OutboundHost, WEB_PORTS};
pub use pattern::{AllowedHosts, HostPattern, HostPatternError, LOOPBACK};
pub(crate) use pattern::{is_one_below, may_have_names_below};

use std::{
    borrow::Cow,
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
};

/// The longest name (RFC 1035, section 2.3.4, without the root's dot).
const LONGEST_NAME: usize = 253;

/// The longest label of a name.
const LONGEST_LABEL: usize = 63;

/// A host and perhaps a port: the authority of RFC 3986, section 3.2, without user-info.
///
/// Borrows what it was parsed from, unless that had to be lower-cased.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Host<'a> {
    name: Cow<'a, str>,
    port: Option<u16>,
}

impl<'a> Host<'a> {
    /// Reads the value of a `Host` field: a name, an IPv4 address or an IPv6 address in brackets, then perhaps `:` and
    /// a port from 1 to 65535.
    ///
    /// A name consists of letters, digits, `-` and `_` in labels of 1 to 63, 253 in all. It is lower-cased, and one dot
    /// at its end is dropped. A name whose last label is a number is read as an IPv4 address by browsers
    /// (WHATWG URL, "ends in a number checker"), and must be one in its usual form: `127.1` and `0x7f.0.0.1` are refused.
    ///
    /// # Errors
    ///
    /// When the value is anything else: user-info, a path, a percent sign, whitespace, non-ASCII, a zone.
    ///
    /// ```
    /// use reroute_core::host::Host;
    ///
    /// let host = Host::parse(b"Shop.Example.com:8443")?;
    /// assert_eq!((host.name(), host.port()), ("shop.example.com", Some(8443)));
    /// assert!(Host::parse(b"shop.example.com@evil.example").is_err());
    /// # Ok::<(), reroute_core::host::HostError>(())
    /// ```
    pub fn parse(value: &'a [u8]) -> Result<Self, HostError> {
        let text = std::str::from_utf8(value).ok().filter(|text| text.is_ascii()).ok_or(HostError::NOT_ASCII)?;
        if text.len() > LONGEST_NAME + ".:65535".len() {
            return Err(HostError("it is too long"));
        }
        let (name, port) = match text.find(']') {
            Some(end) if text.starts_with('[') => match text[end + 1..].strip_prefix(':') {
                Some(port) => (&text[..=end], Some(port)),
                None => (text, None),
            },
            _ => text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port))),
        };
        let name = if name.starts_with('[') { bracketed(name)? } else { plain(name)? };
        Ok(Self { name, port: port.map(parse_port).transpose()? })
    }

    /// The name or address in its one spelling: lower case, no dot at the end, an IPv6 address in brackets.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The port, if it was written.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The same host, owning its name.
    pub fn into_owned(self) -> Host<'static> {
        Host { name: Cow::Owned(self.name.into_owned()), port: self.port }
    }

    /// Whether the name is an address, which has no names below it.
    pub(crate) fn is_address(&self) -> bool {
        self.name.starts_with('[') || self.name.parse::<Ipv4Addr>().is_ok()
    }
}

impl fmt::Display for Host<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// Why a text is no host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostError(&'static str);

impl HostError {
    const NOT_ASCII: Self = Self("it is not ASCII; an international name has an `xn--` form");
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for HostError {}

fn bracketed(text: &str) -> Result<Cow<'_, str>, HostError> {
    let address: Ipv6Addr = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .and_then(|inner| inner.parse().ok())
        .ok_or(HostError("what is in brackets is no IPv6 address"))?;
    // Browsers write no dotted quad inside an IPv6 address; Rust does, for a mapped one.
    let canonical = match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] => format!("[::ffff:{high:x}:{low:x}]"),
        _ => format!("[{address}]"),
    };
    Ok(if canonical == text { Cow::Borrowed(text) } else { Cow::Owned(canonical) })
}

fn plain(text: &str) -> Result<Cow<'_, str>, HostError> {
    let name = text.strip_suffix('.').unwrap_or(text);
    if name.is_empty() {
        return Err(HostError("it has no name"));
    }
    if name.len() > LONGEST_NAME {
        return Err(HostError("it is too long"));
    }
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) {
        return Err(HostError("a name consists of letters, digits, `-`, `_` and single dots"));
    }
    let mut last = name;
    for label in name.split('.') {
        if label.is_empty() || label.len() > LONGEST_LABEL {
            return Err(HostError("a name consists of labels of 1 to 63 characters"));
        }
        last = label;
    }
    if is_number(last) && name.parse::<Ipv4Addr>().is_err() {
        return Err(HostError("it ends in a number and is no IPv4 address"));
    }
    let folds = name.bytes().any(|byte| byte.is_ascii_uppercase());
    Ok(if folds { Cow::Owned(name.to_ascii_lowercase()) } else { Cow::Borrowed(name) })
}

fn is_number(label: &str) -> bool {
    let hex = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
    label.bytes().all(|byte| byte.is_ascii_digit())
        || hex.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn parse_port(digits: &str) -> Result<u16, HostError> {
    let error = HostError("a port is a number from 1 to 65535");
    if digits.is_empty() || digits.len() > 5 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(error);
    }
    digits.parse().ok().filter(|port| *port != 0).ok_or(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn attack_110_what_is_no_host_is_refused() {
        let (label, name) = ("a".repeat(64), "a.".repeat(126) + "aaa");
        for text in [
            "",
            ".",
            "..",
            ":80",
            "example.com..",
            ".example.com",
            "a..b",
            "a@b",
            "user:pass@b",
            "a/b",
            "a?b",
            "a#b",
            "a\\b",
            "a b",
            " a",
            "a\t",
            "a\0",
            "a\r\nb",
            "a%2eb",
            "caf\u{e9}.example",
            "a,b",
            "a;b",
            "*.example.com",
            "example.com:",
            "example.com:0",
            "example.com:65536",
            "example.com:000080",
            "example.com:+80",
            "example.com:80:80",
            "example.com:80/",
            "example.com:http",
            "::1",
            "[::1",
            "::1]",
            "[::1]]",
            "[[::1]]",
            "[::1].",
            "[::1]80",
            "[::1]:",
            "[fe80::1%eth0]",
            "[fe80::1%25eth0]",
            "[127.0.0.1]",
            "[]",
            "[v1.x]",
            "127.1",
            "2130706433",
            "0x7f.0.0.1",
            "0x7f000001",
            "127.0.0.0x1",
            "017700000001",
            "127.0.0.01",
            "1.2.3.4.5",
            "256.1.1.1",
            "example.1",
            &label,
            &name,
        ] {
            assert!(Host::parse(text.as_bytes()).is_err(), "{text:?}");
        }
        assert!(Host::parse(b"a\xff").is_err());
    }

    #[test]
    fn attack_110_a_host_has_one_spelling() {
        for (text, name, port) in [
            ("example.com", "example.com", None),
            ("EXAMPLE.com.", "example.com", None),
            ("example.com.:8080", "example.com", Some(8080)),
            ("a_b.xn--caf-dma.example:1", "a_b.xn--caf-dma.example", Some(1)),
            ("localhost:65535", "localhost", Some(65535)),
            ("127.0.0.1:00080", "127.0.0.1", Some(80)),
            ("127.0.0.1.", "127.0.0.1", None),
            ("[::1]", "[::1]", None),
            ("[2001:DB8:0:0::1]:443", "[2001:db8::1]", Some(443)),
            ("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", None),
            ("0x7g.example", "0x7g.example", None),
        ] {
            let host = Host::parse(text.as_bytes()).expect(text);
            assert_eq!((host.name(), host.port()), (name, port), "{text}");
        }
        let longest = "a.".repeat(126) + "a";
        assert_eq!(Host::parse(longest.as_bytes()).map(|host| host.name().len()), Ok(253));
        assert!(Host::parse(b"example.com").is_ok_and(|host| matches!(host.name, Cow::Borrowed(_))));
    }

    proptest! {
        /// Whatever is accepted is written in one way, and reads back as itself.
        #[test]
        fn a_host_reads_back(text in "[a-cA-C0-9xX._\\[\\]:-]{0,20}") {
            if let Ok(host) = Host::parse(text.as_bytes()) {
                let written = host.to_string();
                prop_assert!(!written.bytes().any(|byte| byte.is_ascii_uppercase() || byte <= b' '));
                prop_assert_eq!(Host::parse(written.as_bytes()), Ok(host));
            }
        }

        #[test]
        fn any_value_is_judged_without_a_panic(value in any::<Vec<u8>>()) {
            if let Ok(host) = Host::parse(&value) {
                prop_assert!(!host.to_string().contains(['@', '/', '?', '#', '%', ' ']));
            }
        }
    }
}
