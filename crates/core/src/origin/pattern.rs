//! The list of origins that may read answers.

use super::{Origin, write_origin};
use crate::{
    forwarded::Proto,
    host::{Host, LOOPBACK, is_one_below, may_have_names_below},
    shown::shown,
};
use std::{fmt, str::FromStr};

/// One entry of the list of origins that may read answers: `https://example.com`, `http://localhost:3000`,
/// `https://*.example.com` for exactly one label in the place of the star, or `*` for any.
///
/// Whether `*` may stand there is for the caller to say, who knows the environment and whether credentials are allowed.
///
/// ```
/// use reroute_core::origin::{Origin, OriginPattern};
///
/// let pattern: OriginPattern = "https://*.example.com".parse()?;
/// assert!(pattern.matches(&Origin::parse(b"https://shop.example.com").unwrap()));
/// assert!(!pattern.matches(&Origin::parse(b"https://example.com.evil.net").unwrap()));
/// let error = "https://Example.com/".parse::<OriginPattern>().unwrap_err().to_string();
/// assert_eq!(
///     error,
///     "`https://Example.com/` is no origin: it ends with a slash. Write `https://example.com`",
/// );
/// # Ok::<(), reroute_core::origin::OriginPatternError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OriginPattern(Kind);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Kind {
    Any,
    One { scheme: Proto, below: bool, name: Box<str>, port: u16 },
}

impl OriginPattern {
    /// Whether `origin` is one that this pattern allows.
    pub fn matches(&self, origin: &Origin<'_>) -> bool {
        match &self.0 {
            Kind::Any => true,
            Kind::One { scheme, below, name, port } => {
                *scheme == origin.scheme
                    && *port == origin.port
                    && if *below { is_one_below(origin.name, name) } else { **name == *origin.name }
            }
        }
    }

    /// Whether this is `*`, which allows every origin.
    pub fn is_any(&self) -> bool {
        self.0 == Kind::Any
    }
}

impl fmt::Display for OriginPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Any => f.write_str("*"),
            Kind::One { scheme, below, name, port } => {
                write_origin(f, *scheme, if *below { "*." } else { "" }, name, *port)
            }
        }
    }
}

impl FromStr for OriginPattern {
    type Err = OriginPatternError;

    fn from_str(text: &str) -> Result<Self, OriginPatternError> {
        if text == "*" {
            return Ok(Self(Kind::Any));
        }
        exact(text).ok_or_else(|| OriginPatternError { text: shown(text), why: why(text), instead: mended(text) })
    }
}

/// Why a text is no pattern of origins. Its `Display` shows what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginPatternError {
    text: String,
    why: &'static str,
    instead: Option<String>,
}

impl fmt::Display for OriginPatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no origin: {}. Write ", self.text, self.why)?;
        match &self.instead {
            Some(instead) => write!(f, "`{instead}`"),
            None => f.write_str("scheme, host and perhaps port, such as `https://example.com`, `http://localhost:3000` or `https://*.example.com`"),
        }
    }
}

impl std::error::Error for OriginPatternError {}

/// The pattern that `text` spells exactly as a browser would spell the origin, but for a star in front.
fn exact(text: &str) -> Option<OriginPattern> {
    let Some((scheme, parent)) = text.split_once("://*.") else {
        let Origin { scheme, name, port } = Origin::parse(text.as_bytes())?;
        return Some(OriginPattern(Kind::One { scheme, below: false, name: name.into(), port }));
    };
    let text = format!("{scheme}://{parent}");
    let Origin { scheme, name, port } = Origin::parse(text.as_bytes())?;
    may_have_names_below(&Host::parse(name.as_bytes()).ok()?)
        .then(|| OriginPattern(Kind::One { scheme, below: true, name: name.into(), port }))
}

/// The first thing that is wrong with `text`.
fn why(text: &str) -> &'static str {
    if text == "null" {
        return "any page can make itself `null`, so it is never allowed";
    }
    if text.contains([',', ';', ' ']) {
        return "it is a list. Give each origin as an entry of its own";
    }
    let Some((scheme, authority)) = text.split_once("://") else {
        return "it has no scheme";
    };
    if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
        return "its scheme is neither `http` nor `https`";
    }
    if authority.strip_suffix('/').is_some_and(|rest| !rest.contains(['/', '?', '#'])) {
        return "it ends with a slash";
    }
    if authority.contains(['/', '?', '#']) {
        return "it has a path";
    }
    if authority.contains('@') {
        return "it has user-info";
    }
    let star = authority.strip_prefix("*.");
    if star.unwrap_or(authority).contains('*') {
        return "a star stands alone, in front of the first dot";
    }
    match Host::parse(star.unwrap_or(authority).as_bytes()) {
        Err(_) => "its host or port is malformed",
        Ok(host) if star.is_some() && !may_have_names_below(&host) => "a star needs a name of your own after it",
        Ok(_) if text.bytes().any(|byte| byte.is_ascii_uppercase()) => "browsers write it in lower case",
        Ok(host) if host.port().is_some_and(|port| port == default_port(scheme)) => {
            "browsers leave out the scheme's own port"
        }
        Ok(_) => "it is not spelled as browsers spell it",
    }
}

/// What was probably meant by a text that is no pattern.
fn mended(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let (scheme, rest) = lower.split_once("://").map_or((None, lower.as_str()), |(scheme, rest)| (Some(scheme), rest));
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit('@').next()?;
    let (star, authority) = authority.strip_prefix("*.").map_or(("", authority), |rest| ("*.", rest));
    let host = Host::parse(authority.as_bytes()).ok()?;
    let scheme = scheme.unwrap_or(if LOOPBACK.contains(&host.name()) { "http" } else { "https" });
    let port = host.port().filter(|port| *port != default_port(scheme));
    let port = port.map_or(String::new(), |port| format!(":{port}"));
    let mended = format!("{scheme}://{star}{}{port}", host.name());
    (text != "null").then(|| exact(&mended)).flatten().map(|pattern| pattern.to_string())
}

fn default_port(scheme: &str) -> u16 {
    if scheme.eq_ignore_ascii_case("http") { Proto::Http.port() } else { Proto::Https.port() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn origin(text: &str) -> Origin<'_> {
        Origin::parse(text.as_bytes()).expect(text)
    }

    #[test]
    fn attack_53_only_the_origin_itself_is_allowed() {
        let good: OriginPattern = "https://good.com".parse().expect("a pattern");
        assert!(good.matches(&origin("https://good.com")));
        for text in [
            "https://good.com.evil.com",
            "https://evilgood.com",
            "http://good.com",
            "https://good.com:8443",
            "https://good.com.",
            "null",
            "https://GOOD.com",
            "HTTPS://good.com",
            "https://good.com/",
            "https://good.com:443",
            "https://good.com:0443",
            "https://good.com:",
            "https://good.com, https://good.com",
            "https://good.com https://evil.com",
            "",
            " https://good.com",
            "https://good.com\0",
            "https://user@good.com",
            "https://good.com?",
            "https://good.com#",
            "https://good.com\\",
            "https:good.com",
            "https:///good.com",
            "//good.com",
            "good.com",
            "file://good.com",
            "https://g\u{43e}\u{43e}d.com",
            "https://*.good.com",
            "*",
        ] {
            assert!(!Origin::parse(text.as_bytes()).is_some_and(|origin| good.matches(&origin)), "{text}");
        }
        // Lesson of the original: a list that is one text is no list, and no part of it is enough.
        assert!(!good.matches(&origin("https://g")));
    }

    #[test]
    fn attack_58_a_star_is_one_label_and_anchored() {
        let pattern: OriginPattern = "https://*.example.com:8443".parse().expect("a pattern");
        assert!(pattern.matches(&origin("https://a.example.com:8443")));
        for other in [
            "https://example.com:8443",
            "https://a.b.example.com:8443",
            "https://aexample.com:8443",
            "https://a.examplexcom:8443",
            "https://a.example.com",
            "http://a.example.com:8443",
            "https://a.example.com.evil.net:8443",
        ] {
            assert!(!pattern.matches(&origin(other)), "{other}");
        }
    }

    #[test]
    fn mistaken_patterns_are_told_what_to_write() {
        for (text, told) in [
            ("null", "never allowed. Write scheme, host"),
            ("example.com", "it has no scheme. Write `https://example.com`"),
            ("localhost:3000", "it has no scheme. Write `http://localhost:3000`"),
            ("*.example.com", "it has no scheme. Write `https://*.example.com`"),
            ("https://example.com/", "it ends with a slash. Write `https://example.com`"),
            ("https://example.com/app", "it has a path. Write `https://example.com`"),
            ("https://example.com//", "it has a path. Write `https://example.com`"),
            ("https://user:pass@example.com", "it has user-info. Write `https://example.com`"),
            ("https://Example.com", "in lower case. Write `https://example.com`"),
            ("HTTPS://example.com", "in lower case. Write `https://example.com`"),
            ("https://example.com:443", "the scheme's own port. Write `https://example.com`"),
            ("http://example.com:80", "the scheme's own port. Write `http://example.com`"),
            ("http://*.example.com:80", "the scheme's own port. Write `http://*.example.com`"),
            ("https://example.com.", "as browsers spell it. Write `https://example.com`"),
            ("ftp://example.com", "neither `http` nor `https`. Write scheme"),
            ("https://*", "a star stands alone"),
            ("https://a.*.com", "a star stands alone"),
            ("https://*example.com", "a star stands alone"),
            ("https://*.com", "a name of your own"),
            ("https://*.127.0.0.1", "a name of your own"),
            ("https://a.example,https://b.example", "it is a list"),
            ("", "it has no scheme. Write scheme"),
            ("https://", "malformed. Write scheme"),
        ] {
            let error = text.parse::<OriginPattern>().expect_err(text).to_string();
            assert!(error.contains(told), "{error}");
        }
        for text in ["*", "https://example.com", "http://localhost:3000", "http://*.localhost:3000"] {
            assert_eq!(text.parse::<OriginPattern>().map(|pattern| pattern.to_string()), Ok(text.to_owned()));
        }
    }

    proptest! {
        /// A pattern without a star matches one text: its own.
        #[test]
        fn an_exact_pattern_matches_itself_alone(a in "https?://[a-c.]{1,6}(:[0-9]{1,4})?", b in "https?://[a-c.]{1,6}(:[0-9]{1,4})?") {
            if let (Ok(pattern), Some(origin)) = (a.parse::<OriginPattern>(), Origin::parse(b.as_bytes())) {
                prop_assert_eq!(pattern.matches(&origin), a == b);
            }
        }

        #[test]
        fn any_text_is_judged_without_a_panic(text in "(https://)?\\PC{0,30}") {
            if let Err(error) = text.parse::<OriginPattern>() {
                prop_assert!(error.to_string().contains("Write "));
            }
        }
    }
}
