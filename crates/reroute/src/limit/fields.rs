//! `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers): lists of structured fields (RFC 9651).

use super::{apply::whole_seconds, prepared::Prepared};
use http::{HeaderMap, HeaderName, HeaderValue};
use reroute_core::window::Standing;
use std::fmt::Write;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STANDING: HeaderName = HeaderName::from_static("ratelimit");

/// Says of each limit how many it admits in how long, how many more now, and in how many seconds a place is free again.
pub(super) fn write<'a>(headers: &mut HeaderMap, limits: impl Iterator<Item = (&'a Prepared, Standing)>) {
    let (mut policies, mut standings) = (String::new(), String::new());
    for (limit, standing) in limits {
        let comma = if policies.is_empty() { "" } else { ", " };
        let (name, quota, window) = (&limit.name, limit.rate.count(), whole_seconds(limit.rate.period()));
        let (remaining, reset) = (standing.remaining, whole_seconds(standing.free_in));
        // Writing to a string cannot fail.
        let _ = write!(policies, "{comma}\"{name}\";q={quota};w={window}");
        let _ = write!(standings, "{comma}\"{name}\";r={remaining};t={reset}");
    }
    for (name, text) in [(POLICY, policies), (STANDING, standings)] {
        // Names are plain words; the rest is digits and punctuation.
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(name, value);
        }
    }
}
