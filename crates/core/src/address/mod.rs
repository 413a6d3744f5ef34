//! Networks, and which network a client stands for.
//!
//! An IPv4 address that arrives in IPv6 clothes (`::ffff:192.0.2.1`, RFC 4291, section 2.5.5.2) is that IPv4 address
//! everywhere: else one client has two addresses, or all IPv4 clients share one IPv6 network.

mod class;

pub use class::{Class, class};

use crate::shown::shown;
use std::{fmt, net::IpAddr, str::FromStr};

/// `address`, with an IPv4-mapped IPv6 address as the IPv4 address that it is.
///
/// ```
/// use reroute_core::address::canonical;
///
/// assert_eq!(canonical("::ffff:192.0.2.1".parse()?).to_string(), "192.0.2.1");
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
pub fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// The network that limits count a client by: an IPv4 address alone, or an IPv6 network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientNetwork {
    first: IpAddr,
    length: u8,
}

impl ClientNetwork {
    /// How many leading bits of an IPv6 address tell clients apart, where nothing else is said. One subscriber gets a /64 at least
    /// (RFC 6177), so its 2^64 addresses are one client.
    pub const LENGTH: u8 = 64;

    /// The network that a client at `address` stands for. `length` is how many leading bits of an IPv6 address count: 64 at most.
    ///
    /// ```
    /// use reroute_core::address::ClientNetwork;
    ///
    /// let one = ClientNetwork::of("2001:db8::1".parse()?, 64);
    /// assert_eq!(one, ClientNetwork::of("2001:db8::ffff:2".parse()?, 64));
    /// assert_eq!(one.to_string(), "2001:db8::/64");
    /// assert_eq!(ClientNetwork::of("::ffff:192.0.2.1".parse()?, 64).to_string(), "192.0.2.1");
    /// # Ok::<(), std::net::AddrParseError>(())
    /// ```
    pub fn of(address: IpAddr, length: u8) -> Self {
        let length = length.min(Self::LENGTH);
        Self { first: first(canonical(address), length_for(address, length)), length }
    }

    /// The address, or the first one of the network.
    pub fn address(self) -> IpAddr {
        self.first
    }

    /// The network as one number, which no other network of this length has: IPv4 addresses are put where IPv6 has no
    /// networks that are routed.
    pub fn to_bits(self) -> u64 {
        match self.first {
            IpAddr::V4(address) => 0xffff << 32 | u64::from(address.to_bits()),
            // Nothing stands below the upper 64 bits.
            IpAddr::V6(address) => (address.to_bits() >> 64) as u64,
        }
    }
}

impl fmt::Display for ClientNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.first {
            IpAddr::V4(address) => address.fmt(f),
            IpAddr::V6(address) => write!(f, "{address}/{}", self.length),
        }
    }
}

/// An IPv4 address counts whole.
fn length_for(address: IpAddr, length: u8) -> u8 {
    if canonical(address).is_ipv4() { 32 } else { length }
}

/// A network in CIDR notation (RFC 4632, RFC 4291), such as `10.0.0.0/8` or `2001:db8::/32`; a bare address is a
/// network of one.
///
/// ```
/// use reroute_core::address::Network;
///
/// let private: Network = "10.0.0.0/8".parse()?;
/// assert!(private.contains("10.1.2.3".parse().unwrap()));
/// assert!(private.contains("::ffff:10.1.2.3".parse().unwrap()));
/// assert!(!private.contains("192.0.2.1".parse().unwrap()));
/// assert_eq!("192.0.2.1".parse::<Network>()?.to_string(), "192.0.2.1/32");
/// # Ok::<(), reroute_core::address::NetworkError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    first: IpAddr,
    length: u8,
}

impl Network {
    /// Whether `address` lies in this network. An IPv6 network holds no IPv4 address, in either clothes: what means
    /// every address is `0.0.0.0/0` and `::/0`.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.first, canonical(address)) {
            (IpAddr::V4(_), address @ IpAddr::V4(_)) | (IpAddr::V6(_), address @ IpAddr::V6(_)) => {
                first(address, self.length) == self.first
            }
            _ => false,
        }
    }

    /// The first address.
    pub fn address(&self) -> IpAddr {
        self.first
    }

    /// How many leading bits all addresses share: 0 is every address of the family.
    pub fn length(&self) -> u8 {
        self.length
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.length)
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let error = |why| NetworkError { text: shown(text), why };
        let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        let written: IpAddr = address.parse().map_err(|_| error(Why::Address))?;
        let width = bits(written);
        let length = match length {
            None => width,
            Some(digits) if digits.len() > 1 && digits.starts_with('0') => return Err(error(Why::Length(width))),
            Some(digits) if !digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                return Err(error(Why::Length(width)));
            }
            Some(digits) => {
                digits.parse().ok().filter(|length| *length <= width).ok_or_else(|| error(Why::Length(width)))?
            }
        };
        let start = first(written, length);
        if start != written {
            return Err(error(Why::HostBits { network: Self { first: start, length }, address: written }));
        }
        // A mapped address without host bits has 96 bits or more, since the last sixteen of those are ones.
        let address = canonical(written);
        Ok(Self { first: address, length: length - (width - bits(address)) })
    }
}

/// Why a text is no network. Its `Display` shows what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkError {
    text: String,
    why: Why,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Why {
    Address,
    Length(u8),
    HostBits { network: Network, address: IpAddr },
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no network: ", self.text)?;
        match &self.why {
            Why::Address => f.write_str(
                "it does not begin with an address. Write one such as `10.0.0.0/8`, `192.0.2.1` or `2001:db8::/32`",
            ),
            Why::Length(width) => write!(f, "what follows `/` is a number from 0 to {width}"),
            Why::HostBits { network, address } => {
                write!(
                    f,
                    "the address has bits set after the first {}. Write `{network}` for all of it, or `{address}` for that address alone",
                    network.length
                )
            }
        }
    }
}

impl std::error::Error for NetworkError {}

fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// `address` with all bits after the first `length` cleared.
fn first(address: IpAddr, length: u8) -> IpAddr {
    // A shift by the whole width is what checked_shl refuses, and means no bit at all.
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32u32.saturating_sub(length.into())).unwrap_or(0);
            IpAddr::V4((v4.to_bits() & mask).into())
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128u32.saturating_sub(length.into())).unwrap_or(0);
            IpAddr::V6((v6.to_bits() & mask).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::{
        collections::HashSet,
        net::{Ipv4Addr, Ipv6Addr},
    };

    fn ip(text: &str) -> IpAddr {
        text.parse().expect(text)
    }

    fn client_network(address: IpAddr) -> ClientNetwork {
        ClientNetwork::of(address, ClientNetwork::LENGTH)
    }

    #[test]
    fn no_two_networks_share_a_number() {
        let all = ["0.0.0.0", "1.2.3.4", "255.255.255.255", "::1", "2001:db8::1", "2001:db8:0:1::1", "fe80::1"];
        let numbers: HashSet<u64> = all.iter().map(|text| client_network(ip(text)).to_bits()).collect();
        assert_eq!(numbers.len(), all.len());
        assert_eq!(ClientNetwork::of(ip("2001:db8:1:ff::1"), 56), ClientNetwork::of(ip("2001:db8:1:aa::1"), 56));
    }

    #[test]
    fn attack_5_the_addresses_of_one_64_are_one_client() {
        let networks: HashSet<_> = (0..=u16::MAX)
            .map(|low| client_network(IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 7, low, 0, 0, low))))
            .collect();
        assert_eq!(networks.len(), 1);
        assert_ne!(client_network(ip("2001:db8:0:7::1")), client_network(ip("2001:db8:0:8::1")));
    }

    #[test]
    fn attack_6_mapped_addresses_are_ipv4_and_share_nothing() {
        assert_eq!(client_network(ip("::ffff:1.2.3.4")), client_network(ip("1.2.3.4")));
        assert_ne!(client_network(ip("::ffff:1.2.3.4")), client_network(ip("::ffff:1.2.3.5")));
    }

    #[test]
    fn what_is_no_network_is_told_what_to_write() {
        for (text, told) in [
            ("", "does not begin with an address"),
            ("10", "does not begin with an address"),
            ("10.0.0/8", "does not begin with an address"),
            ("010.0.0.0/8", "does not begin with an address"),
            ("example.com", "does not begin with an address"),
            ("fe80::1%eth0/64", "does not begin with an address"),
            (" 10.0.0.0/8", "does not begin with an address"),
            ("10.0.0.0/", "0 to 32"),
            ("10.0.0.0/33", "0 to 32"),
            ("10.0.0.0/+8", "0 to 32"),
            ("10.0.0.0/08", "0 to 32"),
            ("10.0.0.0/8/8", "0 to 32"),
            ("10.0.0.0/255.0.0.0", "0 to 32"),
            ("::/129", "0 to 128"),
            ("::/999999999999", "0 to 128"),
            ("10.0.0.1/8", "Write `10.0.0.0/8` for all of it, or `10.0.0.1` for"),
            ("2001:db8::1/32", "Write `2001:db8::/32` for all of it, or `2001:db8::1`"),
            ("::ffff:10.0.0.0/95", "bits set after the first 95"),
        ] {
            let error = text.parse::<Network>().expect_err(text).to_string();
            assert!(error.contains(told), "{error}");
        }
    }

    #[test]
    fn mapped_networks_are_ipv4_and_families_do_not_mix() {
        for (text, network) in [
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("::ffff:0.0.0.0/96", "0.0.0.0/0"),
            ("::ffff:192.0.2.1", "192.0.2.1/32"),
            ("2001:DB8::/32", "2001:db8::/32"),
            ("::1", "::1/128"),
        ] {
            assert_eq!(text.parse::<Network>().map(|network| network.to_string()), Ok(network.to_owned()));
        }
        let (v4, v6): (Network, Network) = ("0.0.0.0/0".parse().expect("v4"), "::/0".parse().expect("v6"));
        assert!(v4.contains(ip("192.0.2.1")) && v4.contains(ip("::ffff:192.0.2.1")) && !v4.contains(ip("::1")));
        assert!(v6.contains(ip("::1")) && !v6.contains(ip("192.0.2.1")) && !v6.contains(ip("::ffff:192.0.2.1")));
    }

    proptest! {
        #[test]
        fn a_network_holds_what_shares_its_leading_bits(a in any::<u32>(), b in any::<u32>(), length in 0u8..=32) {
            let network = Network { first: first(IpAddr::V4(a.into()), length), length };
            let inside = length == 0 || (a ^ b) >> (32 - u32::from(length)) == 0;
            prop_assert_eq!(network.contains(IpAddr::V4(b.into())), inside);
            prop_assert_eq!(network.contains(IpAddr::V6(Ipv4Addr::from(b).to_ipv6_mapped())), inside);
            prop_assert_eq!(network.to_string().parse(), Ok(network));
        }

        #[test]
        fn ipv6_networks_alike(a in any::<u128>(), b in any::<u128>(), length in 0u8..=128) {
            let network = Network { first: first(IpAddr::V6(a.into()), length), length };
            prop_assume!(canonical(network.first).is_ipv6() && canonical(IpAddr::V6(b.into())).is_ipv6());
            let inside = length == 0 || (a ^ b) >> (128 - u32::from(length)) == 0;
            prop_assert_eq!(network.contains(IpAddr::V6(b.into())), inside);
            prop_assert_eq!(network.to_string().parse(), Ok(network));
        }

        #[test]
        fn any_text_is_judged_without_a_panic(text in "[0-9a-f:./]{0,30}\\PC{0,4}") {
            if let Ok(network) = text.parse::<Network>() {
                prop_assert!(network.contains(network.address()));
            }
        }
    }
}
