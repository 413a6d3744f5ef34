//! What of a text may not be written down, whatever it stands in.
//!
//! Looked for, from left to right, in time linear in the text:
//!
//! | what | becomes |
//! | --- | --- |
//! | a value after a sensitive name and `=` or `:`, quoted or not: `password=…&`, `"api_key": "…"`, `X-Api-Key: …` | `password=[REDACTED]&` |
//! | the rest of the line after `Authorization:`, `Cookie:` and the like | `Authorization: [REDACTED]` |
//! | `Bearer …`, a token of eight characters or more | `Bearer [REDACTED]` |
//! | a JSON Web Token (RFC 7519): `eyJ….….…` | `[REDACTED]` |
//! | a key of ours: `key_` and sixteen characters or more | `[REDACTED]` |
//! | a refresh token of ours: `refresh_` and 64 characters or more | `[REDACTED]` |
//! | a private key in PEM, also one that is cut off | `[REDACTED]` |
//! | the password in a URL: `scheme://user:…@` | `scheme://user:[REDACTED]@` |
//! | a card number: 13 to 19 digits, also with single spaces or hyphens between them, whose check digit is right (ISO/IEC 7812-1) | `[REDACTED]` |
//!
//! A name is sensitive by [`is_sensitive`]; percent-encoded names are read as they are decoded.

use crate::sensitive::is_sensitive;
use std::borrow::Cow;

/// What stands in the place of what is not written.
pub const REDACTED: &str = "[REDACTED]";

/// The longest name that is looked at.
const LONGEST_NAME: usize = 64;

/// The text without what may not be written down.
///
/// ```
/// use reroute_core::redact::redact;
///
/// assert_eq!(redact("GET /?token=abc&page=2"), "GET /?token=[REDACTED]&page=2");
/// assert_eq!(redact("postgres://shop:hunter2@db/shop"), "postgres://shop:[REDACTED]@db/shop");
/// assert_eq!(redact("Monkeys and authors"), "Monkeys and authors");
/// ```
pub fn redact(text: &str) -> Cow<'_, str> {
    let mut redacted = String::new();
    // Everything before `done` is in `redacted`, once there is anything in it to tell.
    let (mut at, mut done) = (0, 0);
    while at < text.len() {
        match find(text, at) {
            Some(Found { start, end, next }) => {
                // What begins within what goes already makes that longer.
                if start >= done {
                    redacted.push_str(&text[done..start]);
                    redacted.push_str(REDACTED);
                }
                (at, done) = (next, end.max(done));
            }
            None => at = next_word(text, at),
        }
    }
    if done == 0 && redacted.is_empty() {
        return Cow::Borrowed(text);
    }
    redacted.push_str(&text[done..]);
    Cow::Owned(redacted)
}

/// What is to go: bytes of the text, on boundaries of characters.
struct Found {
    start: usize,
    end: usize,
    /// Where the search goes on.
    next: usize,
}

impl Found {
    fn new(start: usize, length: usize) -> Self {
        Self { start, end: start + length, next: start + length }
    }
}

/// What begins at `at`, which is where a word begins.
fn find(text: &str, at: usize) -> Option<Found> {
    let rest = &text[at..];
    match rest.as_bytes().first()? {
        b'-' => private_key(rest).map(|length| Found::new(at, length)),
        b'0'..=b'9' => card(rest).map(|length| Found::new(at, length)).or_else(|| named(text, at)),
        _ => whole(rest)
            .map(|length| Found::new(at, length))
            .or_else(|| bearer(text, at))
            .or_else(|| url(text, at))
            .or_else(|| named(text, at)),
    }
}

/// Where the next word begins: after what cannot be in the middle of one.
fn next_word(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'%') || !byte.is_ascii();
    let rest = &bytes[at..];
    let in_word = rest.iter().take_while(|byte| is_word(byte)).count();
    let between = rest[in_word..].iter().take_while(|byte| !is_word(byte)).count();
    // A word ends before an ASCII character, and begins with the first byte of another.
    at + (in_word + between).max(1)
}

/// A token that is known by itself.
fn whole(rest: &str) -> Option<usize> {
    for (prefix, least) in [("key_", 16), ("refresh_", 64)] {
        if let Some(after) = rest.strip_prefix(prefix) {
            let length = token_length(after);
            return (length >= least).then_some(prefix.len() + length);
        }
    }
    if rest.starts_with("eyJ") {
        let length = rest.bytes().take_while(|byte| is_token(*byte) || *byte == b'.').count();
        let parts = rest[..length].split('.').filter(|part| !part.is_empty()).count();
        return (parts >= 2).then_some(length);
    }
    None
}

fn token_length(text: &str) -> usize {
    text.bytes().take_while(|byte| is_token(*byte)).count()
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// `Bearer` and a token (RFC 6750, section 2.1).
fn bearer(text: &str, at: usize) -> Option<Found> {
    let rest = &text[at..];
    let word = rest.get(..6).filter(|word| word.eq_ignore_ascii_case("bearer"))?;
    let after = &rest[word.len()..];
    let spaces = after.bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'+')).count()
        + 3 * usize::from(after.starts_with("%20"));
    let start = at + word.len() + spaces;
    let length = text[start..]
        .bytes()
        .take_while(|byte| is_token(*byte) || matches!(byte, b'.' | b'~' | b'+' | b'/' | b'='))
        .count();
    (spaces > 0 && length >= 8).then_some(Found::new(start, length))
}

/// A private key in PEM (RFC 7468), to its end or the text's.
fn private_key(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix("-----BEGIN ")?;
    let label = after.split_once("-----")?.0;
    if label.len() > LONGEST_NAME || !label.ends_with("PRIVATE KEY") {
        return None;
    }
    let end = format!("-----END {label}-----");
    Some(rest.find(&end).map_or(rest.len(), |at| at + end.len()))
}

/// The password of a URL (RFC 3986, section 3.2.1).
fn url(text: &str, at: usize) -> Option<Found> {
    let rest = &text[at..];
    let scheme =
        rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')).count();
    let authority = rest.get(scheme..)?.strip_prefix("://")?;
    let end =
        authority.find(|c: char| matches!(c, '/' | '?' | '#' | '"' | '\'' | '<' | '>' | '\\') || c.is_whitespace());
    let authority = &authority[..end.unwrap_or(authority.len())];
    // The last one: a password may hold others that nobody encoded.
    let (user, _) = authority.rsplit_once('@')?;
    let (name, password) = user.split_once(':')?;
    let start = at + scheme + 3 + name.len() + 1;
    (!password.is_empty()).then_some(Found::new(start, password.len()))
}

/// A value that stands after a sensitive name.
fn named(text: &str, at: usize) -> Option<Found> {
    let rest = &text[at..];
    let in_name = |byte: u8| is_token(byte) || matches!(byte, b'.' | b'%' | b'[' | b']');
    let mut length = rest.bytes().take_while(|byte| in_name(*byte)).count();
    // `card number: …` is two words.
    if let Some(after) = rest[length..].strip_prefix(' ') {
        let second = after.bytes().take_while(|byte| in_name(*byte)).count();
        let is_name = after[second..].trim_start_matches(['"', '\'']).trim_start().starts_with([':', '=']);
        length += if second > 0 && is_name { 1 + second } else { 0 };
    }
    let name = decoded(rest.get(..length).filter(|name| !name.is_empty() && name.len() <= LONGEST_NAME)?);
    let after = &rest[length..];
    let before_sign = after.len() - after.trim_start_matches(['"', '\'', '\\']).trim_start_matches([' ', '\t']).len();
    let sign = after.get(before_sign..)?.chars().next().filter(|sign| matches!(sign, '=' | ':'))?;
    if !is_sensitive(&name) {
        return None;
    }
    let value = &after[before_sign + 1..];
    let before_value = value.len() - value.trim_start_matches([' ', '\t', '>', '=']).len();
    let start = at + length + before_sign + 1 + before_value;
    let length = value_length(&text[start..], sign == ':' && is_of_whole_line(&name));
    let (start, length) = quoted(&text[start..]).map_or((start, length), |(skip, length)| (start + skip, length));
    let mut found = Found::new(start, length);
    // A quote that nobody closed may end at one of a later line, behind the name of another secret: lines are looked at for themselves, too.
    if let Some(line) = text[start..found.end].find('\n') {
        found.next = start + line + 1;
    }
    (length > 0 && !text[start..].starts_with(REDACTED)).then_some(found)
}

/// Headers whose value has parts of its own.
fn is_of_whole_line(name: &str) -> bool {
    ["authorization", "proxy-authorization", "cookie", "set-cookie"].iter().any(|of| name.eq_ignore_ascii_case(of))
}

fn value_length(value: &str, is_line: bool) -> usize {
    let ends = |c: char| match is_line {
        true => matches!(c, '\r' | '\n'),
        false => matches!(c, '&' | ';' | ',' | '"' | '\'' | '<' | '>' | ')' | '}' | ']') || c.is_whitespace(),
    };
    value.find(ends).unwrap_or(value.len())
}

/// Within quotes: how many bytes to skip, and how long it is, up to the quote that ends it.
fn quoted(value: &str) -> Option<(usize, usize)> {
    let escaped = usize::from(value.starts_with('\\'));
    let quote = value[escaped..].chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let inner = &value[escaped + 1..];
    let mut is_escaped = false;
    for (at, c) in inner.char_indices() {
        if c == quote && (!is_escaped || escaped == 1) {
            return Some((escaped + 1, at - usize::from(escaped == 1 && is_escaped)));
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    Some((escaped + 1, inner.len()))
}

/// The name with `%5F` and its like read.
fn decoded(name: &str) -> Cow<'_, str> {
    if !name.contains('%') {
        return Cow::Borrowed(name);
    }
    let (mut decoded, mut bytes) = (Vec::with_capacity(name.len()), name.bytes());
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let digits = (ahead.next().and_then(hex), ahead.next().and_then(hex));
        match (byte, digits) {
            (b'%', (Some(high), Some(low))) => {
                decoded.push(high << 4 | low);
                bytes = ahead;
            }
            _ => decoded.push(byte),
        }
    }
    Cow::Owned(String::from_utf8_lossy(&decoded).into_owned())
}

fn hex(byte: u8) -> Option<u8> {
    // A digit of base 16 fits.
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// A card number, as it is printed or typed: the longest, since other digits may follow, as of a date or of the next card.
fn card(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let mut digits = Vec::new();
    let mut longest = None;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' if digits.len() < 19 => digits.push(byte - b'0'),
            b' ' | b'-' if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => continue,
            _ => break,
        }
        // A longer word is no number.
        let is_alone = bytes.get(at + 1).is_none_or(|byte| !byte.is_ascii_alphanumeric());
        if digits.len() >= 13 && is_alone && is_luhn(&digits) {
            longest = Some(at + 1);
        }
    }
    longest
}

/// Whether the last digit is the check of those before it (ISO/IEC 7812-1, annex B).
fn is_luhn(digits: &[u8]) -> bool {
    let doubled = |digit: u8| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let each = digits.iter().rev().enumerate();
    let sum: u32 = each.map(|(nth, digit)| u32::from(if nth % 2 == 1 { doubled(*digit) } else { *digit })).sum();
    // Nothing but zeros is a placeholder.
    sum > 0 && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests;
