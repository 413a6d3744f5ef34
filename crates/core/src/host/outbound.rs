//! The list of hosts that the application may ask.

use super::{
    Host, HostPattern, HostPatternError,
    pattern::{mended, pattern},
};
use crate::shown::shown_host;
use std::{fmt, str::FromStr};

/// The ports of http and https, which hold where an entry names none.
pub const WEB_PORTS: [u16; 2] = [80, 443];

/// One entry of the list of hosts that may be asked: `api.example.com`, `api.example.com:8443`, `*.example.com` for exactly
/// one label in the place of the star, or `*` for any host. Without a port, 80 and 443 are meant.
///
/// ```
/// use reroute_core::host::{Host, OutboundHost};
///
/// let cdn: OutboundHost = "*.example.com".parse()?;
/// assert!(cdn.allows(&Host::parse(b"cdn.example.com").unwrap(), 443));
/// assert!(!cdn.allows(&Host::parse(b"cdn.example.com").unwrap(), 8443));
/// assert!("*:8443".parse::<OutboundHost>().is_err());
/// # Ok::<(), reroute_core::host::HostPatternError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OutboundHost(
    /// Nothing for any host.
    Option<HostPattern>,
);

impl OutboundHost {
    /// Whether `host` may be asked at `port`, which takes the place of any port that `host` has.
    pub fn allows(&self, host: &Host<'_>, port: u16) -> bool {
        match &self.0 {
            None => WEB_PORTS.contains(&port),
            Some(pattern) => pattern.names(host) && pattern.port().map_or(WEB_PORTS.contains(&port), |own| own == port),
        }
    }
}

impl fmt::Display for OutboundHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            None => f.write_str("*"),
            Some(pattern) => pattern.fmt(f),
        }
    }
}

impl FromStr for OutboundHost {
    type Err = HostPatternError;

    fn from_str(text: &str) -> Result<Self, HostPatternError> {
        if text == "*" {
            return Ok(Self(None));
        }
        let named = pattern(text).map(|pattern| Self(Some(pattern)));
        named.map_err(|why| HostPatternError { text: shown_host(text), why, instead: mended(text) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(entry: &str, host: &str, port: u16) -> bool {
        let entry: OutboundHost = entry.parse().expect(entry);
        entry.allows(&Host::parse(host.as_bytes()).expect(host), port)
    }

    #[test]
    fn attack_120_a_port_is_the_webs_unless_it_is_listed() {
        assert!(allows("a.example", "a.example", 80) && allows("a.example", "A.example.", 443));
        assert!(!allows("a.example", "a.example", 8080) && !allows("a.example", "b.example", 443));
        assert!(allows("a.example:443", "a.example", 443) && !allows("a.example:443", "a.example", 80));
        assert!(allows("a.example:8080", "a.example", 8080) && !allows("a.example:8080", "a.example", 80));
        assert!(allows("*", "a.example", 80) && allows("*", "10.0.0.1", 443) && !allows("*", "a.example", 22));
        assert!(allows("*.a.example:81", "b.a.example", 81) && !allows("*.a.example:81", "c.b.a.example", 81));
        assert!(!allows("*.a.example", "a.example", 80));
    }

    #[test]
    fn mistaken_entries_are_told_what_to_write() {
        for (text, told) in [
            ("", "it has no name"),
            ("https://a.example/x", "it is a URL. Write `a.example`"),
            ("a.example/", "it has a path. Write `a.example`"),
            ("*:80", "a star stands alone"),
            ("*.com", "a name of your own"),
            ("a.example:0", "1 to 65535"),
            ("127.1", "no IPv4 address"),
            ("user@a.example", "is no host"),
        ] {
            let error = text.parse::<OutboundHost>().expect_err(text).to_string();
            assert!(error.contains(told), "{error}");
        }
        for text in ["*", "a.example", "*.a.example:443", "a.example:80", "[2606:4700::1]:8443"] {
            assert_eq!(text.parse::<OutboundHost>().map(|entry| entry.to_string()), Ok(text.to_owned()));
        }
    }
}
