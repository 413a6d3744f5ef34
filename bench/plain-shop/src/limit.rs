//! How many requests are admitted.

use crate::error::Error;
use axum::body::Body;
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter, middleware::NoOpMiddleware};
use moka::sync::Cache;
use std::{fmt, num::NonZeroU32, str::FromStr, sync::Arc, time::Duration};
use tower_governor::{GovernorLayer, governor::GovernorConfigBuilder, key_extractor::PeerIpKeyExtractor};

pub(crate) const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

/// So many requests of each address.
pub(crate) fn by_address(
    count: u32,
    period: Duration,
) -> Result<GovernorLayer<PeerIpKeyExtractor, NoOpMiddleware, Body>, Error> {
    let config = GovernorConfigBuilder::default().period(period / count).burst_size(count).finish();
    Ok(GovernorLayer::new(config.ok_or_else(|| Error::internal("a limit of nothing"))?))
}

/// So many requests a minute of each caller, by their id.
pub(crate) struct Callers(DefaultKeyedRateLimiter<i64>);

impl Callers {
    pub(crate) fn new(a_minute: NonZeroU32) -> Self {
        Self(RateLimiter::keyed(Quota::per_minute(a_minute)))
    }

    pub(crate) fn admit(&self, id: i64) -> Result<(), Error> {
        self.0.check_key(&id).map_err(|_| Error::too_many("60/min"))
    }
}

/// What all keys of an account together are good for in an hour.
const CEILING: NonZeroU32 = NonZeroU32::MIN.saturating_add(999);

/// A count of requests in a unit of time, such as `100/hour`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    count: NonZeroU32,
    unit: (&'static str, u32),
}

/// With their seconds.
const UNITS: [(&str, u32); 4] = [("sec", 1), ("min", 60), ("hour", 3600), ("day", 86_400)];

impl Rate {
    pub(crate) fn is_above_ceiling(self) -> bool {
        u64::from(self.count.get()) * 3600 > u64::from(CEILING.get()) * u64::from(self.unit.1)
    }

    fn quota(self) -> Option<Quota> {
        let period = Duration::from_secs(self.unit.1.into()) / self.count.get();
        Some(Quota::with_period(period)?.allow_burst(self.count))
    }
}

impl FromStr for Rate {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let rate = text.split_once('/').and_then(|(count, name)| {
            let unit = UNITS.into_iter().find(|unit| unit.0 == name)?;
            Some(Self { count: count.parse().ok()?, unit })
        });
        rate.ok_or_else(|| Error::internal(format!("`{text}` is no rate")))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.count, self.unit.0)
    }
}

/// How often API keys are admitted: each as often as it may be used, and all of an account up to the ceiling.
pub(crate) struct Keys {
    accounts: DefaultKeyedRateLimiter<i64>,
    keys: Cache<i64, Arc<DefaultDirectRateLimiter>>,
}

impl Keys {
    pub(crate) fn new() -> Self {
        Self { accounts: RateLimiter::keyed(Quota::per_hour(CEILING)), keys: Cache::new(100_000) }
    }

    pub(crate) fn admit(&self, account: i64, key: i64, rate: &str) -> Result<(), Error> {
        let quota = rate.parse::<Rate>()?.quota().ok_or_else(|| Error::internal("a rate of nothing"))?;
        let limiter = self.keys.get_with(key, || Arc::new(RateLimiter::direct(quota)));
        limiter.check().map_err(|_| Error::too_many(rate))?;
        self.accounts.check_key(&account).map_err(|_| Error::too_many("1000/hour"))
    }
}
