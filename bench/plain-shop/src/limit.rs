//! How many requests are admitted.

use crate::error::Error;
use axum::body::Body;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, middleware::NoOpMiddleware};
use std::{num::NonZeroU32, time::Duration};
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
