//! Who stands at the other end: the peer of the socket, or, where that is a trusted proxy, whom it speaks for.

use http::{HeaderMap, HeaderName, HeaderValue};
use reroute_core::{
    address::{Network, canonical},
    forwarded::{self, Proto, ProxyHeader},
    request_id::is_acceptable,
};
use std::net::IpAddr;

/// The proxies whose word is taken.
pub(super) struct Proxies {
    pub(super) networks: Vec<Network>,
    pub(super) header: ProxyHeader,
}

/// What is known of the other end.
pub(super) struct Seen {
    pub(super) client: IpAddr,
    /// What a trusted proxy says of the scheme that it was called by.
    pub(super) proto: Option<Proto>,
    /// What it says of the host.
    pub(super) host: Option<HeaderValue>,
    /// The id that it gave to the request.
    pub(super) id: Option<HeaderValue>,
}

const FORWARDED: HeaderName = http::header::FORWARDED;
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What proxies write. It reaches no handler: what is true of it is in the [`Context`](crate::Context).
const PROXY_HEADERS: [HeaderName; 8] = [
    FORWARDED,
    X_FORWARDED_FOR,
    X_FORWARDED_HOST,
    X_FORWARDED_PROTO,
    HeaderName::from_static("x-forwarded-port"),
    HeaderName::from_static("x-forwarded-prefix"),
    HeaderName::from_static("x-forwarded-server"),
    HeaderName::from_static("x-real-ip"),
];

impl Proxies {
    /// Looks at the headers, takes those away that only proxies write, and believes them where the peer is trusted.
    pub(super) fn see(&self, peer: IpAddr, headers: &mut HeaderMap) -> Seen {
        let peer = canonical(peer);
        let mut seen = Seen { client: peer, proto: None, host: None, id: None };
        if !headers.keys().any(is_a_proxys) {
            return seen;
        }
        if self.trusts(peer) {
            self.believe(peer, headers, &mut seen);
        }
        for name in &PROXY_HEADERS {
            headers.remove(name);
        }
        seen
    }

    pub(super) fn trusts(&self, peer: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(peer))
    }

    fn believe(&self, peer: IpAddr, headers: &HeaderMap, seen: &mut Seen) {
        let lines = |name: &HeaderName| headers.get_all(name).into_iter().map(HeaderValue::as_bytes);
        let trusts = |address: IpAddr| self.trusts(address);
        match self.header {
            ProxyHeader::XForwardedFor => {
                seen.client = forwarded::client(peer, lines(&X_FORWARDED_FOR), self.header, trusts);
                seen.proto = forwarded::x_forwarded_proto(lines(&X_FORWARDED_PROTO));
                let host = forwarded::x_forwarded_host(lines(&X_FORWARDED_HOST));
                seen.host = host.and_then(|host| HeaderValue::from_bytes(host).ok());
            }
            ProxyHeader::Forwarded => {
                seen.client = forwarded::client(peer, lines(&FORWARDED), self.header, trusts);
                seen.proto = forwarded::forwarded_proto(lines(&FORWARDED));
                seen.host =
                    forwarded::forwarded_host(lines(&FORWARDED)).and_then(|host| HeaderValue::from_bytes(&host).ok());
            }
        }
        let mut ids = headers.get_all(&X_REQUEST_ID).into_iter();
        if let (Some(id), None) = (ids.next(), ids.next())
            && is_acceptable(id.as_bytes())
        {
            seen.id = Some(id.clone());
        }
    }
}

/// One look at each name is cheaper than one look-up for each of ours, and most need no look beyond their first letter.
fn is_a_proxys(name: &HeaderName) -> bool {
    let name = name.as_str();
    name.starts_with(['x', 'f'])
        && (name.starts_with("x-forwarded-") || matches!(name, "forwarded" | "x-real-ip" | "x-request-id"))
}
