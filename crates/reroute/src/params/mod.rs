//! What the caller wrote, as values: parsed, then validated, once it is known that the caller may call.
//!
//! Every extractor here refuses with an [`Error`](crate::Error); those of other crates keep their status and lose their text.

mod body;
mod etag;
mod extract;
mod json;
mod list;
mod path;
mod query;
mod state;
pub mod validate;
mod value;

pub use etag::IfNoneMatch;
pub use json::{Created, Json};
pub use list::{Direction, Listing, OrderBy, Page, Sortable};
pub use path::Path;
pub use query::Query;
pub use state::State;
pub use validate::{Input, Validate};

pub(crate) use body::{TooSlow, drain, too_large};
pub(crate) use extract::part;
pub(crate) use value::Value;

#[doc(hidden)]
pub mod expand {
    pub use super::extract::{Refusals, Whole, part};
}
