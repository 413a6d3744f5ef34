//! Whether a write came from this site's own pages.
//!
//! A browser sends cookies along with requests that other sites make, and stores the session that a foreign login form
//! asks for. What tells such a request apart is what only the browser can write: `Sec-Fetch-Site` (W3C Fetch Metadata),
//! then `Origin` (RFC 6454, section 7.3). This is the order of the OWASP cheat sheet on cross-site request forgery, and
//! needs no token in any form. Any endpoint may set a session, so none has to say that it does: a write is judged
//! whether it brings a cookie or not.
//!
//! Admitted without a look at either:
//!
//! | request | why |
//! | --- | --- |
//! | a safe method | it changes nothing; what it answers is for CORS to guard |
//! | a bearer token or key, and no cookie | no browser adds one by itself |
//!
//! All others, by what the two fields say:
//!
//! | `Sec-Fetch-Site` | `Origin`: absent | own | trusted | foreign | `null` | unreadable |
//! | --- | --- | --- | --- | --- | --- | --- |
//! | `same-origin` | admit | admit | admit | refuse | admit | refuse |
//! | `none` (the user's own doing) | refuse with a cookie, else admit | admit | refuse | refuse | refuse | refuse |
//! | `same-site`, `cross-site`, anything else, repeated | refuse | refuse | admit | refuse | refuse | refuse |
//! | absent | refuse with a cookie, else admit | admit | admit | refuse | refuse | refuse |
//!
//! *Own* is scheme, host and port of the request. *Trusted* is an origin that CORS lets send credentials, and, where the
//! request carries no cookie, any that CORS lists: a page of another origin that signs in for a bearer token. A page with
//! `Referrer-Policy: no-referrer` posts to its own origin as `null`, hence the admission beside `same-origin`, which a
//! sandboxed frame cannot get. No browser of the last years leaves out both fields, so who does is no browser, and may
//! write in nobody's name but its own; but a cookie without either proves nothing.

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
    /// Whether it carries a bearer token or an API key: [`is_added_by_browsers`] is not true of its `Authorization`.
    pub carries_authorization: bool,
}

/// What CORS lets the pages of an origin do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trust {
    /// Nothing: it is not on the list.
    Nothing,
    /// To send requests without cookies.
    WithoutCookies,
    /// To send requests with the caller's cookies.
    WithCookies,
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

/// Whether browsers add such an `Authorization` to what any site sends, once the user has signed in: `Basic` and its
/// like prove no more than a cookie does. Of several fields, ask for each.
///
/// ```
/// use reroute_core::cross_site::is_added_by_browsers;
///
/// assert!(is_added_by_browsers(b"basic YWRhOnNlY3JldA==") && is_added_by_browsers(b"Negotiate YII="));
/// assert!(!is_added_by_browsers(b"Bearer abc"));
/// ```
pub fn is_added_by_browsers(authorization: &[u8]) -> bool {
    let scheme = authorization.split(|byte| *byte == b' ').next().unwrap_or_default();
    ["basic", "digest", "negotiate", "ntlm"].iter().any(|added| scheme.eq_ignore_ascii_case(added.as_bytes()))
}

/// Decides by the table above. `trust` says what CORS lets an origin do.
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
/// };
/// assert_eq!(judge(&form, |_| Trust::Nothing), Verdict::Admit);
/// // Another site's page signs its visitor in to an account of its own.
/// let forged = Facts { fetch_site: FetchSite::Other, origin: OriginHeader::Null, carries_cookie: false, ..form };
/// assert_eq!(judge(&forged, |_| Trust::Nothing), Verdict::Refuse(Reason::CrossSite));
/// ```
pub fn judge(facts: &Facts<'_>, trust: impl Fn(&Origin<'_>) -> Trust) -> Verdict {
    if facts.safe || (facts.carries_authorization && !facts.carries_cookie) {
        return Verdict::Admit;
    }
    let is_trusted = |origin: &Origin<'_>| match trust(origin) {
        Trust::Nothing => false,
        Trust::WithoutCookies => !facts.carries_cookie,
        Trust::WithCookies => true,
    };
    let is_own = |origin: &Origin<'_>| facts.host.is_some_and(|host| origin::same(origin, facts.scheme, host));
    match (facts.fetch_site, facts.origin) {
        (FetchSite::SameOrigin, OriginHeader::Absent | OriginHeader::Null) => Verdict::Admit,
        (FetchSite::SameOrigin | FetchSite::Absent, OriginHeader::One(origin))
            if is_own(&origin) || is_trusted(&origin) =>
        {
            Verdict::Admit
        }
        (FetchSite::None, OriginHeader::One(origin)) if is_own(&origin) => Verdict::Admit,
        (FetchSite::Other, OriginHeader::One(origin)) if is_trusted(&origin) => Verdict::Admit,
        (FetchSite::Absent | FetchSite::None, OriginHeader::Absent) if !facts.carries_cookie => Verdict::Admit,
        (FetchSite::Absent | FetchSite::None, OriginHeader::Absent) => Verdict::Refuse(Reason::NoEvidence),
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
    const LISTED: &str = "https://reader.example";

    /// What a request carries: a cookie, a token.
    const CARRIED: [(bool, bool); 4] = [(false, false), (true, false), (false, true), (true, true)];

    fn verdict(fetch_site: FetchSite, origin: Option<&str>, cookie: bool, authorization: bool) -> Verdict {
        let host = Host::parse(b"shop.example:8443").expect("a host");
        let facts = Facts {
            safe: false,
            fetch_site,
            origin: OriginHeader::read(origin.iter().map(|value| value.as_bytes())),
            scheme: Proto::Https,
            host: Some(&host),
            carries_cookie: cookie,
            carries_authorization: authorization,
        };
        judge(&facts, |origin| match origin.to_string().as_str() {
            TRUSTED => Trust::WithCookies,
            LISTED => Trust::WithoutCookies,
            _ => Trust::Nothing,
        })
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
            [false, true, false, false, false, false],
            [false, false, true, false, false, false],
            [false, true, true, false, false, false],
        ];
        for ((site, texts), row) in SITES.into_iter().zip(admitted) {
            for text in texts {
                assert_eq!(FetchSite::read([text.as_bytes()].into_iter()), site, "{text}");
            }
            for (origins, admitted) in origins.iter().zip(row) {
                for origin in *origins {
                    let with_cookie = verdict(site, *origin, true, false);
                    assert_eq!(with_cookie == Verdict::Admit, admitted, "{site:?} {origin:?}");
                    // A token beside the cookie changes nothing.
                    assert_eq!(verdict(site, *origin, true, true), with_cookie);
                    let without = verdict(site, *origin, false, false);
                    let no_browser = matches!(site, FetchSite::Absent | FetchSite::None) && origin.is_none();
                    assert_eq!(without == Verdict::Admit, admitted || no_browser, "{site:?} {origin:?}");
                }
            }
        }
    }

    #[test]
    fn attack_65_an_origin_that_may_send_no_cookies_is_trusted_without_one() {
        for (site, _) in SITES {
            let without = verdict(site, Some(LISTED), false, false);
            assert_eq!(without, verdict(site, Some(TRUSTED), false, false), "{site:?}");
            let with = verdict(site, Some(LISTED), true, false);
            assert_eq!(with, verdict(site, Some("https://evil.example"), true, false), "{site:?}");
        }
    }

    #[test]
    fn attack_63_a_token_is_exempt_only_without_a_cookie() {
        for (site, _) in SITES {
            for (cookie, authorization) in CARRIED {
                let verdict = verdict(site, Some("https://evil.example"), cookie, authorization);
                assert_eq!(verdict == Verdict::Admit, authorization && !cookie, "{site:?} {cookie} {authorization}");
            }
        }
    }

    #[test]
    fn attack_63_what_browsers_add_by_themselves_is_no_token() {
        for text in ["Basic", "BASIC eA==", "Digest username=x", "negotiate", "NTLM TlRMTVNTUAAB"] {
            assert!(is_added_by_browsers(text.as_bytes()), "{text}");
        }
        for text in ["", "Bearer Basic", "Basics x", " Basic x", "DPoP x"] {
            assert!(!is_added_by_browsers(text.as_bytes()), "{text}");
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
            assert_eq!(verdict(site, origin, true, false), Verdict::Refuse(reason));
            if reason != Reason::NoEvidence {
                assert_eq!(verdict(site, origin, false, false), Verdict::Refuse(reason));
            }
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
        /// What a browser can be made to send by another site is never admitted, with a cookie or without.
        #[test]
        fn attack_62_no_other_site_can_write(
            site in prop::sample::select(vec![Some("cross-site"), Some("same-site"), None]),
            origin in prop::sample::select(vec!["null", "https://evil.example", "http://shop.example:8443", "https://shop.example"]),
            cookie in any::<bool>(),
            authorization in any::<bool>(),
        ) {
            let site = FetchSite::read(site.iter().map(|value| value.as_bytes()));
            prop_assert_ne!(verdict(site, Some(origin), cookie, cookie && authorization), Verdict::Admit);
        }

        /// Taking the cookie away never gets a request refused that was admitted with it.
        #[test]
        fn attack_65_a_cookie_is_never_an_advantage(
            site in prop::sample::select(SITES.to_vec()),
            origin in prop::sample::select(vec![None, Some("null"), Some(OWN), Some(TRUSTED), Some(LISTED), Some("https://evil.example"), Some("x")]),
            authorization in any::<bool>(),
        ) {
            if verdict(site.0, origin, true, authorization) == Verdict::Admit {
                prop_assert_eq!(verdict(site.0, origin, false, authorization), Verdict::Admit);
            }
        }

        #[test]
        fn without_an_allowed_host_nothing_is_own(value in any::<Vec<u8>>(), carries_cookie in any::<bool>()) {
            let facts = Facts {
                safe: false,
                fetch_site: FetchSite::read([&value[..]].into_iter()),
                origin: OriginHeader::One(Origin::parse(OWN.as_bytes()).expect("an origin")),
                scheme: Proto::Https,
                host: None,
                carries_cookie,
                carries_authorization: false,
            };
            prop_assert_ne!(judge(&facts, |_| Trust::Nothing), Verdict::Admit);
        }
    }
}
