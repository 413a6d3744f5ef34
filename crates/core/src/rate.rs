//! How many in how long: the grammar of `"5/min"`.

use crate::{duration, shown::shown};
use std::{fmt, str::FromStr, time::Duration};

/// A number of requests in a period: from 1 to [`Rate::MOST`], in one second to 366 days.
///
/// Written as a count, a slash, and a unit (`sec`, `min`, `hour`, `day`, their plurals, long and short forms) with or without a number
/// before it.
///
/// ```
/// use reroute_core::rate::Rate;
/// use std::time::Duration;
///
/// let rate: Rate = "30/5 min".parse()?;
/// assert_eq!((rate.count(), rate.period()), (30, Duration::from_secs(300)));
/// assert_eq!("5/minute".parse::<Rate>()?.to_string(), "5/min");
/// assert!("5/minn".parse::<Rate>().is_err());
/// # Ok::<(), reroute_core::rate::RateError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rate {
    count: u32,
    period: Duration,
}

impl Rate {
    /// The largest count. More is no limit.
    pub const MOST: u32 = 10_000_000;

    /// A rate, if there is one of this count and period.
    ///
    /// ```
    /// use reroute_core::rate::Rate;
    /// use std::time::Duration;
    ///
    /// assert!(Rate::new(5, Duration::from_secs(60)).is_some());
    /// assert!(Rate::new(0, Duration::from_secs(60)).is_none());
    /// ```
    pub fn new(count: u32, period: Duration) -> Option<Self> {
        let is_one = (1..=Self::MOST).contains(&count) && period >= SHORTEST && period <= duration::LONGEST;
        is_one.then_some(Self { count, period })
    }

    /// How many.
    pub fn count(self) -> u32 {
        self.count
    }

    /// In how long.
    pub fn period(self) -> Duration {
        self.period
    }
}

/// Answers say periods in whole seconds.
const SHORTEST: Duration = Duration::from_secs(1);

/// Why a text is no rate. Its `Display` shows the grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateError {
    text: String,
    why: &'static str,
}

impl fmt::Display for RateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no rate: {}. Write a count, a slash and a period, such as \"5/min\", \"100/hour\", \"10/sec\", \"1000/day\" or \"30/5 min\"",
            self.text, self.why
        )
    }
}

impl std::error::Error for RateError {}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let error = |why| RateError { text: shown(text), why };
        let (count, period) = text.split_once('/').ok_or_else(|| error("it has no slash"))?;
        if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(error("its count is no whole number"));
        }
        let count = match count.parse() {
            Ok(0) => return Err(error("its count is zero")),
            Ok(count) if count <= Self::MOST => count,
            _ => return Err(error("its count is more than 10000000")),
        };
        if count.to_string().len() != text.find('/').unwrap_or_default() {
            return Err(error("its count has leading zeros"));
        }
        let period = match period.as_bytes() {
            [] => return Err(error("it has no period")),
            [b'0'..=b'9', ..] => duration::parse(period),
            // `5/ min` is a typing error.
            [b' ', ..] => return Err(error("its period starts with a space")),
            _ => duration::parse(&format!("1 {period}")),
        };
        let period = period.map_err(|wrong| error(wrong.why()))?;
        Self::new(count, period).ok_or_else(|| error("its period is shorter than a second"))
    }
}

impl fmt::Display for Rate {
    /// The shortest way to write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 4] = [(86_400, "day"), (3_600, "hour"), (60, "min"), (1, "sec")];
        let seconds = self.period.as_secs();
        let unit = UNITS.iter().find(|(length, _)| self.period.subsec_nanos() == 0 && seconds.is_multiple_of(*length));
        match unit {
            Some((length, unit)) if seconds == *length => write!(f, "{}/{unit}", self.count),
            Some((length, unit)) => write!(f, "{}/{} {unit}", self.count, seconds / length),
            None => {
                // A float would round.
                let fraction = format!("{:09}", self.period.subsec_nanos());
                write!(f, "{}/{seconds}.{} sec", self.count, fraction.trim_end_matches('0'))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn all_forms_of_a_unit_are_one() {
        for (form, seconds) in [
            ("1/s", 1),
            ("1/sec", 1),
            ("1/second", 1),
            ("1/seconds", 1),
            ("1/min", 60),
            ("1/minute", 60),
            ("1/minutes", 60),
            ("1/5 min", 300),
            ("1/5min", 300),
            ("1/1.5 min", 90),
            ("1/h", 3_600),
            ("1/hour", 3_600),
            ("1/2 hours", 7_200),
            ("1/day", 86_400),
            ("1/366 days", 366 * 86_400),
        ] {
            let rate: Rate = form.parse().expect(form);
            assert_eq!(rate, Rate { count: 1, period: Duration::from_secs(seconds) }, "{form}");
        }
    }

    #[test]
    fn what_is_no_rate_is_told_the_grammar() {
        for text in [
            "",
            "5",
            "/min",
            "5/",
            "5/minn",
            "0/min",
            "00/min",
            "05/min",
            "-5/min",
            "+5/min",
            "5.5/min",
            "5 /min",
            "5/ min",
            "5//min",
            "5/min/h",
            "5/0 min",
            "5/-1 min",
            "5/10 ms",
            "5/ms",
            "5/367 days",
            "10000001/day",
            "4294967297/min",
            "99999999999999999999/min",
            "５/min",
            "5/min ",
            " 5/min",
            "five/min",
            "5/MIN",
            "5\u{0}/min",
            "1e3/min",
        ] {
            let error = text.parse::<Rate>().expect_err(text).to_string();
            assert!(error.contains("such as \"5/min\""), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn a_rate_is_what_it_shows(count in 1..=Rate::MOST, nanos in 1_000_000_000u64..100_000_000_000_000, even in 0u32..9) {
            let unit = 10u64.pow(even);
            let rate = Rate::new(count, Duration::from_nanos(nanos / unit * unit)).expect("within the bounds");
            prop_assert_eq!(rate.to_string().parse::<Rate>(), Ok(rate));
        }

        #[test]
        fn any_text_is_judged_without_a_panic(text in "[0-9/. a-z]{0,12}\\PC{0,4}") {
            if let Ok(rate) = text.parse::<Rate>() {
                prop_assert!(rate.count() >= 1 && rate.period() >= SHORTEST);
            }
        }
    }
}
