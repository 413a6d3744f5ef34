//! What a request says of hosts, origins and hops never panics, and what is understood is said alike when it is said again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reroute_core::{
    forwarded::{self, ProxyHeader},
    host::Host,
    origin::Origin,
    request_id,
};
use std::net::{IpAddr, Ipv4Addr};

const PEER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fuzz_target!(|bytes: &[u8]| {
    if let Ok(host) = Host::parse(bytes) {
        let again = host.to_string();
        assert_eq!(Host::parse(again.as_bytes()).ok(), Some(host));
    }
    if let Some(origin) = Origin::parse(bytes) {
        let again = origin.to_string();
        assert_eq!(again.as_bytes(), bytes);
    }
    let lines = || bytes.split(|byte| *byte == b'\n');
    for header in [ProxyHeader::XForwardedFor, ProxyHeader::Forwarded] {
        let found = forwarded::client(PEER, lines().collect::<Vec<_>>().into_iter(), header, |hop| hop == PEER);
        assert_eq!(forwarded::client(PEER, [].into_iter(), header, |_| true), PEER);
        let _ = found;
    }
    let _ = forwarded::forwarded_proto(lines().collect::<Vec<_>>().into_iter());
    let _ = forwarded::forwarded_host(lines().collect::<Vec<_>>().into_iter());
    if request_id::is_acceptable(bytes) {
        assert!(bytes.len() <= request_id::LONGEST && bytes.is_ascii());
    }
});
