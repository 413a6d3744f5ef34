//! `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers): lists of structured fields (RFC 9651).

use super::prepared::{Prepared, whole_seconds};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use reroute_core::{rate::Rate, window::Standing};
use std::io::Write;

/// The limits: how many in how long.
pub(crate) const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// How the caller stands with each.
pub(crate) const STANDING: HeaderName = HeaderName::from_static("ratelimit");

/// An item of `RateLimit-Policy`, known at start.
pub(super) fn policy(name: &str, rate: Rate) -> HeaderValue {
    let item = format!("\"{name}\";q={};w={}", rate.count(), whole_seconds(rate.period()));
    // Names are plain words; the rest is digits and punctuation.
    HeaderValue::try_from(item).unwrap_or(HeaderValue::from_static(""))
}

/// Says of each limit how many it admits in how long, how many more now, and in how many seconds a place is free again.
pub(super) fn write<'a>(headers: &mut HeaderMap, limits: impl Iterator<Item = (&'a Prepared, Standing)>) {
    let mut policies: Option<HeaderValue> = None;
    let mut standings = Vec::with_capacity(64);
    for (limit, standing) in limits {
        let comma = if standings.is_empty() { "" } else { ", " };
        let (name, remaining, reset) = (&limit.name, standing.remaining, limit.wait(standing));
        // Writing to a vector cannot fail.
        let _ = write!(standings, "{comma}\"{name}\";r={remaining};t={reset}");
        policies = Some(match policies {
            None => limit.policy.clone(),
            Some(before) => joined(&before, &limit.policy),
        });
    }
    if let (Some(policies), Ok(standings)) = (policies, HeaderValue::from_maybe_shared(Bytes::from(standings))) {
        headers.insert(POLICY, policies);
        headers.insert(STANDING, standings);
    }
}

fn joined(before: &HeaderValue, next: &HeaderValue) -> HeaderValue {
    let all = [before.as_bytes(), b", ", next.as_bytes()].concat();
    // Both are values already.
    HeaderValue::from_maybe_shared(Bytes::from(all)).unwrap_or_else(|_| before.clone())
}
