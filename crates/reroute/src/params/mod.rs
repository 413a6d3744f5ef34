//! What the caller wrote, as values: parsed, then validated, once it is known that the caller may call.
//!
//! Every extractor here refuses with an [`Error`](crate::Error); those of other crates keep their status and lose their text.

mod body;
mod content_type;
mod etag;
mod extract;
mod form;
mod head;
pub mod input;
mod json;
mod list;
#[cfg(feature = "multipart")]
mod multipart;
mod output;
mod path;
mod query;
mod state;
mod text;
mod value;

pub use etag::IfNoneMatch;
pub use form::Form;
pub use head::{Cookie, Header};
pub use input::{Input, Schema, Schemas};
pub use json::{Created, Json, from_json};
pub use list::{Direction, Listing, OrderBy, Page, Sortable};
#[cfg(feature = "multipart")]
pub use multipart::{File, Multipart};
pub use output::Output;
pub use path::Path;
pub use query::Query;
pub use state::State;

pub(crate) use body::{TooSlow, drain, too_large};
pub(crate) use extract::part;
pub(crate) use value::{float, integer};

#[doc(hidden)]
pub mod expand {
    pub use super::extract::{Refusals, Whole, part};
}
