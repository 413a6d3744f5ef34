//! What takes long, and is computed once for everybody.

use reroute::{
    auth::token::Digest,
    prelude::*,
    time::{self, OffsetDateTime},
};

/// How often the digest is taken.
const ROUNDS: usize = 1_000;

#[route]
pub struct Expensive;

#[output]
#[derive(Clone)]
pub struct Report {
    key: String,
    value: String,
    /// Of the computation, not of the request.
    #[serde(with = "time::serde::rfc3339")]
    computed_at: OffsetDateTime,
}

#[route]
impl Expensive {
    /// Compute something for a key of at most 100 characters, or see what was computed for it in the last five minutes.
    #[requires]
    #[rate_limit("60/min", per = "principal")]
    async fn get(&self, #[path(max_length = 100)] key: String) -> Json<Report> {
        Json(expensive_operation(key).await)
    }
}

/// The same for every caller: it is found by its argument alone.
#[cache(duration = 300)]
async fn expensive_operation(key: String) -> Report {
    let digest = (0..ROUNDS).fold(Digest::of(&key), |digest, _| Digest::of(&digest.to_hex()));
    Report { value: digest.to_hex(), key, computed_at: OffsetDateTime::now_utc() }
}
