//! Whether an address is one of the public internet, and what it is otherwise.
//!
//! After IANA's registries of special-purpose addresses (RFC 6890 and what it led to) as of autumn 2026. Of IPv6, what is
//! not known to be public is not. An IPv6 address that carries an IPv4 address inside is never public, whatever that one
//! is: some machine on the way may unwrap it.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// What an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// Anybody on the internet may have it.
    Public,
    /// `0.0.0.0/8` and `::`: this machine, on many systems.
    Unspecified,
    /// `127.0.0.0/8` and `::1`.
    Loopback,
    /// `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16`, `fc00::/7` and the old `fec0::/10`.
    Private,
    /// `169.254.0.0/16` and `fe80::/10`: where clouds keep the credentials of their machines.
    LinkLocal,
    /// `100.64.0.0/10`: between a provider and its customers, and inside some clouds.
    Shared,
    /// `168.63.129.16`: a public address by number, which Azure answers inside each of its machines.
    CloudMetadata,
    /// An address that is there to be written about.
    Documentation,
    /// `198.18.0.0/15` and `2001:2::/48`.
    Benchmarking,
    /// `224.0.0.0/4` and `ff00::/8`.
    Multicast,
    /// An IPv6 address with an IPv4 address inside: mapped, compatible, translated (NAT64), 6to4, Teredo or ISATAP.
    EmbedsIpv4,
    /// Everything else that nobody is given.
    Reserved,
}

impl Class {
    /// Whether it is [`Class::Public`].
    pub fn is_public(self) -> bool {
        self == Self::Public
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "public",
            Self::Unspecified => "unspecified",
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::LinkLocal => "link-local",
            Self::Shared => "shared",
            Self::CloudMetadata => "cloud metadata",
            Self::Documentation => "documentation",
            Self::Benchmarking => "benchmarking",
            Self::Multicast => "multicast",
            Self::EmbedsIpv4 => "IPv4 inside IPv6",
            Self::Reserved => "reserved",
        })
    }
}

/// What `address` is for.
///
/// A NAT64 whose prefix is a public one of its own (RFC 6052, section 2.2) cannot be told from any other public address.
///
/// ```
/// use reroute_core::address::{Class, class};
///
/// assert_eq!(class("169.254.169.254".parse()?), Class::LinkLocal);
/// assert_eq!(class("::ffff:8.8.8.8".parse()?), Class::EmbedsIpv4);
/// assert!(class("2606:4700::1111".parse()?).is_public());
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
pub fn class(address: IpAddr) -> Class {
    match address {
        IpAddr::V4(address) => class_v4(address),
        IpAddr::V6(address) => class_v6(address),
    }
}

fn class_v4(address: Ipv4Addr) -> Class {
    match address.octets() {
        [0, ..] => Class::Unspecified,
        [127, ..] => Class::Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Class::Private,
        [169, 254, ..] => Class::LinkLocal,
        [100, 64..=127, ..] => Class::Shared,
        [168, 63, 129, 16] => Class::CloudMetadata,
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Class::Documentation,
        [198, 18 | 19, ..] => Class::Benchmarking,
        // Protocol assignments, and the relays of 6to4, which are gone.
        [192, 0, 0, _] | [192, 88, 99, _] => Class::Reserved,
        [224..=239, ..] => Class::Multicast,
        [240..=255, ..] => Class::Reserved,
        _ => Class::Public,
    }
}

fn class_v6(address: Ipv6Addr) -> Class {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Class::Unspecified,
        [0, 0, 0, 0, 0, 0, 0, 1] => Class::Loopback,
        // Compatible, mapped, and translated by SIIT.
        [0, 0, 0, 0, 0, 0, ..] | [0, 0, 0, 0, 0, 0xffff, ..] | [0, 0, 0, 0, 0xffff, 0, ..] => Class::EmbedsIpv4,
        // NAT64: well-known, and of one's own network.
        [0x64, 0xff9b, 0, 0, 0, 0, ..] | [0x64, 0xff9b, 1, ..] => Class::EmbedsIpv4,
        // Teredo, 6to4.
        [0x2001, 0, ..] | [0x2002, ..] => Class::EmbedsIpv4,
        // ISATAP, below any prefix (RFC 5214, section 6.1).
        [_, _, _, _, 0 | 0x200, 0x5efe, ..] => Class::EmbedsIpv4,
        [0x2001, 2, 0, ..] => Class::Benchmarking,
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Class::Documentation,
        // Protocol assignments.
        [0x2001, 0..=0x1ff, ..] => Class::Reserved,
        [0x2000..=0x3fff, ..] => Class::Public,
        [0xfc00..=0xfdff, ..] | [0xfec0..=0xfeff, ..] => Class::Private,
        [0xfe80..=0xfebf, ..] => Class::LinkLocal,
        [0xff00..=0xffff, ..] => Class::Multicast,
        _ => Class::Reserved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Network;
    use proptest::prelude::*;

    /// The registries once more, as networks: what is not public, but for the forms that carry an IPv4 address in their lower half.
    const SPECIAL: &str = "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 \
        192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 \
        ::/3 2001::/23 2001:db8::/32 2002::/16 3fff::/20 4000::/2 8000::/1";

    fn is_special(address: IpAddr) -> bool {
        let is_mapped = matches!(address, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some());
        is_mapped || SPECIAL.split(' ').any(|network| network.parse::<Network>().expect(network).contains(address))
    }

    #[test]
    fn attack_117_each_class_has_its_edges() {
        for (class_of, addresses) in [
            (Class::Unspecified, "0.0.0.0 0.255.255.255 ::"),
            (Class::Loopback, "127.0.0.0 127.0.0.1 127.255.255.255 ::1"),
            (Class::Private, "10.0.0.0 10.255.255.255 172.16.0.0 172.31.255.255 192.168.0.0 192.168.255.255"),
            (Class::Private, "fc00:: fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff fd00:ec2::254 fec0:: feff::1"),
            (Class::LinkLocal, "169.254.0.0 169.254.169.254 169.254.255.255 fe80:: fe80::1 febf::1"),
            (Class::Shared, "100.64.0.0 100.100.100.200 100.127.255.255"),
            (Class::CloudMetadata, "168.63.129.16"),
            (
                Class::Documentation,
                "192.0.2.0 192.0.2.255 198.51.100.7 203.0.113.255 2001:db8::1 3fff::1 3fff:fff:ffff::1",
            ),
            (Class::Benchmarking, "198.18.0.0 198.19.255.255 2001:2::1"),
            (Class::Multicast, "224.0.0.0 239.255.255.255 ff00:: ff02::1 ffff::1"),
            (Class::Reserved, "192.0.0.0 192.0.0.9 192.0.0.192 192.0.0.255 192.88.99.1 240.0.0.0 255.255.255.255"),
            (
                Class::Reserved,
                "2001:1::1 2001:10::1 2001:20::1 2001:1ff:ffff::1 100::1 4000::1 5f00::1 fe00::1 1::1 64:ff9b:2::1",
            ),
            (Class::EmbedsIpv4, "::2 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:7f00:1"),
            (
                Class::EmbedsIpv4,
                "64:ff9b::a9fe:a9fe 64:ff9b::8.8.8.8 64:ff9b:1::1 64:ff9b:1:ffff::1 2002:7f00:1:: 2002:808:808::1",
            ),
            (
                Class::EmbedsIpv4,
                "2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2606:4700::5efe:7f00:1 2606:4700::200:5efe:7f00:1",
            ),
            (
                Class::Public,
                "1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 168.63.129.15",
            ),
            (
                Class::Public,
                "168.63.129.17 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0 192.31.196.1",
            ),
            (
                Class::Public,
                "192.88.98.255 192.88.100.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 198.51.99.255",
            ),
            (
                Class::Public,
                "198.51.101.0 203.0.112.255 203.0.114.0 223.255.255.255 2001:200::1 2001:db7::1 2001:db9::1 2003::1",
            ),
            (Class::Public, "2000::1 2606:4700::1111 2620:4f:8000::1 3fff:1000::1 3ffe::1 2606:4700::5eff:7f00:1"),
        ] {
            for address in addresses.split(' ') {
                assert_eq!(class(address.parse().expect(address)), class_of, "{address}");
            }
        }
    }

    #[test]
    fn attack_117_every_network_of_the_registries_is_judged_at_its_edges() {
        for network in SPECIAL.split(' ') {
            let network: Network = network.parse().expect(network);
            assert!(!class(network.address()).is_public(), "{network}");
        }
    }

    proptest! {
        #[test]
        fn ipv4_is_judged_as_the_registries_say(bits in any::<u32>()) {
            let address = IpAddr::V4(bits.into());
            prop_assert_eq!(class(address).is_public(), !is_special(address));
        }

        #[test]
        fn ipv6_is_judged_as_the_registries_say(high in prop_oneof![any::<u16>(), Just(0x2001u16), Just(0x2002), Just(0x3fff), Just(0x64), Just(0)], rest in any::<u128>()) {
            let address = Ipv6Addr::from(u128::from(high) << 112 | rest >> 16);
            let is_isatap = matches!(address.segments(), [_, _, _, _, 0 | 0x200, 0x5efe, ..]);
            prop_assert_eq!(class(address.into()).is_public(), !is_isatap && !is_special(address.into()));
        }

        #[test]
        fn what_carries_ipv4_is_never_public(bits in any::<u32>()) {
            let (high, low) = ((bits >> 16) as u16, bits as u16);
            for address in [
                Ipv4Addr::from(bits).to_ipv6_mapped(),
                Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, high, low),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, high, low),
                Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
                Ipv6Addr::new(0x2001, 0, 0x4136, 0xe378, 0x8000, 0x63bf, !high, !low),
                Ipv6Addr::new(0x2606, 0x4700, 0, 0, 0, 0x5efe, high, low),
            ] {
                prop_assert!(!class(address.into()).is_public());
            }
        }
    }
}
