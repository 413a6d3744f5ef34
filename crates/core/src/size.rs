//! What `"2 MiB"` means.

/// The bytes of a size: a whole number of `B`, `KiB`, `MiB` or `GiB`, at least one byte and at most a TiB.
///
/// ```
/// use reroute_core::size::parse;
///
/// assert_eq!(parse("2 MiB"), Some(2_097_152));
/// assert_eq!(parse("2 MB"), None);
/// ```
pub fn parse(text: &str) -> Option<u64> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let unit = match unit.strip_prefix(' ').unwrap_or(unit) {
        "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit).filter(|size| (1..=1 << 40).contains(size))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_size_has_a_unit() {
        assert_eq!((parse("1B"), parse("64 KiB"), parse("1 GiB")), (Some(1), Some(1 << 16), Some(1 << 30)));
        for wrong in ["", "7", "MiB", "1 MB", "1 mib", "-1 B", "+1 B", "1.5 MiB", "0 B", "1  B", "1 B ", "9999 GiB"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        assert_eq!(parse("99999999999999999999 GiB"), None);
    }
}
