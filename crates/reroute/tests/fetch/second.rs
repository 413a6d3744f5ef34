//! The decision on a URL once more, written from the registries and the rules of URLs alone: by hand where the first uses a parser, by a table of
//! networks where the first matches on numbers. The fuzz target and a test here ask both.

use std::net::{Ipv4Addr, Ipv6Addr};

/// IANA's special-purpose registries, what carries an IPv4 address inside, and Azure's address for its machines.
const V4: [(&str, u32); 16] = [
    ("0.0.0.0", 8),
    ("10.0.0.0", 8),
    ("100.64.0.0", 10),
    ("127.0.0.0", 8),
    ("168.63.129.16", 32),
    ("169.254.0.0", 16),
    ("172.16.0.0", 12),
    ("192.0.0.0", 24),
    ("192.0.2.0", 24),
    ("192.88.99.0", 24),
    ("192.168.0.0", 16),
    ("198.18.0.0", 15),
    ("198.51.100.0", 24),
    ("203.0.113.0", 24),
    ("224.0.0.0", 4),
    ("240.0.0.0", 4),
];

/// What is taken out of 2000::/3, outside of which nothing is public.
const V6: [(&str, u32); 4] = [("2001::", 23), ("2001:db8::", 32), ("2002::", 16), ("3fff::", 20)];

/// What is decided.
#[derive(Debug, PartialEq, Eq)]
enum Second {
    /// It is refused.
    No,
    /// It may be asked at this host and port.
    Yes(String, u16),
    /// It is international: this one does not know.
    Unknown,
}

fn public_v4(address: Ipv4Addr) -> bool {
    !V4.iter().any(|(network, length)| {
        let network: Ipv4Addr = network.parse().expect("a network");
        u32::from(address) >> (32 - length) == u32::from(network) >> (32 - length)
    })
}

fn public_v6(address: Ipv6Addr) -> bool {
    let bits = u128::from(address);
    let is_inside = |network: &str, length: u32| {
        let network: Ipv6Addr = network.parse().expect("a network");
        bits >> (128 - length) == u128::from(network) >> (128 - length)
    };
    let interface = (bits >> 32) as u32;
    let is_isatap = interface == 0x0000_5efe || interface == 0x0200_5efe;
    is_inside("2000::", 3) && !is_isatap && !V6.iter().any(|(network, length)| is_inside(network, *length))
}

/// Whether `text` may be asked where the list of hosts is `*`.
fn decide(text: &str) -> Second {
    decided(text).unwrap_or(Second::No)
}

/// Panics where `first`, the decision of the library, is another: `first` says the host and the port that may be asked.
pub(crate) fn assert_agrees(text: &str, first: impl Fn(&str) -> Option<(String, u16)>) {
    match (first(text), decide(text)) {
        (None, Second::No | Second::Unknown) => {}
        // What became of an international name is a plain one.
        (Some((host, port)), Second::Unknown) => {
            let plain = decide(&format!("http://{host}:{port}/"));
            assert!(matches!(plain, Second::Unknown) || plain == Second::Yes(host, port), "{text:?}");
        }
        (Some((host, port)), second) => assert_eq!(Second::Yes(host, port), second, "{text:?}"),
        (None, second) => panic!("{text:?}: it is refused, and should be {second:?}"),
    }
}

fn decided(text: &str) -> Option<Second> {
    for char in text.chars() {
        // U+0080..U+009F are control characters, and what follows are the blanks of Unicode.
        let blank = matches!(
            char,
            '\u{a0}' | '\u{1680}' | '\u{2000}'
                ..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
        );
        if char <= ' ' || matches!(char, '\u{7f}'..='\u{9f}' | '\\') || blank {
            return None;
        }
    }
    let colon = text.find(':')?;
    let default: u16 = match text[..colon].to_ascii_lowercase().as_str() {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let rest = text[colon..].strip_prefix("://")?;
    if text.len() > 8192 {
        return None;
    }
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    if authority.contains(['@', '%']) {
        return None;
    }
    let is_international = !authority.is_ascii() || authority.to_ascii_lowercase().contains("xn--");
    if is_international {
        return Some(Second::Unknown);
    }
    let end = if authority.starts_with('[') {
        authority.find(']')? + 1
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (host, port) = authority.split_at(end);
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => default,
        None => return None,
        Some("") => default,
        Some(digits) => number(digits).filter(|port| *port <= 0xffff)? as u16,
    };
    if port != 80 && port != 443 {
        return None;
    }
    Some(Second::Yes(self::host(&host.to_ascii_lowercase())?, port))
}

fn host(host: &str) -> Option<String> {
    if let Some(inside) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let address: Ipv6Addr = inside.parse().ok()?;
        return public_v6(address).then(|| format!("[{address}]"));
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    let labels: Vec<&str> = name.split('.').collect();
    let last = *labels.last()?;
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit());
    let is_hex = last.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if !last.is_empty() && (is_number || is_hex) {
        let parts: Vec<u8> = labels.iter().map_while(|label| plain(label)).collect();
        let address = Ipv4Addr::from(<[u8; 4]>::try_from(parts).ok().filter(|_| labels.len() == 4)?);
        return public_v4(address).then(|| address.to_string());
    }
    let is_name = |label: &&str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let is_public = labels.len() > 1 && name.len() <= 253 && last != "localhost" && labels.iter().all(is_name);
    is_public.then(|| name.to_owned())
}

/// A byte in decimal, without zeros in front.
fn plain(text: &str) -> Option<u8> {
    number(text).filter(|byte| byte.to_string() == text).and_then(|byte| u8::try_from(byte).ok())
}

/// A number without a sign, however many zeros it begins with.
fn number(digits: &str) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.chars().try_fold(0u64, |number, char| {
        let next = number * 10 + u64::from(char.to_digit(10)?);
        // More than any port, and still no overflow.
        Some(next.min(1 << 40))
    })
}
