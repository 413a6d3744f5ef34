//! `strict-transport-security`.

use super::HeaderError;
use std::{fmt, time::Duration};

const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// For how long browsers use HTTPS only (RFC 6797). To be sent over HTTPS alone.
///
/// The default is one year, subdomains included.
///
/// ```
/// use reroute_core::headers::StrictTransportSecurity;
/// use std::time::Duration;
///
/// assert_eq!(StrictTransportSecurity::default().to_string(), "max-age=31536000; includeSubDomains");
/// assert!(StrictTransportSecurity::new(Duration::from_secs(300), true, true).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StrictTransportSecurity {
    max_age: Duration,
    include_subdomains: bool,
    preload: bool,
}

impl StrictTransportSecurity {
    /// For `max_age`, in whole seconds; zero makes browsers forget what they were told.
    ///
    /// # Errors
    ///
    /// When `max_age` is shorter than a second but not zero, or when `preload` is asked for without subdomains or for
    /// less than a year, since browser makers take no such site into their lists.
    pub fn new(max_age: Duration, include_subdomains: bool, preload: bool) -> Result<Self, HeaderError> {
        let error = |why| Err(HeaderError::new("strict-transport-security", why));
        if max_age.as_secs() == 0 && !max_age.is_zero() {
            return error("max-age counts whole seconds. Write at least `1 s`, or zero to make browsers forget it");
        }
        if preload && !(include_subdomains && max_age >= YEAR) {
            return error(
                "preload holds for all subdomains and a year at least. Turn subdomains on and write `365 days` or more, or leave preload out",
            );
        }
        Ok(Self { max_age, include_subdomains, preload })
    }

    /// For how long.
    pub fn max_age(&self) -> Duration {
        self.max_age
    }

    /// Whether it holds for all names below the host too.
    pub fn include_subdomains(&self) -> bool {
        self.include_subdomains
    }

    /// Whether browser makers may build the host into their lists.
    pub fn preload(&self) -> bool {
        self.preload
    }
}

impl Default for StrictTransportSecurity {
    fn default() -> Self {
        Self { max_age: YEAR, include_subdomains: true, preload: false }
    }
}

impl fmt::Display for StrictTransportSecurity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "max-age={}", self.max_age.as_secs())?;
        f.write_str(if self.include_subdomains { "; includeSubDomains" } else { "" })?;
        f.write_str(if self.preload { "; preload" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preload_demands_a_year_and_subdomains() {
        for (seconds, subdomains, preload, header) in [
            (31_536_000, true, true, "max-age=31536000; includeSubDomains; preload"),
            (63_072_000, false, false, "max-age=63072000"),
            (0, true, false, "max-age=0; includeSubDomains"),
        ] {
            let policy = StrictTransportSecurity::new(Duration::from_secs(seconds), subdomains, preload);
            assert_eq!(policy.map(|policy| policy.to_string()), Ok(header.to_owned()));
        }
        assert!(StrictTransportSecurity::new(YEAR, false, true).is_err());
        assert!(StrictTransportSecurity::new(YEAR - Duration::from_nanos(1), true, true).is_err());
        assert!(StrictTransportSecurity::new(Duration::from_millis(999), true, false).is_err());
    }
}
