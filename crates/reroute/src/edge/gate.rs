//! Whether a request gets in at all: decided before its route is known.

use super::{
    client::{Proxies, Seen},
    cors::Cors,
    host::{Hosts, Https, host, is_health_check},
    in_flight::InFlight,
};
use crate::{
    config::{Environment, Settings},
    error::Error,
};
use axum_core::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use reroute_core::{
    cross_site::{Facts, FetchSite, OriginHeader, Trust, Verdict, is_added_by_browsers, judge},
    forwarded::Proto,
    host::{Host, LOOPBACK},
};
use std::sync::Arc;

/// What is asked of every request, prepared at start.
pub(crate) struct Gate {
    pub(super) proxies: Proxies,
    hosts: Hosts,
    https: Https,
    pub(super) cors: Option<Cors>,
    pub(super) in_flight: Arc<InFlight>,
}

impl Gate {
    pub(crate) fn new(settings: &Settings) -> Self {
        let mut hosts = settings.allowed_hosts.clone();
        if hosts.is_empty() && settings.environment != Environment::Production {
            // The loopback's own names are patterns.
            hosts.extend(LOOPBACK.iter().filter_map(|name| name.parse().ok()));
        }
        let hosts = Hosts::new(hosts);
        Self {
            proxies: Proxies { networks: settings.trusted_proxies.clone(), header: settings.proxy_header },
            https: Https {
                required: settings.environment == Environment::Production,
                elsewhere: settings.https_elsewhere,
                own: settings.has_tls(),
                redirect_to: hosts.canonical(),
            },
            hosts,
            cors: Cors::new(&settings.cors),
            in_flight: InFlight::new(settings.max_in_flight),
        }
    }

    /// How the request came.
    pub(super) fn proto(&self, socket_is_tls: bool, seen: &Seen) -> Proto {
        self.https.proto(socket_is_tls, seen.proto)
    }

    /// Lets the request in, or says why not.
    ///
    /// # Errors
    ///
    /// The answer: 400 for a host that is missing, doubled, malformed or not ours; 301 or 403 for what came in clear; 403 for a write from
    /// another site.
    #[allow(clippy::result_large_err, reason = "the answer is what there is to say")]
    pub(super) fn admit<B>(&self, request: &Request<B>, seen: &Seen, proto: Proto) -> Result<(), Refusal> {
        if is_health_check(request.uri().path()) {
            return Ok(());
        }
        // A WebSocket's handshake is a `GET` that opens a door for the page that sent it.
        let is_write = !request.method().is_safe() || request.headers().contains_key(header::UPGRADE);
        // What brings neither a cookie nor a browser's word on where it comes from is a program's own doing.
        let marks = is_write.then(|| Marks::of(request.headers())).filter(|marks| marks.cookie || marks.evidence);
        let is_plain = self.hosts.allows_plainly(request.uri(), request.headers(), seen.host.as_ref());
        if is_plain && marks.is_none() {
            return if self.https.is_in_clear(proto, seen.proto) { Err(self.in_clear(request).into()) } else { Ok(()) };
        }
        let host = host(request.version(), request.uri(), request.headers(), seen.host.as_ref());
        let Some(host) = host.filter(|host| self.hosts.allows(host)) else {
            let answer = Error::bad_request("The request names no host that is served here").into_response();
            return Err(Refusal { answer, suspicion: Some(Suspicion::Host) });
        };
        if self.https.is_in_clear(proto, seen.proto) {
            return Err(self.in_clear(request).into());
        }
        match &marks {
            Some(marks) => self.same_site(request.headers(), marks, proto, &host),
            None => Ok(()),
        }
    }

    /// Reading is sent to HTTPS; what was written went over the wire in clear already.
    fn in_clear<B>(&self, request: &Request<B>) -> Response {
        let location = self.https.elsewhere(request.uri());
        match location {
            Some(location) if matches!(*request.method(), Method::GET | Method::HEAD) => {
                (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, location)]).into_response()
            }
            _ => Error::forbidden("This is only served over HTTPS").into_response(),
        }
    }

    /// A write comes from our own pages, from those that CORS lets write, or from no page.
    #[allow(clippy::result_large_err, reason = "the answer is what there is to say")]
    fn same_site(&self, headers: &HeaderMap, marks: &Marks, proto: Proto, host: &Host<'_>) -> Result<(), Refusal> {
        let values = |name| headers.get_all(name).into_iter().map(HeaderValue::as_bytes);
        let mut authorizations = values("authorization").peekable();
        let has_token = authorizations.peek().is_some() && !authorizations.any(is_added_by_browsers);
        let facts = Facts {
            safe: false,
            fetch_site: FetchSite::read(values("sec-fetch-site")),
            origin: OriginHeader::read(values("origin")),
            scheme: proto,
            host: Some(host),
            carries_cookie: marks.cookie,
            carries_authorization: has_token || headers.contains_key("x-api-key"),
        };
        let verdict = judge(&facts, |origin| self.cors.as_ref().map_or(Trust::Nothing, |cors| cors.trust(origin)));
        match verdict {
            Verdict::Admit => Ok(()),
            Verdict::Refuse(reason) => {
                tracing::debug!(%reason, "a write from another site");
                let answer = Error::forbidden("A write from another site is not taken").into_response();
                Err(Refusal { answer, suspicion: Some(Suspicion::CrossSite) })
            }
        }
    }
}

/// A request that does not get in.
pub(super) struct Refusal {
    pub(super) answer: Response,
    /// What the log is told of it, where it is more than a mistake.
    pub(super) suspicion: Option<Suspicion>,
}

impl From<Response> for Refusal {
    fn from(answer: Response) -> Self {
        Self { answer, suspicion: None }
    }
}

/// What no honest client does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Suspicion {
    Host,
    CrossSite,
    Traversal,
}

impl Suspicion {
    /// In words, and in OWASP's vocabulary.
    pub(super) fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::Host => ("a request for a host that is not allowed", "malicious_extraneous"),
            Self::CrossSite => ("a write from another site", "malicious_csrf"),
            Self::Traversal => ("a path traversal attempt", "malicious_direct_reference"),
        }
    }

    /// Whether a path tries to leave its folder: a segment that is `..`, however often it is encoded, between slashes of either kind.
    pub(super) fn is_traversal(path: &str) -> bool {
        // One look is enough for nearly all.
        if !path.contains('.') && !path.contains('%') {
            return false;
        }
        let mut bytes = path.as_bytes().to_vec();
        for _ in 0..3 {
            if bytes.split(|byte| matches!(byte, b'/' | b'\\')).any(|segment| segment == b"..") {
                return true;
            }
            let decoded: Vec<u8> = percent_encoding::percent_decode(&bytes).collect();
            if decoded == bytes {
                return false;
            }
            bytes = decoded;
        }
        false
    }
}

/// Which headers a write has that its way in depends on.
struct Marks {
    cookie: bool,
    /// What browsers write on where a request comes from.
    evidence: bool,
}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

impl Marks {
    /// One look at each name is cheaper than a look-up for each of ours.
    fn of(headers: &HeaderMap) -> Self {
        let mut marks = Self { cookie: false, evidence: false };
        for name in headers.keys() {
            marks.cookie |= *name == header::COOKIE;
            marks.evidence |= *name == header::ORIGIN || *name == SEC_FETCH_SITE;
        }
        marks
    }
}
