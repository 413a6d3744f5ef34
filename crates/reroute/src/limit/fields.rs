//! `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers): lists of structured fields (RFC 9651).

use super::prepared::{Prepared, whole_seconds};

use http::{HeaderMap, HeaderName, HeaderValue};
use reroute_core::{rate::Rate, window::Standing};
use smallvec::SmallVec;

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
    let mut policies: SmallVec<[&HeaderValue; 2]> = SmallVec::new();
    let mut standings: SmallVec<[u8; 128]> = SmallVec::new();
    for (limit, standing) in limits {
        if !standings.is_empty() {
            standings.extend_from_slice(b", ");
        }
        standings.push(b'"');
        standings.extend_from_slice(limit.name.as_bytes());
        standings.extend_from_slice(b"\";r=");
        push(&mut standings, u64::from(standing.remaining));
        standings.extend_from_slice(b";t=");
        push(&mut standings, limit.wait(standing));
        policies.push(&limit.policy);
    }
    let policies = match policies[..] {
        [] => return,
        [one] => Ok(one.clone()),
        _ => {
            let all: SmallVec<[&[u8]; 2]> = policies.iter().map(|policy| policy.as_bytes()).collect();
            HeaderValue::from_bytes(&all.join(&b", "[..]))
        }
    };
    // Names are plain words; the rest is digits and punctuation.
    if let (Ok(policies), Ok(standings)) = (policies, HeaderValue::from_bytes(&standings)) {
        headers.insert(POLICY, policies);
        headers.insert(STANDING, standings);
    }
}

/// Writes a number in decimal digits.
fn push(to: &mut SmallVec<[u8; 128]>, mut number: u64) {
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        // A digit is less than 10.
        digits[at] += (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    to.extend_from_slice(&digits[at..]);
}
