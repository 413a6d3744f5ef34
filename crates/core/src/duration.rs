//! How long: the grammar of `"2 s"`.

use std::{fmt, time::Duration};

/// The longest duration that can be declared: 366 days. Longer ones are typing errors, and sums stay far from overflow.
pub const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// Why a text is no duration. Its `Display` shows the grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DurationError {
    text: String,
    why: &'static str,
}

impl DurationError {
    /// What is wrong, without the text and the grammar.
    pub(crate) fn why(&self) -> &'static str {
        self.why
    }
}

impl fmt::Display for DurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no duration: {}. Write a number and a unit, such as \"500 ms\", \"2 s\", \"1.5 min\", \"12 h\" or \"7 days\"",
            self.text, self.why
        )
    }
}

impl std::error::Error for DurationError {}

/// Reads a number and a unit: `ms`, `s`, `min`, `h` or `d`, their long forms and plurals, a space between or none.
/// The number may have up to nine decimal places.
///
/// # Errors
///
/// When the text is anything else, is zero, or is longer than [`LONGEST`].
///
/// ```
/// use std::time::Duration;
/// use reroute_core::duration::parse;
///
/// assert_eq!(parse("2 s")?, Duration::from_secs(2));
/// assert_eq!(parse("0.5min")?, Duration::from_secs(30));
/// assert_eq!(parse("3 hours")?, Duration::from_secs(10_800));
/// assert!(parse("2").is_err());
/// # Ok::<(), reroute_core::duration::DurationError>(())
/// ```
pub fn parse(text: &str) -> Result<Duration, DurationError> {
    let error = |why| DurationError { text: text.chars().take(40).collect(), why };
    let end = text.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    if number.is_empty() {
        return Err(error("it does not start with a number"));
    }
    let unit = unit.strip_prefix(' ').unwrap_or(unit);
    let nanos_per_unit: u128 = match unit {
        "ms" | "millisecond" | "milliseconds" => 1_000_000,
        "s" | "sec" | "secs" | "second" | "seconds" => 1_000_000_000,
        "min" | "mins" | "minute" | "minutes" => 60 * 1_000_000_000,
        "h" | "hour" | "hours" => 3_600 * 1_000_000_000,
        "d" | "day" | "days" => 86_400 * 1_000_000_000,
        "" => return Err(error("it has no unit")),
        _ => return Err(error("its unit is unknown")),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if whole.is_empty() || fraction.is_empty() || fraction.contains('.') || fraction.len() > 9 || whole.len() > 12 {
        return Err(error("its number is malformed"));
    }
    let digits = |text: &str| text.parse::<u128>().map_err(|_| error("its number is malformed"));
    // At most 12 and 9 digits and a unit below 10^14: far from the end of u128.
    let nanos =
        digits(whole)? * nanos_per_unit + digits(fraction)? * nanos_per_unit / 10u128.pow(fraction.len() as u32);
    if nanos == 0 {
        return Err(error("it is zero"));
    }
    if nanos > LONGEST.as_nanos() {
        return Err(error("it is longer than 366 days"));
    }
    Ok(Duration::new((nanos / 1_000_000_000) as u64, (nanos % 1_000_000_000) as u32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_duration_is_told_the_grammar() {
        for text in [
            "",
            "s",
            "2",
            "2 m",
            "2 weeks",
            "0 s",
            "0.0 s",
            "-1 s",
            "+1 s",
            "1e3 s",
            "1..5 s",
            ".5 s",
            "5. s",
            "2  s",
            " 2 s",
            "2 s ",
            "2 S",
            "1 s 2",
            "999999999999 d",
            "99999999999999 s",
            "１ s",
            "1.0000000001 s",
        ] {
            let error = parse(text).expect_err(text).to_string();
            assert!(error.contains("Write a number and a unit"), "{text}: {error}");
        }
    }

    #[test]
    fn lesson_time_outs_can_be_fractions() {
        assert_eq!(parse("0.25 s"), Ok(Duration::from_millis(250)));
        assert_eq!(parse("1.5 ms"), Ok(Duration::from_micros(1500)));
    }

    proptest! {
        #[test]
        fn whole_numbers_are_exact(n in 1u64..500_000) {
            prop_assert_eq!(parse(&format!("{n} ms")), Ok(Duration::from_millis(n)));
            prop_assert_eq!(parse(&format!("{n}s")), Ok(Duration::from_secs(n)));
        }

        #[test]
        fn any_text_is_judged_without_a_panic(text in "[0-9.]{0,14} ?\\PC{0,8}") {
            if let Ok(duration) = parse(&text) {
                prop_assert!(duration > Duration::ZERO && duration <= LONGEST);
            }
        }
    }
}
