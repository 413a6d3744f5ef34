//! What a trusted proxy says about the request that it passes on.
//!
//! Each proxy appends on the right, so the right-most part is the word of the peer, and what stands further left may
//! have been written by anybody. Nothing here may be asked about a peer that is not trusted.
//!
//! The fields may come in several lines, which are one list in their order (RFC 9110, section 5.3). All functions take
//! the lines rather than one value, since the first of several is the one that a caller sent.

mod field;

use crate::{address::canonical, shown::shown};
use field::{Element, element, last_element, last_entry, node};
use std::{borrow::Cow, fmt, net::IpAddr, str::FromStr};

/// How many hops are read before the header is taken for garbage.
pub const MOST_HOPS: usize = 32;

/// The scheme that a request came over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Proto {
    /// Plain HTTP.
    Http,
    /// HTTP over TLS.
    Https,
}

impl Proto {
    /// `http` or `https`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port that a URL of this scheme means when it names none.
    pub fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl fmt::Display for Proto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The header in which the trusted proxies name the client. Every other one is ignored: it could be the client's own.
///
/// ```
/// use reroute_core::forwarded::ProxyHeader;
///
/// assert_eq!("x-forwarded-for".parse(), Ok(ProxyHeader::XForwardedFor));
/// assert!("x-real-ip".parse::<ProxyHeader>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProxyHeader {
    /// `X-Forwarded-For`, a list of addresses.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

impl ProxyHeader {
    /// The name of the header, in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }

    /// Splits off the right-most hop: what stands before it, if anything, and the address.
    fn last_hop(self, text: &[u8]) -> Option<(Option<&[u8]>, IpAddr)> {
        match self {
            Self::XForwardedFor => {
                let (rest, entry) = last_entry(text);
                Some((rest, node(std::str::from_utf8(entry).ok()?, true)?))
            }
            Self::Forwarded => {
                let (rest, last) = last_element(text)?;
                let name = element(last)?.node?;
                Some((rest, node(std::str::from_utf8(&name).ok()?, false)?))
            }
        }
    }
}

impl fmt::Display for ProxyHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ProxyHeader {
    type Err = ProxyHeaderError;

    fn from_str(text: &str) -> Result<Self, ProxyHeaderError> {
        [Self::XForwardedFor, Self::Forwarded]
            .into_iter()
            .find(|header| header.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| ProxyHeaderError(shown(text)))
    }
}

/// A header that clients are not read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyHeaderError(String);

impl fmt::Display for ProxyHeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no header that clients are read from. Write `x-forwarded-for` or `forwarded`, whichever your proxy appends to",
            self.0
        )
    }
}

impl std::error::Error for ProxyHeaderError {}

/// Which client stands behind `peer`, as told by the `lines` of `header`.
///
/// Reads from right to left past the hops that `is_trusted` accepts. The first other address is the client, whatever
/// stands left of it; if all are trusted it is the left-most. Garbage before the client is found makes `peer` the
/// client: an unreadable hop, a `Forwarded` element without or with two `for`, `unknown` or an obfuscated name, a
/// quoted string that does not end in its line, or more than [`MOST_HOPS`] hops. An untrusted `peer` is the client
/// itself.
///
/// `X-Forwarded-For` may hold `192.0.2.1`, `192.0.2.1:123`, `2001:db8::1`, `[2001:db8::1]` and `[2001:db8::1]:123`.
/// `Forwarded` is read as RFC 7239 writes it, with spaces allowed around `;`.
///
/// Addresses are [canonical], in `is_trusted` too. Allocates only for a quoted string with a backslash.
///
/// ```
/// use reroute_core::forwarded::{ProxyHeader, client};
/// use std::net::IpAddr;
///
/// let proxies: [IpAddr; 2] = ["10.0.0.1".parse()?, "10.0.0.2".parse()?];
/// let lines = [&b"6.6.6.6, 192.0.2.7"[..], b"10.0.0.2"];
/// let found = client(proxies[0], lines.into_iter(), ProxyHeader::XForwardedFor, |ip| proxies.contains(&ip));
/// assert_eq!(found, "192.0.2.7".parse::<IpAddr>()?);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
pub fn client<'a>(
    peer: IpAddr,
    lines: impl DoubleEndedIterator<Item = &'a [u8]>,
    header: ProxyHeader,
    is_trusted: impl Fn(IpAddr) -> bool,
) -> IpAddr {
    let peer = canonical(peer);
    if !is_trusted(peer) {
        return peer;
    }
    let mut left_most = peer;
    let mut hops = 0;
    for line in lines.rev() {
        let mut unread = Some(line);
        while let Some(text) = unread {
            hops += 1;
            let Some((rest, hop)) = header.last_hop(text).filter(|_| hops <= MOST_HOPS) else {
                return peer;
            };
            if !is_trusted(hop) {
                return hop;
            }
            left_most = hop;
            unread = rest;
        }
    }
    left_most
}

/// The scheme that the right-most entry of `X-Forwarded-Proto` names: `http` or `https`, in any case.
///
/// ```
/// use reroute_core::forwarded::{Proto, x_forwarded_proto};
///
/// assert_eq!(x_forwarded_proto([&b"https"[..]].into_iter()), Some(Proto::Https));
/// assert_eq!(x_forwarded_proto([&b"https, HTTP"[..]].into_iter()), Some(Proto::Http));
/// assert_eq!(x_forwarded_proto([&b"https"[..], b"wss"].into_iter()), None);
/// ```
pub fn x_forwarded_proto<'a>(lines: impl DoubleEndedIterator<Item = &'a [u8]>) -> Option<Proto> {
    proto(x_forwarded_host(lines)?)
}

/// The scheme that the last element of `Forwarded` names.
///
/// ```
/// use reroute_core::forwarded::{Proto, forwarded_proto};
///
/// let line = b"for=192.0.2.1;proto=http, for=192.0.2.2;Proto=\"https\"";
/// assert_eq!(forwarded_proto([&line[..]].into_iter()), Some(Proto::Https));
/// ```
pub fn forwarded_proto<'a>(lines: impl DoubleEndedIterator<Item = &'a [u8]>) -> Option<Proto> {
    proto(&own_element(lines)?.proto?)
}

/// The right-most entry of `X-Forwarded-Host`, to be parsed as a [`Host`](crate::host::Host) and checked like one.
///
/// Many proxies pass on what the client sent in this header: read it only where the proxy is known to set it.
///
/// ```
/// use reroute_core::forwarded::x_forwarded_host;
///
/// assert_eq!(x_forwarded_host([&b"evil.example, example.com"[..]].into_iter()), Some(&b"example.com"[..]));
/// ```
pub fn x_forwarded_host<'a>(mut lines: impl DoubleEndedIterator<Item = &'a [u8]>) -> Option<&'a [u8]> {
    lines.next_back().map(|line| last_entry(line).1)
}

/// The host that the last element of `Forwarded` names, to be parsed as a [`Host`](crate::host::Host).
///
/// ```
/// use reroute_core::forwarded::forwarded_host;
///
/// let line = b"for=192.0.2.1;host=\"example.com:8443\"";
/// assert_eq!(forwarded_host([&line[..]].into_iter()).as_deref(), Some(&b"example.com:8443"[..]));
/// ```
pub fn forwarded_host<'a>(lines: impl DoubleEndedIterator<Item = &'a [u8]>) -> Option<Cow<'a, [u8]>> {
    own_element(lines)?.host
}

/// The element that the peer wrote.
fn own_element<'a>(mut lines: impl DoubleEndedIterator<Item = &'a [u8]>) -> Option<Element<'a>> {
    element(last_element(lines.next_back()?)?.1)
}

fn proto(text: &[u8]) -> Option<Proto> {
    [Proto::Http, Proto::Https].into_iter().find(|proto| text.eq_ignore_ascii_case(proto.as_str().as_bytes()))
}

#[cfg(test)]
mod tests;
