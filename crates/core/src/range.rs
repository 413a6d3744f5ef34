//! Which part of a file a request asks for (RFC 9110, section 14).

use std::ops::Range;

/// What a `Range` header asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// The whole: it asks for nothing that is understood, or for more than one part.
    Whole,
    /// These bytes, of which there is at least one.
    Part(Range<u64>),
    /// Bytes that are not there.
    Nothing,
}

/// What `line`, the value of a `Range` header, asks of a file of `length` bytes.
///
/// Several ranges are the whole file, as RFC 9110 (section 14.2) lets a server answer: overlapping ones are how one short request asks for
/// many times the file.
///
/// ```
/// use reroute_core::range::{Asked, asked};
///
/// assert_eq!(asked(b"bytes=2-4", 10), Asked::Part(2..5));
/// assert_eq!(asked(b"bytes=-3", 10), Asked::Part(7..10));
/// assert_eq!(asked(b"bytes=8-99", 10), Asked::Part(8..10));
/// assert_eq!(asked(b"bytes=10-", 10), Asked::Nothing);
/// assert_eq!(asked(b"bytes=0-1,4-5", 10), Asked::Whole);
/// ```
pub fn asked(line: &[u8], length: u64) -> Asked {
    let Some((first, last)) = parse(line) else { return Asked::Whole };
    match (first, last) {
        (Some(first), Some(last)) if first > last => Asked::Whole,
        (Some(first), _) if first >= length => Asked::Nothing,
        (Some(first), last) => Asked::Part(first..last.map_or(length, |last| last.saturating_add(1).min(length))),
        (None, None) => Asked::Whole,
        (None, Some(0)) => Asked::Nothing,
        // The end of an empty file is there, and has no bytes that could be counted.
        (None, Some(_)) if length == 0 => Asked::Whole,
        (None, Some(count)) => Asked::Part(length - count.min(length)..length),
    }
}

/// The numbers before and behind the hyphen.
fn parse(line: &[u8]) -> Option<(Option<u64>, Option<u64>)> {
    let text = std::str::from_utf8(line).ok()?.trim_matches([' ', '\t']);
    let (unit, range) = text.split_once('=')?;
    let (first, last) = range.trim_matches([' ', '\t']).split_once('-')?;
    unit.eq_ignore_ascii_case("bytes").then_some(())?;
    Some((number(first)?, number(last)?))
}

/// A number, as far as it fits: what is larger is behind the end of every file. Nothing, where nothing stands.
fn number(digits: &str) -> Option<Option<u64>> {
    if digits.is_empty() {
        return Some(None);
    }
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| Some(digits.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_range_is_a_part() {
        for (line, part) in [
            ("bytes=0-0", 0..1),
            ("bytes=0-", 0..10),
            ("bytes=9-", 9..10),
            ("bytes=0-9", 0..10),
            ("bytes=0-18446744073709551615", 0..10),
            ("bytes=0-99999999999999999999999", 0..10),
            ("bytes=-1", 9..10),
            ("bytes=-99", 0..10),
            ("BYTES= 1-2 ", 1..3),
            ("bytes=00-001", 0..2),
        ] {
            assert_eq!(asked(line.as_bytes(), 10), Asked::Part(part), "{line}");
        }
        for line in ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999999999-"] {
            assert_eq!(asked(line.as_bytes(), 10), Asked::Nothing, "{line}");
        }
        assert_eq!(asked(b"bytes=0-", 0), Asked::Nothing);
        assert_eq!(asked(b"bytes=-1", 0), Asked::Whole);
    }

    #[test]
    fn attack_134_what_is_no_single_range_is_the_whole_file() {
        let many = format!("bytes=0-{}", ",0-".repeat(1000));
        for line in [
            many.as_str(),
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=--1",
            "bytes=-1-2",
            "bytes=5-2",
            "bytes=a-b",
            "bytes=+1-2",
            "bytes=1 - 2",
            "bytes=0-1,3-4",
            "bytes=0-1,",
            "items=0-1",
            "bytes 0-1",
        ] {
            assert_eq!(asked(line.as_bytes(), 10), Asked::Whole, "{line}");
        }
    }

    proptest! {
        #[test]
        fn attack_134_a_part_lies_within_the_file(line in "bytes=[0-9]{0,21}-[0-9]{0,21}", length: u64) {
            if let Asked::Part(part) = asked(line.as_bytes(), length) {
                prop_assert!(part.start < part.end && part.end <= length);
            }
        }

        #[test]
        fn any_range_is_judged_without_a_panic(line: Vec<u8>, text in "(bytes=)?[0-9,= -]{0,40}", length: u64) {
            let _ = asked(&line, length);
            let _ = asked(text.as_bytes(), length);
        }
    }
}
