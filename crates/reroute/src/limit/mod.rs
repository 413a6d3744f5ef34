//! How many requests are admitted: what `#[rate_limit]` declares, and what the guard makes of it.
//!
//! ```
//! use reroute::prelude::*;
//!
//! #[input]
//! struct Credentials {
//!     username: String,
//!     password: String,
//! }
//!
//! #[route]
//! pub struct Login;
//!
//! #[route]
//! impl Login {
//!     #[public]
//!     #[rate_limit("5/min")] // each client network: an IPv4 address, or an IPv6 /64
//!     #[rate_limit("50/hour", key = &credentials.username, count = "failures", if_store_fails = "closed")]
//!     async fn post(&self, Json(credentials): Json<Credentials>) -> Result<&'static str> {
//!         if credentials.password == "Correct-Horse-7" { Ok("welcome") } else { Err(Error::unauthorized("Invalid credentials")) }
//!     }
//! }
//! ```
//!
//! | word | |
//! | --- | --- |
//! | `per = "ip"` | each client network; this holds where nothing is said |
//! | `per = "principal"` | each caller, once they are known and may call; callers who are not known, by network |
//! | `per = "global"` | all together |
//! | `key = …` | each value of an expression over `request`, a [`RequestHead`](crate::RequestHead), and the handler's arguments, which are borrowed. Where it names an argument the limit is asked once the arguments are valid |
//! | `count = "failures"` | only answers of 400 to 499 count. While a request is under way it holds a place, so that many at once do not get through; one that is cut off, by its client, a time-out or a panic, has failed |
//! | `if_store_fails` | what holds while Redis cannot be asked: `"local"`, this process alone; `"open"`, no limit; `"closed"`, 503. The stricter of this and the setting `redis_failure` holds |
//!
//! A limit is counted where it is declared: on a handler for this method of this route, on an `impl` for the route, on a `#[scope]` for
//! the folder. `HEAD` counts as `GET`. Of the limits asked at one step of the guard, all have to admit, and none counts a request that
//! one of them refuses. The setting `rate_limit` holds for every request, also for those that no route answers.
//!
//! The algorithm and its error are told in [`reroute_core::window`].

mod apply;
mod declared;
mod fields;
mod memory;
mod own;
mod prepared;
#[cfg(feature = "redis")]
mod shared;
mod store;

pub use declared::{Counts, Declared, Key, Limit, Per, StoreFailure};
pub use reroute_core::rate::Rate;

pub(crate) use apply::{Ledger, Unrouted, unrouted};
pub(crate) use fields::{POLICY, STANDING};
pub(crate) use own::OwnLimits;
pub(crate) use prepared::{Limits, Staged, of_other_methods};
pub(crate) use store::Store;

#[doc(hidden)]
pub mod expand {
    pub use super::declared::rate;
}

/// What measurements reach of the store: not for applications.
#[doc(hidden)]
pub mod bench {
    use super::{Counts, Declared, Key, Limit, Per, StoreFailure, memory::Memory, prepared::Staged, store::Charge};
    use reroute_core::rate::Rate;

    /// A memory store, and one limit.
    pub struct Table {
        memory: Memory,
        staged: Staged,
    }

    impl Table {
        /// A store for that many keys.
        pub fn new(keys: usize, rate: Rate) -> Self {
            let limit = Limit {
                rate,
                per: Per::Ip,
                counts: Counts::All,
                if_store_fails: StoreFailure::Local,
                declared: Declared::Handler,
            };
            Self { memory: Memory::new(keys), staged: Staged::new("GET", "/", None, &[limit], StoreFailure::Local) }
        }

        /// Whether one more is admitted for `key` at `now`, in nanoseconds.
        pub fn admit(&self, key: u64, now: u64) -> bool {
            let mut charges = self.staged.address.iter().map(|limit| Charge::new(limit, Key(key)));
            charges.all(|charge| self.memory.decide_one(&charge, now).counted.is_some())
        }

        /// How many bytes the tables take.
        pub fn bytes(&self) -> usize {
            self.memory.bytes()
        }
    }
}
