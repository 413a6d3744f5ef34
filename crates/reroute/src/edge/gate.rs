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
use http::{HeaderValue, Method, Request, StatusCode, header};
use reroute_core::{
    cross_site::{Facts, FetchSite, OriginHeader, Verdict, judge},
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
    pub(super) fn admit<B>(&self, request: &Request<B>, seen: &Seen, proto: Proto) -> Result<(), Response> {
        if is_health_check(request.uri().path()) {
            return Ok(());
        }
        let carries_cookie = request.headers().contains_key(header::COOKIE);
        let is_plain = self.hosts.allows_plainly(request.uri(), request.headers(), seen.host.as_ref());
        if is_plain && !carries_cookie {
            return if self.https.is_in_clear(proto, seen.proto) { Err(self.in_clear(request)) } else { Ok(()) };
        }
        let host = host(request.version(), request.uri(), request.headers(), seen.host.as_ref());
        let Some(host) = host.filter(|host| self.hosts.allows(host)) else {
            tracing::warn!("a request for a host that is not allowed");
            return Err(Error::bad_request("The request names no host that is served here").into_response());
        };
        if self.https.is_in_clear(proto, seen.proto) {
            return Err(self.in_clear(request));
        }
        if carries_cookie { self.same_site(request, proto, &host) } else { Ok(()) }
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

    /// A write that brings a cookie along comes from our own pages, or from those that may bring it.
    #[allow(clippy::result_large_err, reason = "the answer is what there is to say")]
    fn same_site<B>(&self, request: &Request<B>, proto: Proto, host: &Host<'_>) -> Result<(), Response> {
        let headers = request.headers();
        // A WebSocket's handshake is a `GET` that opens a door for the page that sent it.
        let is_safe = request.method().is_safe() && !headers.contains_key(header::UPGRADE);
        if is_safe {
            return Ok(());
        }
        let values = |name| headers.get_all(name).into_iter().map(HeaderValue::as_bytes);
        let facts = Facts {
            safe: false,
            fetch_site: FetchSite::read(values("sec-fetch-site")),
            origin: OriginHeader::read(values("origin")),
            scheme: proto,
            host: Some(host),
            carries_cookie: true,
            carries_authorization: headers.contains_key(header::AUTHORIZATION) || headers.contains_key("x-api-key"),
            sets_session: false,
        };
        let verdict = judge(&facts, |origin| self.cors.as_ref().is_some_and(|cors| cors.trusts(origin)));
        match verdict {
            Verdict::Admit => Ok(()),
            Verdict::Refuse(reason) => {
                tracing::warn!(%reason, "a write from another site");
                Err(Error::forbidden("A write from another site is not taken").into_response())
            }
        }
    }
}
