//! Which request id of a trusted proxy is kept.

/// The longest id that is kept.
pub const LONGEST: usize = 128;

/// Whether `id` may stand in a log, a header and an answer as it is: 1 to [`LONGEST`] of letters, digits, `-`, `_`, `.`.
///
/// Another one is replaced, never mended: two ids that become one are worse than a new one.
///
/// ```
/// use reroute_core::request_id::is_acceptable;
///
/// assert!(is_acceptable(b"0197c2f8-6c1e-7d31-9d3c-2f0a5b1c9e77"));
/// assert!(!is_acceptable(b"1\r\nset-cookie: a=b"));
/// ```
pub fn is_acceptable(id: &[u8]) -> bool {
    (1..=LONGEST).contains(&id.len())
        && id.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attack_113_length_and_characters_are_bounded() {
        let (longest, longer) = ("a".repeat(128), "a".repeat(129));
        for id in ["a", "A-b_c.9", "0", &longest] {
            assert!(is_acceptable(id.as_bytes()), "{id}");
        }
        for id in
            ["", &longer, "a b", "a/b", "a\n", "a\0", "a\u{1b}[31m", "\u{e9}", "a:b", "{}", "<a>", "a,b", "\u{2028}"]
        {
            assert!(!is_acceptable(id.as_bytes()), "{id:?}");
        }
        assert!((0..=u8::MAX).filter(|byte| is_acceptable(&[*byte])).count() == 26 + 26 + 10 + 3);
    }
}
