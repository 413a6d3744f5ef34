//! The one way through each endpoint.
//!
//! ```text
//! limit by address → authenticate → fields → before_request → authorize (roles, scopes, then checks) → limit by caller
//! → parameters (parse, then validate) → limit by input → cache look-up → handler → after_request | on_error → cache store
//! ```
//!
//! The order is written once, in `run`, and holds for every endpoint, whatever order its attributes stand in. A step that
//! fails ends the way: what comes after it never runs. What an endpoint declares is a [`Policy`], a plain struct.

mod authorize;
mod caching;
mod check;
mod policy;
mod run;
mod told;

pub use caching::{Caching, Shared};
pub use check::{CheckFn, Later, Now, Verdict};
pub use policy::{Access, Check, Policy, Requirement, SharedCheck};

pub(crate) use run::{mounted, run};

#[doc(hidden)]
pub mod expand {
    pub use super::check::{call, origin, shared, verdict};
}
