//! The grammar of the two fields.

use crate::address::canonical;
use std::{
    borrow::Cow,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// The entry after the last comma, and what stands before that.
pub(super) fn last_entry(text: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let (rest, entry) = match text.iter().rposition(|byte| *byte == b',') {
        Some(comma) => (Some(&text[..comma]), &text[comma + 1..]),
        None => (None, text),
    };
    (rest, entry.trim_ascii())
}

/// The element after the last comma outside quoted strings, and what stands before that.
///
/// Always read from the left: who writes half a quoted string on the left would otherwise move the commas on the right.
pub(super) fn last_element(text: &[u8]) -> Option<(Option<&[u8]>, &[u8])> {
    let (mut quoted, mut escaped, mut comma) = (false, false, None);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' if !quoted => comma = Some(at),
            _ => {}
        }
    }
    (!quoted).then(|| match comma {
        Some(comma) => (Some(&text[..comma]), &text[comma + 1..]),
        None => (None, text),
    })
}

/// The parameters of one element that are of use here.
#[derive(Default)]
pub(super) struct Element<'a> {
    pub(super) node: Option<Cow<'a, [u8]>>,
    pub(super) proto: Option<Cow<'a, [u8]>>,
    pub(super) host: Option<Cow<'a, [u8]>>,
}

/// Reads `name=value` pairs between `;` (RFC 7239, section 4). `None` for anything else, or a parameter given twice.
pub(super) fn element(text: &[u8]) -> Option<Element<'_>> {
    let mut element = Element::default();
    let mut rest = text.trim_ascii();
    loop {
        if let Some(after) = rest.strip_prefix(b";") {
            rest = after.trim_ascii_start();
            continue;
        }
        if rest.is_empty() {
            return Some(element);
        }
        let (name, after) = token(rest)?;
        let (value, after) = match after.strip_prefix(b"=")? {
            [b'"', inner @ ..] => quoted_string(inner)?,
            bare => token(bare).map(|(value, rest)| (Cow::Borrowed(value), rest))?,
        };
        let known = [(&b"for"[..], &mut element.node), (b"proto", &mut element.proto), (b"host", &mut element.host)];
        if let Some((_, place)) = known.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name))
            && place.replace(value).is_some()
        {
            return None;
        }
        rest = after.trim_ascii_start();
        if !rest.is_empty() && !rest.starts_with(b";") {
            return None;
        }
    }
}

/// A token (RFC 9110, section 5.6.2) of at least one character, and what follows it.
fn token(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    let end = text.iter().position(|byte| !is_token(byte)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// The value of a quoted string (RFC 9110, section 5.6.4) whose first quote is gone, and what follows it.
fn quoted_string(text: &[u8]) -> Option<(Cow<'_, [u8]>, &[u8])> {
    let mut value = Cow::Borrowed(&text[..0]);
    let mut at = 0;
    loop {
        let escaped = *text.get(at)? == b'\\';
        at += usize::from(escaped);
        let byte = *text.get(at)?;
        if byte == b'"' && !escaped {
            return Some((value, &text[at + 1..]));
        }
        if byte.is_ascii_control() && byte != b'\t' {
            return None;
        }
        value = match value {
            Cow::Borrowed(seen) if seen.len() == at => Cow::Borrowed(&text[..=at]),
            seen => {
                let mut owned = seen.into_owned();
                owned.push(byte);
                Cow::Owned(owned)
            }
        };
        at += 1;
    }
}

/// The address of a hop, whose port is checked and dropped. An IPv6 address may stand without brackets if `bare`.
pub(super) fn node(text: &str, bare: bool) -> Option<IpAddr> {
    let is_port = |port: &str| {
        let number = port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
        let obfuscated = !bare && port.len() > 1 && port.starts_with('_');
        number || obfuscated
    };
    let (address, rest) = if let Some(inner) = text.strip_prefix('[') {
        let (address, rest) = inner.split_once(']')?;
        (IpAddr::V6(address.parse::<Ipv6Addr>().ok()?), rest)
    } else if bare && let Ok(address) = text.parse::<Ipv6Addr>() {
        (IpAddr::V6(address), "")
    } else {
        let end = text.find(':').unwrap_or(text.len());
        (IpAddr::V4(text[..end].parse::<Ipv4Addr>().ok()?), &text[end..])
    };
    (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port)).then(|| canonical(address))
}
