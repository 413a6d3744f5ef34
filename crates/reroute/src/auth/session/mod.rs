//! Sessions: what a browser is signed in with.

mod form_token;
mod sessions;
mod store;

use super::{
    Authenticate, Opening, Principal,
    account::{FRESH, Registry},
    cookie::{Brought, SetCookie, brought},
    recent::Recent,
    token::Digest,
};
use crate::{
    config::mac,
    error::{Error, Result},
    route::Context,
};
use hmac::Hmac;
use http::{HeaderMap, HeaderValue, header, request::Parts};
use sha2::Sha256;
use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};
use store::{Place, Row, Store};
use tokio::time::Instant;

pub use form_token::FormToken;
pub use sessions::Sessions;

/// The session's cookie.
pub(super) const COOKIE: &str = "__Host-session";

/// As [`Principal::scheme`] tells it.
const SCHEME: &str = "session";

/// How many characters the cookie's value has.
const LENGTH: usize = 43;

/// The longest that a session may last: 400 days, as a cookie (RFC 6265bis, section 5.5).
const LONGEST: Duration = Duration::from_secs(400 * 24 * 3600);

/// Authenticates by sessions.
///
/// A login sets `__Host-session`, 256 random bits, and this server keeps its SHA-256, whose session it is, and until when. Nothing else is in the cookie: what ends a
/// session ends it at once, wherever the cookie is.
///
/// | a session ends | when |
/// | --- | --- |
/// | by its time | 12 hours after the login, or 30 minutes after it was last used; a use is written down once a minute at most |
/// | by its user | [`Sessions::close`], or another login of the same browser |
/// | with all of its account | [`SignIns::revoke_all`](super::SignIns::revoke_all), and for an account that may not act: in this process at once, elsewhere within a second |
///
/// | they are kept | when |
/// | --- | --- |
/// | in Redis | the application has one, with the feature `redis`: sealed, under names that say nothing |
/// | in memory | it has none, or by [`SessionAuth::in_memory`]: at most 100,000, and the one that ends first makes room |
/// | in the table `auth_sessions` | by `SessionAuth::in_database` |
///
/// A cookie that opens nothing is 401 wherever it is asked who calls, and is cleared with that answer; where nobody asks, such as on the page of the login, it does not matter. A store
/// that cannot be asked is 503. What other sites send is refused before any of this.
///
/// ```
/// # use reroute::{app::States, auth::{Account, Accounts}};
/// # struct Users;
/// # impl Accounts for Users {
/// #     async fn find(&self, subject: &str, _: &States) -> reroute::Result<Option<Account>> { Ok(Some(Account::new(subject))) }
/// # }
/// use reroute::{auth::SessionAuth, prelude::*};
/// use std::time::Duration;
///
/// let hour = Duration::from_secs(3600);
/// # let tree = reroute::Tree::new([]);
/// let app = App::new(tree).accounts(Users).authenticate(SessionAuth::new().lifetimes(8 * hour, hour / 4));
/// # app.into_service()?;
/// # Ok::<_, reroute::Error>(())
/// ```
#[derive(Debug)]
pub struct SessionAuth {
    place: Place,
    life: Life,
    keeper: Option<Arc<Keeper>>,
}

/// How long sessions last.
#[derive(Debug, Clone, Copy)]
struct Life {
    absolute: Duration,
    idle: Duration,
}

/// All sessions, with what is kept of them.
struct Keeper {
    life: Life,
    registry: Arc<Registry>,
    store: Store,
    recent: Recent<[u8; 32], Option<Arc<Row>>>,
    /// What form tokens prove themselves by, the newest first.
    form_keys: Vec<Hmac<Sha256>>,
}

impl SessionAuth {
    /// Sessions of at most 12 hours, which end after half an hour without a request, in Redis where the application has one, else in memory.
    pub fn new() -> Self {
        let life = Life { absolute: Duration::from_secs(12 * 3600), idle: Duration::from_secs(30 * 60) };
        Self { place: Place::Default, life, keeper: None }
    }

    /// Keeps them in this process, Redis or not: they end with it.
    pub fn in_memory(mut self) -> Self {
        self.place = Place::Memory;
        self
    }

    /// Keeps them in the application's database, Redis or not.
    #[cfg(feature = "db")]
    pub fn in_database(mut self) -> Self {
        self.place = Place::Database;
        self
    }

    /// How long a session lasts, however often it is used: at most 400 days; and how long it lasts without being used.
    pub fn lifetimes(mut self, absolute: Duration, idle: Duration) -> Self {
        self.life = Life { absolute, idle: idle.min(absolute) };
        self
    }
}

impl Default for SessionAuth {
    fn default() -> Self {
        Self::new()
    }
}

impl Authenticate for SessionAuth {
    fn open(&mut self, opening: &mut Opening<'_>) -> Result<(), String> {
        let registry =
            opening.registry().ok_or("SessionAuth: the application has no accounts: call `App::accounts`")?;
        if self.life.absolute > LONGEST {
            return Err("SessionAuth: a session lasts 400 days at most".to_owned());
        }
        let keeper = Arc::new(Keeper {
            life: self.life,
            registry,
            store: Store::open(self.place, self.life, opening)?,
            recent: Recent::new(FRESH),
            form_keys: opening.secrets.iter().map(|secret| mac(secret, form_token::PURPOSE)).collect(),
        });
        opening.provide(keeper.clone());
        self.keeper = Some(keeper);
        Ok(())
    }

    async fn authenticate(&self, parts: &Parts, _: &Context) -> Result<Option<Principal>> {
        let digest = match id(&parts.headers) {
            Id::Nothing => return Ok(None),
            Id::Wrong => return Err(refused("Invalid token")),
            Id::One(digest) => digest,
        };
        let keeper = self.keeper.as_ref().ok_or_else(|| Error::internal("the application was not started"))?;
        keeper.caller(&digest).await?.map(Some).map_err(refused)
    }

    fn challenge(&self) -> HeaderValue {
        HeaderValue::from_static("Cookie")
    }
}

impl Keeper {
    /// Whose session it is, or why it is nobody's.
    async fn caller(&self, digest: &Digest) -> Result<Result<Principal, &'static str>> {
        let now = Instant::now();
        let found = self.recent.get(now, digest.as_bytes(), self.look_up(digest)).await?;
        let Some(row) = found else { return Ok(Err("Invalid token")) };
        if !row.holds(self.life, SystemTime::now()) {
            return Ok(Err("Token expired"));
        }
        let standing = self.registry.standing(now, &row.subject).await?;
        let standing = standing.filter(|standing| standing.epoch == row.epoch);
        Ok(standing.map(|standing| Principal::of(&standing.account, SCHEME)).ok_or("Invalid token"))
    }

    async fn look_up(&self, digest: &Digest) -> Result<Option<Arc<Row>>> {
        let Some(row) = self.store.find(digest).await? else { return Ok(None) };
        let now = SystemTime::now();
        if row.holds(self.life, now) {
            self.store.used(digest, &row, now).await?;
        }
        Ok(Some(Arc::new(row)))
    }

    async fn end(&self, digest: &Digest) -> Result<()> {
        self.store.remove(digest).await?;
        self.recent.forget(digest.as_bytes());
        Ok(())
    }
}

/// What a request brings as a session.
enum Id {
    Nothing,
    One(Digest),
    /// More than one, or what is written like none.
    Wrong,
}

fn id(headers: &HeaderMap) -> Id {
    match brought(headers, COOKIE) {
        Brought::Nothing => Id::Nothing,
        Brought::Several => Id::Wrong,
        Brought::One(value) => match std::str::from_utf8(value) {
            Ok(text) if text.len() == LENGTH && text.bytes().all(is_url_safe) => Id::One(Digest::of(text)),
            _ => Id::Wrong,
        },
    }
}

fn is_url_safe(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// 401, with which the browser forgets the cookie.
fn refused(reason: &'static str) -> Error {
    let error = Error::unauthorized(reason);
    match SetCookie::clearing(COOKIE) {
        Ok(cookie) => error.header(header::SET_COOKIE, cookie.into_header()),
        Err(_) => error,
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").field("life", &self.life).field("store", &self.store).finish_non_exhaustive()
    }
}
