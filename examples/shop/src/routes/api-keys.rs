//! Keys that a caller hands to programs.

use reroute::{
    auth::{ApiKey, ApiKeys, NewApiKey},
    limit::Rate,
    output,
    prelude::*,
    time::{self, OffsetDateTime},
};

#[route]
pub struct Keys {
    me: Principal,
    keys: ApiKeys,
}

#[input]
pub struct New {
    #[field(min_length = 1, max_length = 100, check = crate::models::is_one_line)]
    name: String,
    #[field(max_length = 50, check = is_rate)]
    rate_limit: String,
}

/// A new key: its text is shown this once.
#[output]
pub struct Made {
    id: i64,
    name: String,
    key: String,
    rate_limit: String,
}

/// A key as its owner sees it.
#[output]
pub struct Known {
    id: i64,
    name: String,
    /// The first characters of its text.
    prefix: String,
    rate_limit: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    last_used_at: Option<OffsetDateTime>,
}

#[route]
impl Keys {
    /// The caller's own keys, without their texts.
    #[requires]
    async fn get(&self, page: Page) -> Result<Json<Listing<Known>>> {
        let keys = self.keys.list(self.me.subject()).await?;
        let total = keys.len() as u64;
        let shown = keys.into_iter().skip(page.offset() as usize).take(page.limit() as usize);
        Ok(Json(page.of(shown.map(Known::from).collect::<Vec<_>>(), total)))
    }

    /// A new key, with a rate limit of its own. All keys of an account together are good for 1000 requests an hour, and there are ten at most.
    #[requires]
    async fn post(&self, Json(new): Json<New>) -> Result<(StatusCode, Json<Made>)> {
        let rate = new.rate_limit.parse().map_err(|_| Error::unprocessable("rate_limit", "check", NO_RATE))?;
        let (made, key) = self.keys.create(self.me.subject(), NewApiKey::new(new.name).with_rate(rate)).await?;
        let made = Made { id: made.id, name: made.name, key, rate_limit: rate.to_string() };
        Ok((StatusCode::CREATED, Json(made)))
    }
}

const NO_RATE: &str = "must be a rate, such as 100/hour";

fn is_rate(text: &str) -> Result<(), &'static str> {
    text.parse::<Rate>().map(drop).map_err(|_| NO_RATE)
}

impl From<ApiKey> for Known {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            prefix: key.prefix,
            rate_limit: key.rate.map(|rate| rate.to_string()),
            created_at: key.created.into(),
            last_used_at: key.last_used.map(Into::into),
        }
    }
}
