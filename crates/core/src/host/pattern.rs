//! The list of allowed hosts.

use super::{Host, HostError};
use crate::shown::shown_host;
use std::{fmt, str::FromStr};

/// The names of this machine for itself: what development and test allow by default.
pub const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// One entry of the list of allowed hosts: `example.com`, `example.com:8443`, `127.0.0.1`, `[::1]`, or
/// `*.example.com` for exactly one label in the place of the star. Without a port it allows any.
///
/// ```
/// use reroute_core::host::{Host, HostPattern};
///
/// let pattern: HostPattern = "*.example.com".parse()?;
/// assert!(pattern.matches(&Host::parse(b"shop.example.com:8443").unwrap()));
/// assert!(!pattern.matches(&Host::parse(b"example.com").unwrap()));
/// assert!(!pattern.matches(&Host::parse(b"a.b.example.com").unwrap()));
/// let error = "https://example.com/".parse::<HostPattern>().unwrap_err().to_string();
/// assert_eq!(error, "`https://example.com/` is no host: it is a URL. Write `example.com`");
/// # Ok::<(), reroute_core::host::HostPatternError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HostPattern {
    below: bool,
    host: Host<'static>,
}

impl HostPattern {
    /// Whether `host` is one that this pattern allows.
    pub fn matches(&self, host: &Host<'_>) -> bool {
        (self.host.port.is_none() || self.host.port == host.port) && self.names(host)
    }

    /// Whether the name of `host` is one that this pattern allows at some port.
    pub(super) fn names(&self, host: &Host<'_>) -> bool {
        if self.below { is_one_below(host.name(), self.host.name()) } else { host.name == self.host.name }
    }

    pub(super) fn port(&self) -> Option<u16> {
        self.host.port
    }

    /// The host that this pattern names, if it names exactly one.
    pub fn exact(&self) -> Option<&Host<'static>> {
        (!self.below).then_some(&self.host)
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.below { "*." } else { "" })?;
        self.host.fmt(f)
    }
}

impl FromStr for HostPattern {
    type Err = HostPatternError;

    fn from_str(text: &str) -> Result<Self, HostPatternError> {
        served(text).map_err(|why| HostPatternError { text: shown_host(text), why, instead: mended(text) })
    }
}

/// Why a text is no pattern of hosts. Its `Display` shows what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPatternError {
    pub(super) text: String,
    pub(super) why: &'static str,
    pub(super) instead: Option<String>,
}

impl fmt::Display for HostPatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no host: {}. Write ", self.text, self.why)?;
        match &self.instead {
            Some(instead) => write!(f, "`{instead}`"),
            None => f.write_str("a name or address and perhaps a port, such as `example.com`, `example.com:8443`, `*.example.com`, `127.0.0.1` or `[::1]`"),
        }
    }
}

impl std::error::Error for HostPatternError {}

/// The hosts that an application answers to. An empty list allows none.
///
/// ```
/// use reroute_core::host::{AllowedHosts, Host};
///
/// let allowed = AllowedHosts(vec!["*.example.com".parse()?, "example.com".parse()?]);
/// assert!(allowed.allows(&Host::parse(b"example.com").unwrap()));
/// assert!(!allowed.allows(&Host::parse(b"evil.example").unwrap()));
/// assert_eq!(allowed.canonical().unwrap().to_string(), "example.com");
/// # Ok::<(), reroute_core::host::HostPatternError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedHosts(pub Vec<HostPattern>);

impl AllowedHosts {
    /// Whether one of the patterns matches `host`. Costs a comparison for each, and allocates nothing.
    pub fn allows(&self, host: &Host<'_>) -> bool {
        self.0.iter().any(|pattern| pattern.matches(host))
    }

    /// The first pattern without a star: the host that redirects go to.
    pub fn canonical(&self) -> Option<&HostPattern> {
        self.0.iter().find(|pattern| !pattern.below)
    }
}

/// Whether `name` is `parent` with exactly one label in front.
pub(crate) fn is_one_below(name: &str, parent: &str) -> bool {
    name.strip_suffix(parent)
        .and_then(|rest| rest.strip_suffix('.'))
        .is_some_and(|label| !label.is_empty() && !label.contains('.'))
}

/// Whether names below `host` can all belong to one owner: not those below an address or a public top-level domain.
pub(crate) fn may_have_names_below(host: &Host<'_>) -> bool {
    const PRIVATE: [&str; 4] = ["internal", "local", "localhost", "test"];
    !host.is_address() && (host.name().contains('.') || PRIVATE.contains(&host.name()))
}

/// A pattern of hosts that requests name.
fn served(text: &str) -> Result<HostPattern, &'static str> {
    let pattern = pattern(text)?;
    if matches!(pattern.host.port, Some(80 | 443)) {
        return Err("browsers leave out port 80 and 443, so it would match nothing");
    }
    Ok(pattern)
}

pub(super) fn pattern(text: &str) -> Result<HostPattern, &'static str> {
    if text == "*" {
        return Err("it would allow every host");
    }
    if text.contains("://") {
        return Err("it is a URL");
    }
    if text.contains(['/', '?', '#']) {
        return Err("it has a path");
    }
    let (below, name) = text.strip_prefix("*.").map_or((false, text), |rest| (true, rest));
    if name.contains('*') {
        return Err("a star stands alone, in front of the first dot");
    }
    let host = Host::parse(name.as_bytes()).map_err(|HostError(why)| why)?;
    if below && !may_have_names_below(&host) {
        return Err("a star needs a name of your own after it");
    }
    Ok(HostPattern { below, host: host.into_owned() })
}

/// What was probably meant by a text that is no pattern: a URL's host, or a host without its default port.
pub(super) fn mended(text: &str) -> Option<String> {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit('@').next()?;
    let authority = authority.strip_suffix(":443").or_else(|| authority.strip_suffix(":80")).unwrap_or(authority);
    pattern(authority).ok().map(|pattern| pattern.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn host(text: &str) -> Host<'_> {
        Host::parse(text.as_bytes()).expect(text)
    }

    #[test]
    fn attack_58_a_star_is_one_label_and_anchored() {
        let pattern: HostPattern = "*.example.com".parse().expect("a pattern");
        assert!(pattern.matches(&host("A.example.com:1")));
        for other in ["example.com", "a.b.example.com", "aexample.com", "a.example.com.evil.net", "a.examplexcom"] {
            assert!(!pattern.matches(&host(other)), "{other}");
        }
    }

    #[test]
    fn ports_count_where_the_pattern_has_one() {
        let any: HostPattern = "example.com".parse().expect("a pattern");
        let one: HostPattern = "example.com:8443".parse().expect("a pattern");
        assert!(any.matches(&host("example.com")) && any.matches(&host("example.com:1")));
        assert!(one.matches(&host("example.com:8443")));
        assert!(!one.matches(&host("example.com")) && !one.matches(&host("example.com:443")));
    }

    #[test]
    fn mistaken_patterns_are_told_what_to_write() {
        for (text, told) in [
            ("", "it has no name"),
            ("*", "would allow every host. Write a name"),
            ("https://example.com:8443/x", "it is a URL. Write `example.com:8443`"),
            ("https://example.com:443", "Write `example.com`"),
            ("https://*.example.com", "Write `*.example.com`"),
            ("example.com/", "it has a path. Write `example.com`"),
            ("example.com:443", "it would match nothing. Write `example.com`"),
            ("example.com:80:80", "1 to 65535"),
            ("user:pass@example.com", "`[REDACTED]@example.com` is no host"),
            ("a.*.com", "a star stands alone"),
            ("*example.com", "a star stands alone"),
            ("*.*.example.com", "a star stands alone"),
            ("*.com", "a name of your own"),
            ("*.127.0.0.1", "a name of your own"),
            ("*.[::1]", "a name of your own"),
            ("m\u{fc}nchen.example", "`xn--` form. Write a name"),
            ("a.example, b.example", "letters, digits"),
            ("[::1", "no IPv6 address"),
            ("example.com:99999", "1 to 65535"),
        ] {
            let error = text.parse::<HostPattern>().expect_err(text).to_string();
            assert!(error.contains(told), "{error}");
        }
        for text in ["*.localhost", "localhost:3000", "[::1]:8443", "127.0.0.1", "*.a.example:8443"] {
            assert_eq!(text.parse::<HostPattern>().map(|pattern| pattern.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn redirects_go_to_the_first_exact_host_and_nowhere_without_one() {
        let stars = AllowedHosts(vec!["*.example.com".parse().expect("a pattern")]);
        assert_eq!(stars.canonical(), None);
        assert!(!AllowedHosts::default().allows(&host("localhost")));
        let loopback = AllowedHosts(LOOPBACK.iter().map(|name| name.parse().expect("a pattern")).collect());
        assert!(LOOPBACK.iter().all(|name| loopback.allows(&host(name))));
        assert!(!loopback.allows(&host("127.0.0.2")) && !loopback.allows(&host("[::ffff:127.0.0.1]")));
    }

    proptest! {
        #[test]
        fn what_is_accepted_reads_back(text in "(\\*\\.)?[a-c.\\[\\]:*@/0-9]{0,14}") {
            if let Ok(pattern) = text.parse::<HostPattern>() {
                prop_assert_eq!(pattern.to_string().parse(), Ok(pattern));
            }
        }

        #[test]
        fn any_text_is_judged_without_a_panic(text in "\\PC{0,40}") {
            if let Err(error) = text.parse::<HostPattern>() {
                prop_assert!(error.to_string().contains("Write "));
            }
        }
    }
}
