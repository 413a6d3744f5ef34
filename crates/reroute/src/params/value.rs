//! Numbers out of text, each in its one spelling.

use std::str::FromStr;

/// Why a text is no integer of the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotInteger {
    /// Whether it is one, but out of the type's range.
    pub(crate) is_range: bool,
}

/// An integer: no plus, no leading zeros, no minus before a zero. `01` is not `1`.
pub(crate) fn integer<T: FromStr>(text: &str) -> Result<T, NotInteger> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_canonical = match digits.as_bytes() {
        [b'0'] => digits.len() == text.len(),
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if is_canonical {
        text.parse().map_err(|_| NotInteger { is_range: true })
    } else {
        Err(NotInteger { is_range: false })
    }
}

/// A decimal number, which may turn out infinite.
pub(crate) fn float<T: FromStr>(text: &str) -> Option<T> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'e' | b'E' | b'+'));
    if is_plain && !text.starts_with('+') { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_has_one_spelling() {
        for text in ["", "-", "+1", "01", "-0", "00", "1_0", "1.0", "0x1", " 1", "1 ", "１", "1e3"] {
            assert_eq!(integer::<i64>(text), Err(NotInteger { is_range: false }), "{text:?}");
        }
        assert_eq!(integer::<i64>("9223372036854775808"), Err(NotInteger { is_range: true }));
        assert_eq!(integer::<i64>("-9223372036854775808"), Ok(i64::MIN));
        assert_eq!(integer::<u8>("255"), Ok(255));
        assert!(integer::<u8>("256").is_err());
        assert!(float::<f64>("NaN").is_none() && float::<f64>("inf").is_none() && float::<f64>("+1").is_none());
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_alike(text in "[-+0-9. ]{0,21}") {
            if let Ok(number) = integer::<i64>(&text) {
                prop_assert_eq!(number.to_string(), text);
            }
        }
    }
}
