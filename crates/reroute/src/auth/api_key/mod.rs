//! API keys: secrets that an account hands to programs, each with a name, a rate limit of its own, and what it is limited to.
//!
//! What is known of a key is asked again every five seconds, what is known of its account a hundred times a second; with Redis, what ends all that an account has is seen within half a second.

mod keys;
mod store;

use super::{
    Authenticate, Opening, Principal,
    account::{Epoch, Registry, Standing},
    recent::Recent,
    token::Digest,
};
use crate::{
    error::{Error, Result},
    limit::{Key, OwnLimits, Rate, StoreFailure},
    route::Context,
};
use http::{HeaderName, HeaderValue, request::Parts};
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};
use store::Row;
use tokio::time::Instant;

pub use keys::{ApiKey, ApiKeys, NewApiKey};

/// As [`Principal::scheme`] tells it.
const SCHEME: &str = "api_key";

/// What every key begins with.
const PREFIX: &str = "key_";

/// How many characters a key has, its beginning included.
const LENGTH: usize = PREFIX.len() + 43;

/// How many of them it is looked up by.
const LOOKED_UP: usize = PREFIX.len() + 8;

/// How long what is known of a key holds.
const KNOWN: Duration = Duration::from_secs(5);

const HEADER: HeaderName = HeaderName::from_static("x-api-key");

/// Authenticates by API keys.
///
/// A key is `key_` and 43 characters, 256 random bits. It is shown when it is made and never again: its SHA-256 is kept, and the first eight
/// of its characters, by which it is looked up; digests are compared in constant time. It comes in `X-API-Key` alone: a request with a key in
/// its query string is refused, since what stands there ends up in logs and histories. [`ApiKeys`] makes keys and ends them.
///
/// Each key has a rate of its own, which the guard applies after authorization, and all keys of an account share a ceiling.
///
///
/// ```no_run
/// # use reroute::{app::States, auth::{Account, Accounts}};
/// # struct Users;
/// # impl Accounts for Users {
/// #     async fn find(&self, subject: &str, _: &States) -> reroute::Result<Option<Account>> { Ok(Some(Account::new(subject))) }
/// # }
/// use reroute::{auth::ApiKeyAuth, prelude::*};
///
/// # let tree = reroute::Tree::new([]);
/// let app = App::new(tree).accounts(Users).authenticate(ApiKeyAuth::new());
/// ```
#[derive(Debug)]
pub struct ApiKeyAuth {
    ceiling: Rate,
    most: usize,
    ring: Option<Arc<Ring>>,
}

/// All keys, with what is kept of them.
struct Ring {
    ceiling: Rate,
    most: usize,
    /// What holds of their limits, at the least, while Redis does not answer.
    if_store_fails: StoreFailure,
    registry: Arc<Registry>,
    store: store::Store,
    recent: Recent<[u8; 32], Option<Arc<Live>>>,
}

/// A key that can be used.
struct Live {
    id: i64,
    subject: String,
    /// The account's, when the key was looked up.
    epoch: Epoch,
    scopes: Option<Vec<String>>,
    expires: Option<SystemTime>,
    limits: Arc<OwnLimits>,
    /// The caller that was made of it last, and of what account's standing.
    caller: Mutex<Option<(Arc<Standing>, Principal)>>,
}

impl ApiKeyAuth {
    /// At most ten keys for an account, which together are good for 1000 requests an hour.
    pub fn new() -> Self {
        let ceiling = Rate::new(1000, Duration::from_secs(3600)).expect("it is a rate");
        Self { ceiling, most: 10, ring: None }
    }

    /// How often all keys of one account together may be used. No key may have a higher rate.
    pub fn ceiling(mut self, ceiling: Rate) -> Self {
        self.ceiling = ceiling;
        self
    }

    /// How many keys an account may have at one time.
    pub fn most(mut self, keys: usize) -> Self {
        self.most = keys;
        self
    }
}

impl Default for ApiKeyAuth {
    fn default() -> Self {
        Self::new()
    }
}

impl Authenticate for ApiKeyAuth {
    fn open(&mut self, opening: &mut Opening<'_>) -> Result<(), String> {
        let registry = opening.registry().ok_or("ApiKeyAuth: the application has no accounts: call `App::accounts`")?;
        let ring = Arc::new(Ring {
            ceiling: self.ceiling,
            most: self.most,
            if_store_fails: opening.settings.redis_failure,
            registry,
            store: store::Store::of(opening.states()),
            recent: Recent::new(KNOWN),
        });
        opening.provide(ring.clone());
        self.ring = Some(ring);
        Ok(())
    }

    async fn authenticate(&self, parts: &Parts, _: &Context) -> Result<Option<Principal>> {
        let wrong = || Error::unauthorized("Invalid API key");
        if parts.uri.query().is_some_and(holds_key) {
            return Err(wrong());
        }
        let mut given = parts.headers.get_all(HEADER).iter();
        let Some(key) = given.next() else { return Ok(None) };
        let key = key.to_str().ok().filter(|key| is_key(key) && given.next().is_none()).ok_or_else(wrong)?;
        let ring = self.ring.as_ref().ok_or_else(|| Error::internal("the application was not started"))?;
        ring.caller(key).await?.map(Some).ok_or_else(wrong)
    }

    fn challenge(&self) -> HeaderValue {
        HeaderValue::from_static("ApiKey")
    }
}

impl Ring {
    async fn caller(&self, key: &str) -> Result<Option<Principal>> {
        let digest = Digest::of(key);
        if let Some((live, standing)) = self.known(key, &digest).await? {
            if live.epoch == standing.epoch {
                return Ok(Some(live.caller(standing)));
            }
            // All that the account had was ended since, perhaps its keys as well.
            self.recent.forget(digest.as_bytes());
            self.registry.forget(&live.subject);
            let known = self.known(key, &digest).await?.filter(|(live, standing)| live.epoch == standing.epoch);
            return Ok(known.map(|(live, standing)| live.caller(standing)));
        }
        Ok(None)
    }

    /// The key and its account, if both are good.
    async fn known(&self, key: &str, digest: &Digest) -> Result<Option<(Arc<Live>, Arc<Standing>)>> {
        let now = Instant::now();
        let live = self.recent.get(now, digest.as_bytes(), self.look_up(key, digest)).await?;
        let Some(live) = live.filter(|live| live.expires.is_none_or(|end| end > SystemTime::now())) else {
            return Ok(None);
        };
        Ok(self.registry.standing(now, &live.subject).await?.map(|standing| (live, standing)))
    }

    async fn look_up(&self, key: &str, digest: &Digest) -> Result<Option<Arc<Live>>> {
        let alike = self.store.alike(&key[..LOOKED_UP]).await?;
        let Some(row) = alike.into_iter().find(|row| row.digest == *digest) else { return Ok(None) };
        // The epoch first: what ends it after that is seen by it, or by the key that is gone.
        let epoch = self.registry.store.epoch(&row.subject).await?;
        let still = self.store.alike(&key[..LOOKED_UP]).await?;
        let Some(row) = still.into_iter().find(|row| row.digest == *digest) else { return Ok(None) };
        self.store.used(&row);
        Ok(Some(Arc::new(self.live(row, epoch))))
    }

    fn live(&self, row: Row, epoch: Epoch) -> Live {
        let own = row.rate.map(|rate| ("api-key", rate, Key::of(&("api-key", row.id))));
        let all = ("api-keys", self.ceiling, Key::of(&("api-keys", &row.subject)));
        let limits = Arc::new(OwnLimits::new(own.into_iter().chain([all]), self.if_store_fails));
        let caller = Mutex::new(None);
        Live { id: row.id, subject: row.subject, epoch, scopes: row.scopes, expires: row.expires, limits, caller }
    }
}

impl Live {
    /// The caller, as long as its account stands as it did the one that was made before.
    fn caller(&self, standing: Arc<Standing>) -> Principal {
        // It is assigned as a whole, also where a thread panicked.
        let mut last = self.caller.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((same, caller)) = &*last
            && Arc::ptr_eq(same, &standing)
        {
            return caller.clone();
        }
        let caller = Principal::of(&standing.account, SCHEME).with_limits(self.limits.clone());
        let caller = match &self.scopes {
            Some(scopes) => caller.with_scopes(scopes.iter().cloned()),
            None => caller,
        };
        *last = Some((standing, caller.clone()));
        caller
    }
}

/// Whether it is written like a key.
pub fn is_key(text: &str) -> bool {
    text.len() == LENGTH && text.strip_prefix(PREFIX).is_some_and(|rest| rest.bytes().all(is_url_safe))
}

/// Whether there is a key somewhere in it.
pub fn holds_key(query: &str) -> bool {
    query.match_indices(PREFIX).any(|(at, _)| {
        let rest = &query.as_bytes()[at + PREFIX.len()..];
        rest.iter().take_while(|byte| is_url_safe(**byte)).count() >= LENGTH - PREFIX.len()
    })
}

fn is_url_safe(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring").field("ceiling", &self.ceiling).field("most", &self.most).finish_non_exhaustive()
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").field("id", &self.id).finish_non_exhaustive()
    }
}
