//! Whether a URL may be asked: decided on its text, then on what the one parser makes of it that the connection uses, too.

use super::error::{Refusal, Why};
use reroute_core::{
    address::{Class, Network, class},
    host::{Host, OutboundHost},
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::Url;

/// The longest URL in bytes.
const LONGEST: usize = 8192;

/// Where requests may go.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    pub(super) hosts: Vec<OutboundHost>,
    /// What may be reached although it is not public.
    pub(super) networks: Vec<Network>,
}

/// The URL that `text` is, if all parsers agree on it.
///
/// WHATWG's rules, which the parser follows, drop tabs and line ends, take a back-slash for a slash and find a host behind one slash or none. Whoever
/// looked at the text before saw something else, so that nothing is mended here.
pub(super) fn read(text: &str) -> Result<Url, Refusal> {
    let refused = |why| Refusal { why, at: None };
    if text.len() > LONGEST {
        return Err(refused(Why::Malformed("it is longer than 8192 bytes")));
    }
    if text.contains(is_mended) {
        return Err(refused(Why::Malformed("it holds a control character, a blank or a back-slash")));
    }
    let (scheme, rest) = text.split_once("://").ok_or(refused(Why::Scheme))?;
    if !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return Err(refused(Why::Scheme));
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(refused(Why::UserInfo));
    }
    if authority.is_empty() || authority.contains('%') {
        return Err(refused(Why::Host));
    }
    Url::parse(text).map_err(|_| refused(Why::Host))
}

/// Where a redirect from `base` leads.
pub(super) fn redirected(base: &Url, location: &str) -> Result<Url, Refusal> {
    let refused = |url: &Url, why| Refusal { why, at: at(url) };
    if location.len() > LONGEST || location.contains(is_mended) {
        return Err(refused(base, Why::Malformed("it leads to what is no URL")));
    }
    let to = base.join(location).map_err(|_| refused(base, Why::Malformed("it leads to what is no URL")))?;
    if base.scheme() == "https" && to.scheme() == "http" {
        return Err(refused(&to, Why::Downgrade));
    }
    Ok(to)
}

impl Rules {
    /// Every host that is public, at the usual ports.
    pub(super) fn any_public() -> Self {
        Self { hosts: "*".parse().into_iter().collect(), networks: Vec::new() }
    }

    /// The URL in the form in which it is asked: without a dot at the end of its host, and without a fragment.
    pub(super) fn decide(&self, mut url: Url) -> Result<Url, Refusal> {
        self.judge(&mut url).map_err(|why| Refusal { why, at: at(&url) })?;
        Ok(url)
    }

    fn judge(&self, url: &mut Url) -> Result<(), Why> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Why::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Why::UserInfo);
        }
        let port = url.port_or_known_default().ok_or(Why::Port)?;
        let written = url.host_str().ok_or(Why::Host)?;
        let host = Host::parse(written.as_bytes()).map_err(|_| Why::Host)?;
        match url.host() {
            // Nobody looks a literal up: this is the only place that sees it.
            Some(url::Host::Ipv4(address)) => self.permit(address.into()).map_err(Why::Address)?,
            Some(url::Host::Ipv6(address)) => self.permit(address.into()).map_err(Why::Address)?,
            Some(url::Host::Domain(_)) if is_localhost(host.name()) => self.permit_loopback().map_err(Why::Address)?,
            Some(url::Host::Domain(_)) => {}
            None => return Err(Why::Host),
        }
        if !self.hosts.iter().any(|entry| entry.allows(&host, port)) {
            return Err(Why::NotListed);
        }
        if host.name() != written {
            let name = host.name().to_owned();
            url.set_host(Some(&name)).map_err(|_| Why::Host)?;
        }
        url.set_fragment(None);
        Ok(())
    }

    /// Whether a connection may go to `address`.
    pub(super) fn permit(&self, address: IpAddr) -> Result<(), Class> {
        let class = class(address);
        if class.is_public() || self.networks.iter().any(|network| network.contains(address)) {
            Ok(())
        } else {
            Err(class)
        }
    }

    /// Names of this machine are looked up where its own addresses may be reached.
    fn permit_loopback(&self) -> Result<(), Class> {
        self.permit(Ipv4Addr::LOCALHOST.into()).or_else(|_| self.permit(Ipv6Addr::LOCALHOST.into()))
    }
}

fn is_mended(char: char) -> bool {
    char == '\\' || char.is_control() || char.is_whitespace()
}

/// RFC 6761, section 6.3.
fn is_localhost(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

/// Host and port of `url`, for the log.
pub(super) fn at(url: &Url) -> Option<(String, u16)> {
    Some((url.host_str()?.to_owned(), url.port_or_known_default()?))
}
