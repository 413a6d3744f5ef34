//! What was computed once and is given again: answers of handlers and results of functions.
//!
//! ```
//! use reroute::prelude::*;
//!
//! #[route]
//! pub struct Products;
//!
//! #[route]
//! impl Products {
//!     /// Everybody sees the same list for five minutes, or until something says that products changed.
//!     #[public]
//!     #[cache("5 min", shared, tags("products"))]
//!     async fn get(&self, page: Page) -> String {
//!         format!("products from {}", page.offset())
//!     }
//!
//!     #[requires("admin")]
//!     async fn post(&self, Json(name): Json<String>) -> StatusCode {
//!         reroute::cache().forget("products");
//!         StatusCode::CREATED
//!     }
//! }
//!
//! /// Seconds; the arguments are the key.
//! #[cache(duration = 300)]
//! async fn expensive_operation(key: String) -> usize {
//!     key.len()
//! }
//! ```
//!
//! # Answers
//!
//! `#[cache(…)]` stands on a `get` or a `head` handler; `get` answers `HEAD` from the same entry. An entry holds for one application, host,
//! scheme, endpoint and path, for the query parameters, headers and cookies that the handler's arguments and the route's fields name, and for
//! one caller. Where something that does not say what it reads takes part (an extractor of another crate, a `before_request` hook), the whole
//! query, all headers and the client's address are part of the key.
//!
//! | option | means |
//! | --- | --- |
//! | `"5 min"`, `duration = "5 min"`, `duration = 300` | how long; a number is seconds |
//! | `shared` | every caller sees the same: on a `#[public]` handler that takes neither headers nor cookies nor a caller, which the compiler holds it to |
//! | `shared = "why"` | the same where a caller is demanded: the reason stands in `routes` |
//! | `tags("a", "b")` | names to forget it by |
//! | `tag = EXPR` | such a name made of the arguments; may be repeated |
//!
//! Only a 200 is kept, never one that sets a cookie, says `no-store`, `private` or `Vary: *`, and never for a request that says `no-store`. A request with
//! `Authorization` or `Cookie` makes no entry that others see, unless `shared` has a reason. A body is kept when its exact size is known and at most an eighth of
//! the budget: streams pass untouched. Limits, authentication, authorization and validation come first, for kept answers, too; handler and
//! `after_request` do not run for them.
//!
//! What is kept or was kept carries `ETag`, `Age`, `Cache-Control: public, no-cache` (`private, no-cache` where it is not shared) and `Cache-Status`
//! (RFC 9211); `If-None-Match` is answered with 304.
//!
//! # Functions
//!
//! `#[cache(…)]` stands on any function or method, `async` or plain; arguments are [`Hash`], the result is `Clone + Send + Sync + 'static`. The key is all
//! that an argument's `Hash` feeds: what makes a difference must be fed. The `Err` of a `Result` is not kept; the `None` of an `Option` is. Beside the duration, `tags(…)` and `tag = …`
//! it takes `key = EXPR`, which stands for all arguments (for those that are no key, such as a database), and `capacity = 50`, a bound of its own.
//! Results count with their own size in memory, without what they point to.
//!
//! With `serde`, an `async` function's results are shared between the processes on one Redis, written as JSON.
//!
//! # Several processes
//!
//! With the feature `redis` and the setting `redis_url`, answers, and results of functions that say `serde`, are looked for in Redis where this process has none, and kept there
//! for at most a day, in at most 1 MiB each; forgetting reaches every process. Entries are sealed with a key derived from `SECRET_KEY`. While forgettings of others are not
//! heard, nothing older than a second is given.
//!
//! # One computation for many
//!
//! While an answer or the result of an `async` function is computed, others who want the same wait for it. When nothing comes of it (an error, a panic,
//! a time-out, a client that went away, an answer that may not be kept) they compute for themselves, all at once. Plain functions do not wait: two may
//! compute the same. A future that was polled once and is then held, neither polled nor dropped, keeps the others waiting.
//!
//! # Forgetting
//!
//! [`Cache::forget`] takes a tag. Each answer has, beside its own, its route's pattern (`/products/{id}`) and its path (`/products/7`); each result its function's
//! name. A `POST`, `PUT`, `PATCH` or `DELETE` that succeeds forgets its own path and that of its `Location`, by itself. Forgetting holds against what is being
//! computed at that moment, too: what began before is not kept. A computation that lasts over two sweeps (of one a minute) is not kept
//! when anything at all was forgotten meanwhile.

#[doc(hidden)]
pub mod answer;
mod flight;
mod forgotten;
#[doc(hidden)]
pub mod function;
mod key;
#[cfg(feature = "redis")]
mod level;
mod memory;
mod store;

use crate::params::Output;
use serde::Serialize;
use std::{
    fmt,
    sync::{Arc, OnceLock},
};
use store::Store;

pub(crate) use memory::Bounds;

/// Answers and results that are kept. Cheap to clone: a handle.
#[derive(Clone)]
pub struct Cache(Arc<Store>);

/// The cache of this process: every application and every cached function in it.
///
/// ```
/// reroute::cache().forget("products");
/// ```
pub fn cache() -> Cache {
    static OF_PROCESS: OnceLock<Cache> = OnceLock::new();
    OF_PROCESS.get_or_init(|| Cache::new(Bounds::DEFAULT.entries, Bounds::DEFAULT.bytes)).clone()
}

impl Cache {
    /// A cache of its own, for at most that many entries and bytes; each is at least 1. Tests hand one to
    /// [`App::cache`](crate::App::cache), so that they do not see each other's entries.
    pub fn new(entries: usize, bytes: usize) -> Self {
        Self(Arc::new(Store::new(Bounds { entries, bytes })))
    }

    /// Forgets every entry that has this tag, and does not keep what of it is being computed now.
    pub fn forget(&self, tag: impl AsRef<str>) {
        self.0.forget(key::tag(tag.as_ref()));
    }

    /// Forgets everything, also what is being computed now.
    pub fn clear(&self) {
        self.0.clear();
    }

    /// What there is, and what came of it since the start of the process.
    ///
    /// ```
    /// let cache = reroute::cache::Cache::new(10, 1 << 20);
    /// assert_eq!((cache.statistics().entries, cache.statistics().capacity), (0, 10));
    /// ```
    pub fn statistics(&self) -> Statistics {
        self.0.statistics()
    }

    /// Holds to these bounds from now on. Other ones than before begin with an empty cache.
    pub(crate) fn bound(&self, bounds: Bounds) {
        self.0.bound(bounds);
    }

    /// Shares what is kept with all processes on this Redis.
    #[cfg(feature = "redis")]
    pub(crate) fn share(&self, redis: Arc<crate::redis::Redis>, secret: &crate::config::Secret) {
        self.0.share(redis, secret);
    }

    pub(crate) fn store(&self) -> &Arc<Store> {
        &self.0
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cache").field(&self.statistics()).finish()
    }
}

/// Numbers of a [`Cache`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// How many entries there are.
    pub entries: u64,
    /// How many there may be.
    pub capacity: u64,
    /// How many times an entry was there.
    pub hits: u64,
    /// How many times none was.
    pub misses: u64,
    /// How many entries gave way to others.
    pub evictions: u64,
    /// How many entries came to their time's end.
    pub expired: u64,
}

impl Output for Statistics {}
