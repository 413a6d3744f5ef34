//! Whether a write came from this site's own pages.
//!
//! A browser sends cookies along with requests that other sites make, and stores the session that a foreign login form
//! asks for. What tells such a request apart is what only the browser can write: `Sec-Fetch-Site` (W3C Fetch Metadata),
//! then `Origin` (RFC 6454, section 7.3). This is the order of the OWASP cheat sheet on cross-site request forgery, and
//! needs no token in any form.
//!
//! Admitted without a look at either:
//!
//! | request | why |
//! | --- | --- |
//! | a safe method | it changes nothing; what it answers is for CORS to guard |
//! | a bearer token or key, and no cookie | no browser adds one by itself |
//! | no cookie, to an endpoint that sets no session | it has no more authority than anybody's |
//!
//! All others, by what the two fields say:
//!
//! | `Sec-Fetch-Site` | `Origin`: absent | own | trusted | foreign | `null` | unreadable |
//! | --- | --- | --- | --- | --- | --- | --- |
//! | `same-origin` | admit | admit | admit | refuse | admit | refuse |
//! | `none` (the user's own doing) | admit | admit | refuse | refuse | refuse | refuse |
//! | `same-site`, `cross-site`, anything else, repeated | refuse | refuse | admit | refuse | refuse | refuse |
//! | absent | refuse with a cookie, else admit | admit | admit | refuse | refuse | refuse |
//!
//! *Own* is scheme, host and port of the request. *Trusted* is an origin that CORS lets send credentials. A page with
//! `Referrer-Policy: no-referrer` posts to its own origin as `null`, hence the admission beside `same-origin`, which a
//! sandboxed frame cannot get. No browser of the last years leaves out both fields, so who does is no browser, and may
//! sign in; but a cookie without either proves nothing.

use crate::{
    forwarded::Proto,
    host::Host,
    origin::{self, Origin},
};
use std::fmt;

/// What `Sec-Fetch-Site` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FetchSite {
    /// The field is not there.
    Absent,
    /// `same-origin`: a page of the same scheme, host and port.
    SameOrigin,
    /// `none`: the user typed the address, or opened a bookmark.
    None,
    /// `same-site`, `cross-site`, an unknown value, or more than one field: somebody else's page, or no browser's word.
    Other,
}

impl FetchSite {
    /// Reads all `Sec-Fetch-Site` fields of a request.
    ///
    /// ```
    /// use reroute_core::cross_site::FetchSite;
    ///
    /// assert_eq!(FetchSite::read([&b"same-origin"[..]].into_iter()), FetchSite::SameOrigin);
    /// assert_eq!(FetchSite::read([&b"same-origin"[..], b"same-origin"].into_iter()), FetchSite::Other);
    /// ```
    pub fn read<'a>(mut values: impl Iterator<Item = &'a [u8]>) -> Self {
        match (values.next(), values.next()) {
            (None, _) => Self::Absent,
            (Some(b"same-origin"), None) => Self::SameOrigin,
            (Some(b"none"), None) => Self::None,
            _ => Self::Other,
        }
    }
}

/// What `Origin` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OriginHeader<'a> {
    /// The field is not there.
    Absent,
    /// `null`: a sandboxed or local page, a redirect between sites, or a page that sends no referrer.
    Null,
    /// An origin, spelled as browsers spell it.
    One(Origin<'a>),
    /// Anything else, or more than one field.
    Unreadable,
}

impl<'a> OriginHeader<'a> {
    /// Reads all `Origin` fields of a request.
    ///
    /// ```
    /// use reroute_core::cross_site::OriginHeader;
    ///
    /// assert!(matches!(OriginHeader::read([&b"https://example.com"[..]].into_iter()), OriginHeader::One(_)));
    /// assert_eq!(OriginHeader::read([&b"https://example.com/"[..]].into_iter()), OriginHeader::Unreadable);
    /// ```
    pub fn read(mut values: impl Iterator<Item = &'a [u8]>) -> Self {
        match (values.next(), values.next()) {
            (None, _) => Self::Absent,
            (Some(b"null"), None) => Self::Null,
            (Some(value), None) => Origin::parse(value).map_or(Self::Unreadable, Self::One),
            _ => Self::Unreadable,
        }
    }
}

/// All that the decision depends on.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Whether the request changes nothing: [`is_safe`] of its method, and no WebSocket handshake, which is a `GET`
    /// that opens a door for the page that sent it.
    pub safe: bool,
    /// What `Sec-Fetch-Site` says.
    pub fetch_site: FetchSite,
    /// What `Origin` says.
    pub origin: OriginHeader<'a>,
    /// The scheme of the request, as the trusted proxy tells it.
    pub scheme: Proto,
    /// The host of the request, if it names an allowed one.
    pub host: Option<&'a Host<'a>>,
    /// Whether it carries a cookie that could sign somebody in, valid or not.
    pub carries_cookie: bool,
    /// Whether it carries a bearer token or an API key. Not `Basic`, which browsers add by themselves.
    pub carries_authorization: bool,
    /// Whether its endpoint may set a session cookie, as a login form does.
    pub sets_session: bool,
}

/// Whether a write is let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub enum Verdict {
    /// It may go on.
    Admit,
    /// It is answered with 403.
    Refuse(Reason),
}

/// Why a write is refused. Its `Display` is for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// `Sec-Fetch-Site` says that another site's page sent it.
    CrossSite,
    /// `Origin` names another site, and `Sec-Fetch-Site` does not say otherwise.
    ForeignOrigin,
    /// `Origin` is `null`, unreadable or repeated.
    UnknownOrigin,
    /// `Sec-Fetch-Site` says that no other site was involved, and `Origin` names one.
    Contradiction,
    /// A cookie came with neither `Sec-Fetch-Site` nor `Origin`.
    NoEvidence,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CrossSite => "Sec-Fetch-Site tells of another site",
            Self::ForeignOrigin => "Origin is another site",
            Self::UnknownOrigin => "Origin is null or unreadable",
            Self::Contradiction => "Sec-Fetch-Site and Origin contradict each other",
            Self::NoEvidence => "a cookie came with neither Sec-Fetch-Site nor Origin",
        })
    }
}

/// Whether `method` is safe (RFC 9110, section 9.2.1). Methods are case-sensitive: `get` is not.
///
/// ```
/// use reroute_core::cross_site::is_safe;
///
/// assert!(is_safe("GET") && is_safe("HEAD") && is_safe("OPTIONS") && is_safe("TRACE"));
/// assert!(!is_safe("get") && !is_safe("POST") && !is_safe("FOO"));
/// ```
pub fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE")
}

/// Decides by the table above. `is_trusted` says which origins CORS lets send credentials.
///
/// ```
/// use reroute_core::{cross_site::*, forwarded::Proto, host::Host};
///
/// let host = Host::parse(b"shop.example").unwrap();
/// let form = Facts {
///     safe: is_safe("POST"),
///     fetch_site: FetchSite::read([&b"same-origin"[..]].into_iter()),
///     origin: OriginHeader::read([&b"https://shop.example"[..]].into_iter()),
///     scheme: Proto::Https,
///     host: Some(&host),
///     carries_cookie: true,
///     carries_authorization: false,
///     sets_session: false,
/// };
/// assert_eq!(judge(&form, |_| false), Verdict::Admit);
/// let forged = Facts { fetch_site: FetchSite::Other, origin: OriginHeader::Null, ..form };
/// assert_eq!(judge(&forged, |_| false), Verdict::Refuse(Reason::CrossSite));
/// ```
pub fn judge(facts: &Facts<'_>, is_trusted: impl Fn(&Origin<'_>) -> bool) -> Verdict {
    let needs_no_cookie = facts.carries_authorization || !facts.sets_session;
    if facts.safe || (needs_no_cookie && !facts.carries_cookie) {
        return Verdict::Admit;
    }
    let is_own = |origin: &Origin<'_>| facts.host.is_some_and(|host| origin::same(origin, facts.scheme, host));
    match (facts.fetch_site, facts.origin) {
        (FetchSite::SameOrigin, OriginHeader::Absent | OriginHeader::Null)
        | (FetchSite::None, OriginHeader::Absent) => Verdict::Admit,
        (FetchSite::SameOrigin | FetchSite::Absent, OriginHeader::One(origin))
            if is_own(&origin) || is_trusted(&origin) =>
        {
            Verdict::Admit
        }
        (FetchSite::None, OriginHeader::One(origin)) if is_own(&origin) => Verdict::Admit,
        (FetchSite::Other, OriginHeader::One(origin)) if is_trusted(&origin) => Verdict::Admit,
        (FetchSite::Absent, OriginHeader::Absent) if !facts.carries_cookie => Verdict::Admit,
        (FetchSite::Absent, OriginHeader::Absent) => Verdict::Refuse(Reason::NoEvidence),
        (FetchSite::Other, _) => Verdict::Refuse(Reason::CrossSite),
        (FetchSite::Absent, OriginHeader::One(_)) => Verdict::Refuse(Reason::ForeignOrigin),
        (_, OriginHeader::One(_)) => Verdict::Refuse(Reason::Contradiction),
        (_, OriginHeader::Null | OriginHeader::Unreadable) => Verdict::Refuse(Reason::UnknownOrigin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SITES: [(FetchSite, &[&str]); 4] = [
        (FetchSite::SameOrigin, &["same-origin"]),
        (FetchSite::None, &["none"]),
        (FetchSite::Other, &["same-site", "cross-site", "", "Same-Origin", "same-origin, same-origin", " none"]),
        (FetchSite::Absent, &[]),
    ];

    const OWN: &str = "https://shop.example:8443";
    const TRUSTED: &str = "https://app.example";

    fn verdict(
        fetch_site: FetchSite,
        origin: Option<&str>,
        cookie: bool,
        authorization: bool,
        session: bool,
    ) -> Verdict {
        let host = Host::parse(b"shop.example:8443").expect("a host");
        let facts = Facts {
            safe: false,
            fetch_site,
            origin: OriginHeader::read(origin.iter().map(|value| value.as_bytes())),
            scheme: Proto::Https,
            host: Some(&host),
            carries_cookie: cookie,
            carries_authorization: authorization,
            sets_session: session,
        };
        judge(&facts, |origin| origin.to_string() == TRUSTED)
    }

    #[test]
    fn attack_62_the_table_of_the_module_holds() {
        let origins = [
            &[None][..],
            &[Some(OWN)],
            &[Some(TRUSTED)],
            &[
                Some("https://shop.example"),
                Some("http://shop.example:8443"),
                Some("https://evil.example"),
                Some("https://shop.example.evil.example:8443"),
            ],
            &[Some("null")],
            &[Some(""), Some("https://shop.example:8443/"), Some("file://"), Some("https://SHOP.example:8443")],
        ];
        let admitted = [
            [true, true, true, false, true, false],
            [true, true, false, false, false, false],
            [false, false, true, false, false, false],
            [false, true, true, false, false, false],
        ];
        for ((site, texts), row) in SITES.into_iter().zip(admitted) {
            for text in texts {
                assert_eq!(FetchSite::read([text.as_bytes()].into_iter()), site, "{text}");
            }
            for (origins, admitted) in origins.iter().zip(row) {
                for origin in *origins {
                    let with_cookie = verdict(site, *origin, true, false, false);
                    assert_eq!(with_cookie == Verdict::Admit, admitted, "{site:?} {origin:?}");
                    // A token beside the cookie changes nothing, nor does what the endpoint does.
                    assert_eq!(verdict(site, *origin, true, true, true), with_cookie);
                    let login = verdict(site, *origin, false, false, true);
                    let no_browser = site == FetchSite::Absent && origin.is_none();
                    assert_eq!(login == Verdict::Admit, admitted || no_browser, "{site:?} {origin:?}");
                }
            }
        }
    }

    #[test]
    fn attack_63_a_token_is_exempt_only_without_a_cookie() {
        for (site, _) in SITES {
            assert_eq!(verdict(site, Some("https://evil.example"), false, true, false), Verdict::Admit);
            assert_eq!(verdict(site, Some("https://evil.example"), false, true, true), Verdict::Admit);
            assert_ne!(verdict(site, Some("https://evil.example"), true, true, false), Verdict::Admit);
            assert_eq!(verdict(site, Some("https://evil.example"), false, false, false), Verdict::Admit);
        }
    }

    #[test]
    fn each_refusal_has_its_reason() {
        for (site, origin, reason) in [
            (FetchSite::Other, None, Reason::CrossSite),
            (FetchSite::Other, Some(OWN), Reason::CrossSite),
            (FetchSite::Absent, Some("https://evil.example"), Reason::ForeignOrigin),
            (FetchSite::Absent, Some("null"), Reason::UnknownOrigin),
            (FetchSite::SameOrigin, Some("file://"), Reason::UnknownOrigin),
            (FetchSite::SameOrigin, Some("https://evil.example"), Reason::Contradiction),
            (FetchSite::None, Some(TRUSTED), Reason::Contradiction),
            (FetchSite::Absent, None, Reason::NoEvidence),
        ] {
            assert_eq!(verdict(site, origin, true, false, false), Verdict::Refuse(reason));
        }
    }

    #[test]
    fn repeated_fields_are_garbage() {
        let twice = |text: &'static [u8]| [text, text].into_iter();
        assert_eq!(FetchSite::read(twice(b"none")), FetchSite::Other);
        assert_eq!(OriginHeader::read(twice(b"null")), OriginHeader::Unreadable);
        assert_eq!(OriginHeader::read(twice(OWN.as_bytes())), OriginHeader::Unreadable);
    }

    proptest! {
        /// What a browser can be made to send by another site is never admitted with a cookie, nor may it sign in.
        #[test]
        fn attack_62_no_other_site_can_write(
            site in prop::sample::select(vec![Some("cross-site"), Some("same-site"), None]),
            origin in prop::sample::select(vec!["null", "https://evil.example", "http://shop.example:8443", "https://shop.example"]),
            cookie in any::<bool>(),
            authorization in any::<bool>(),
        ) {
            let site = FetchSite::read(site.iter().map(|value| value.as_bytes()));
            let verdict = verdict(site, Some(origin), cookie, cookie && authorization, !cookie);
            prop_assert_ne!(verdict, Verdict::Admit);
        }

        #[test]
        fn without_an_allowed_host_nothing_is_own(value in any::<Vec<u8>>()) {
            let facts = Facts {
                safe: false,
                fetch_site: FetchSite::read([&value[..]].into_iter()),
                origin: OriginHeader::One(Origin::parse(OWN.as_bytes()).expect("an origin")),
                scheme: Proto::Https,
                host: None,
                carries_cookie: true,
                carries_authorization: false,
                sets_session: false,
            };
            prop_assert_ne!(judge(&facts, |_| false), Verdict::Admit);
        }
    }
}
