use super::{LOOKED_UP, PREFIX, Ring, store::Row};
use crate::{
    auth::{
        account::Epoch,
        token::{self, Digest},
    },
    error::{Error, Result},
    limit::Rate,
    route::{Context, Describe, Description, Reads},
};
use axum_core::extract::FromRequestParts;
use http::request::Parts;
use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

/// The keys of accounts: a handler takes it, where the application authenticates by [`ApiKeyAuth`](super::ApiKeyAuth).
///
/// ```
/// use reroute::{auth::{ApiKeys, NewApiKey}, prelude::*};
///
/// #[route]
/// pub struct Keys {
///     me: Principal,
///     keys: ApiKeys,
/// }
///
/// #[input]
/// pub struct New {
///     #[field(min_length = 1, max_length = 100)]
///     name: String,
/// }
///
/// #[route]
/// impl Keys {
///     /// A new key, which is shown this once.
///     #[requires]
///     async fn post(&self, Json(new): Json<New>) -> Result<String> {
///         let rate = "100/hour".parse().map_err(Error::internal)?;
///         let (_, key) = self.keys.create(self.me.subject(), NewApiKey::new(new.name).with_rate(rate)).await?;
///         Ok(key)
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct ApiKeys(Arc<Ring>);

/// A key that is to be made.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    pub(super) name: String,
    pub(super) rate: Option<Rate>,
    pub(super) scopes: Option<Vec<String>>,
    pub(super) expires: Option<SystemTime>,
}

impl NewApiKey {
    /// A key that its owner calls so.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), rate: None, scopes: None, expires: None }
    }

    /// How often it may be used.
    pub fn with_rate(mut self, rate: Rate) -> Self {
        self.rate = Some(rate);
        self
    }

    /// What it is limited to: names of RFC 6749, section 3.3, without spaces.
    pub fn with_scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// Until when it is good.
    pub fn with_expiry(mut self, expires: SystemTime) -> Self {
        self.expires = Some(expires);
        self
    }
}

/// A key, without what makes it one.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// Its number.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// Its first characters.
    pub prefix: String,
    /// How often it may be used.
    pub rate: Option<Rate>,
    /// What it is limited to.
    pub scopes: Option<Vec<String>>,
    /// When it was made.
    pub created: SystemTime,
    /// Until when it is good.
    pub expires: Option<SystemTime>,
    /// When it was used last, to about a minute.
    pub last_used: Option<SystemTime>,
}

impl ApiKeys {
    /// Makes a key for the account. Its text is there this once.
    ///
    /// # Errors
    ///
    /// 422 for a rate above the ceiling, for what is no name of a scope, and for a time to end after the year 9999; 409 when the account has as many keys as it may have; 503 when it cannot be written.
    pub async fn create(&self, subject: impl ToString, new: NewApiKey) -> Result<(ApiKey, String)> {
        let (ring, subject) = (&self.0, subject.to_string());
        if new.rate.is_some_and(|rate| is_above(rate, ring.ceiling)) {
            let message = format!("must be at most {}", ring.ceiling);
            return Err(Error::unprocessable("rate_limit", "le", message));
        }
        if !new.scopes.iter().flatten().all(|scope| is_scope(scope)) {
            return Err(Error::unprocessable("scopes", "pattern", "must be names without spaces"));
        }
        if new.expires.is_some_and(|end| end > last()) {
            return Err(Error::unprocessable("expires", "le", "must be before the year 10000"));
        }
        let key = format!("{PREFIX}{}", token::generate()?);
        // What ends everything that the account has, such as a ban, either sees the key or is seen here.
        let epoch: Epoch = ring.registry.store.epoch(&subject).await?;
        if ring.registry.look_up(&subject).await?.is_none() {
            return Err(Error::unauthorized("Invalid credentials"));
        }
        let row = Row {
            id: 0,
            subject,
            name: new.name,
            prefix: key[..LOOKED_UP].to_owned(),
            digest: Digest::of(&key),
            rate: new.rate,
            scopes: new.scopes,
            created: SystemTime::now(),
            expires: new.expires,
            last_used: None,
        };
        let row = ring.store.add(row, epoch, ring.most).await?;
        let row = row.ok_or_else(|| Error::conflict(format!("There are {} keys already: delete one", ring.most)))?;
        Ok((row.into(), key))
    }

    /// The account's keys, the oldest first.
    ///
    /// # Errors
    ///
    /// 503 when they cannot be asked for.
    pub async fn list(&self, subject: impl ToString) -> Result<Vec<ApiKey>> {
        let rows = self.0.store.of_account(&subject.to_string()).await?;
        Ok(rows.into_iter().map(ApiKey::from).collect())
    }

    /// Ends one of the account's keys, in this process at once, in others within five seconds. Whether there was one.
    ///
    /// # Errors
    ///
    /// 503 when it cannot be written.
    pub async fn revoke(&self, subject: impl ToString, id: i64) -> Result<bool> {
        let subject = subject.to_string();
        let mine = self.0.store.of_account(&subject).await?;
        let Some(row) = mine.into_iter().find(|row| row.id == id) else { return Ok(false) };
        let _forgets = Forgets { ring: &self.0, digests: vec![row.digest] };
        self.0.store.remove(&subject, id).await
    }

    /// Ends all keys of the account, in this process at once, in others within five seconds.
    ///
    /// # Errors
    ///
    /// 503 when it cannot be written.
    pub async fn revoke_all(&self, subject: impl ToString) -> Result<()> {
        let subject = subject.to_string();
        let mine = self.0.store.of_account(&subject).await?;
        let _forgets = Forgets { ring: &self.0, digests: mine.into_iter().map(|row| row.digest).collect() };
        self.0.store.remove_all(&subject).await
    }

    /// Ends all keys of the account as a part of `transaction`, as a ban does. That stops them at once where the account may not act any longer, or
    /// where its [sign-ins](crate::auth::SignIns) are ended in the same transaction, and else within five seconds.
    ///
    /// # Errors
    ///
    /// 503 when it cannot be written.
    #[cfg(feature = "db")]
    pub async fn revoke_all_in(
        &self,
        transaction: &impl sea_orm::ConnectionTrait,
        subject: impl ToString,
    ) -> Result<()> {
        self.0.store.remove_all_in(transaction, &subject.to_string()).await
    }
}

/// Has keys looked at anew when it is dropped: also where whoever ends them is cut off, and nobody knows what came of it.
struct Forgets<'a> {
    ring: &'a Ring,
    digests: Vec<Digest>,
}

impl Drop for Forgets<'_> {
    fn drop(&mut self) {
        for digest in &self.digests {
            self.ring.recent.forget(digest.as_bytes());
        }
    }
}

/// Whether more comes of one than of the other in the long run. That no more comes at once, the ceiling itself sees to.
fn is_above(rate: Rate, ceiling: Rate) -> bool {
    let of = |rate: Rate, period: Rate| u128::from(rate.count()) * period.period().as_nanos();
    of(rate, ceiling) > of(ceiling, rate)
}

/// Whether it is a name of a scope (RFC 6749, section 3.3): what has spaces would be several where it is read again.
fn is_scope(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}

/// The end of the year 9999, the last that databases and RFC 3339 know.
fn last() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799)
}

impl From<Row> for ApiKey {
    fn from(row: Row) -> Self {
        let Row { id, name, prefix, rate, scopes, created, expires, last_used, .. } = row;
        Self { id, name, prefix, rate, scopes, created, expires, last_used }
    }
}

impl FromRequestParts<Context> for ApiKeys {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, cx: &Context) -> Result<Self> {
        let ring = cx.shared().auth.provided::<Arc<Ring>>().cloned();
        ring.map(Self).ok_or_else(|| Error::internal("the application does not authenticate by `ApiKeyAuth`"))
    }
}

impl Describe for ApiKeys {
    const READS: Reads = Reads::Application;

    fn describe(description: &mut Description) {
        description.needs_authenticator::<Arc<Ring>>("ApiKeyAuth");
    }
}

impl fmt::Display for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}…)", self.name, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_above_another_when_more_comes_of_it() {
        let rate = |text: &str| text.parse::<Rate>().expect("it is a rate");
        for below in ["1000/hour", "16/min", "1000/day", "24000/day", "1/hour", "999/hour"] {
            assert!(!is_above(rate(below), rate("1000/hour")), "{below}");
        }
        for above in ["1001/hour", "1/sec", "17/min", "1000/min", "24001/day"] {
            assert!(is_above(rate(above), rate("1000/hour")), "{above}");
        }
    }
}
