//! Which host and scheme a request was sent to, decided once, on parsed values.

use http::{HeaderMap, HeaderValue, Uri, Version, header};
use reroute_core::{
    forwarded::Proto,
    host::{AllowedHosts, Host, HostPattern},
};

/// What load balancers ask by address, over plain HTTP: neither host nor scheme matters there.
pub(super) fn is_health_check(path: &str) -> bool {
    matches!(path, "/health" | "/ready")
}

/// The one host that the request names.
///
/// `None` for a missing, doubled, malformed or contradicting one: RFC 9112, section 3.2 asks for 400.
pub(super) fn host<'a>(
    version: Version,
    uri: &'a Uri,
    headers: &'a HeaderMap,
    told: Option<&'a HeaderValue>,
) -> Option<Host<'a>> {
    let mut named = headers.get_all(header::HOST).into_iter();
    let (first, second) = (named.next(), named.next());
    if second.is_some() {
        return None;
    }
    let authority = match uri.authority() {
        Some(authority) => Some(Host::parse(authority.as_str().as_bytes()).ok()?),
        None => None,
    };
    let own = match (first, authority) {
        (Some(first), authority) => {
            let first = Host::parse(first.as_bytes()).ok()?;
            // A target in absolute form and the header must say the same: whoever reads the one knows what the other reads.
            if authority.is_some_and(|authority| authority != first) {
                return None;
            }
            first
        }
        (None, Some(authority)) if version == Version::HTTP_2 => authority,
        (None, _) => return None,
    };
    match told {
        Some(told) => Host::parse(told.as_bytes()).ok(),
        None => Some(own),
    }
}

/// The allowed hosts, and those of their names that are compared as they are written.
pub(super) struct Hosts {
    allowed: AllowedHosts,
    /// Exact names that any port goes with, in the one spelling that most clients send.
    plain: Vec<String>,
}

impl Hosts {
    pub(super) fn new(patterns: Vec<HostPattern>) -> Self {
        let exact = patterns.iter().filter_map(HostPattern::exact);
        let plain = exact.filter(|host| host.port().is_none()).map(|host| host.name().to_owned()).collect();
        Self { plain, allowed: AllowedHosts(patterns) }
    }

    pub(super) fn allows(&self, host: &Host<'_>) -> bool {
        self.allowed.allows(host)
    }

    /// The host that redirects go to.
    pub(super) fn canonical(&self) -> Option<String> {
        self.allowed.canonical().map(ToString::to_string)
    }

    /// Whether the host is allowed as anybody can see: one header, no other word on the matter, an exact name and a plain port. What is
    /// not plain is not refused: it is parsed.
    pub(super) fn allows_plainly(&self, uri: &Uri, headers: &HeaderMap, told: Option<&HeaderValue>) -> bool {
        let mut named = headers.get_all(header::HOST).into_iter();
        let (Some(value), None, None, None) = (named.next(), named.next(), uri.authority(), told) else { return false };
        let bytes = value.as_bytes();
        let name = match bytes.iter().rposition(|byte| *byte == b':') {
            Some(colon) if is_plain_port(&bytes[colon + 1..]) => &bytes[..colon],
            Some(_) => return false,
            None => bytes,
        };
        self.plain.iter().any(|plain| plain.as_bytes() == name)
    }
}

/// One to four digits without a leading zero: all of them are ports.
fn is_plain_port(digits: &[u8]) -> bool {
    matches!(digits, [b'1'..=b'9', rest @ ..] if rest.len() < 4 && rest.iter().all(u8::is_ascii_digit))
}

/// Whether HTTPS is asked for, and what is done about plain HTTP.
pub(super) struct Https {
    /// Plain HTTP is redirected or refused.
    pub(super) required: bool,
    /// Every request came over HTTPS, whatever the socket says.
    pub(super) elsewhere: bool,
    /// The server speaks TLS itself, so that the socket knows.
    pub(super) own: bool,
    /// The host that redirects go to.
    pub(super) redirect_to: Option<String>,
}

impl Https {
    /// How the request came, as far as anybody who can be believed says.
    pub(super) fn proto(&self, socket_is_tls: bool, told: Option<Proto>) -> Proto {
        match told {
            Some(proto) => proto,
            None if socket_is_tls || self.elsewhere => Proto::Https,
            None => Proto::Http,
        }
    }

    /// Whether it is known to have come in clear where it must not.
    pub(super) fn is_in_clear(&self, proto: Proto, told: Option<Proto>) -> bool {
        self.required && proto == Proto::Http && (self.own || told.is_some())
    }

    /// The same path on the configured host.
    pub(super) fn elsewhere(&self, uri: &Uri) -> Option<HeaderValue> {
        let host = self.redirect_to.as_deref()?;
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        // `//evil` and `/\evil` are other hosts to some readers of a location: only a plain path follows.
        let path = if path.starts_with('/') && !path[1..].starts_with(['/', '\\']) { path } else { "/" };
        HeaderValue::try_from(format!("https://{host}{path}")).ok()
    }
}
