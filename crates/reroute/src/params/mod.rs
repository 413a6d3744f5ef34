//! What the caller wrote, as values: parsed, then validated, once it is known that the caller may call.
//!
//! | extractor | reads | what is wrong |
//! | --- | --- | --- |
//! | [`Path`], `#[path]` | the path | 404: it is another path |
//! | [`Query`], `#[query]`, [`Page`], [`OrderBy`] | the query; unknown parameters are ignored | 422 |
//! | `Filter`, `After`, with the feature `db` | the query | 422 |
//! | [`Header`], `#[header]` | headers | 422 |
//! | [`Cookie`], `#[cookie]` | cookies | 422 |
//! | [`Json`] | a JSON body, exactly the fields that the [`Input`] names | 400, 413, 415, 422 |
//! | [`Form`] | an HTML form's body, exactly the fields named | 400, 413, 415, 422 |
//! | `Multipart`, with the feature `multipart` | a form with files, exactly the fields named | 400, 408, 413, 415, 422 |
//! | with `#[raw_body]`: `Bytes`, `String`, `Request`, … | the body as it comes, within the body limit | |
//!
//! All arguments are read before one is refused, so that a caller is told everything at once. Every extractor here refuses with
//! an [`Error`](crate::Error); those of other crates keep their status and lose their text.
//!
//! # The guide's models
//!
//! `UserQuery`, `UserCreate` and `UserUpdate` of the original's security guide:
//!
//! ```
//! use reroute::prelude::*;
//!
//! #[route]
//! pub struct Users;
//!
//! #[input]
//! pub struct UserCreate {
//!     #[field(min_length = 3, max_length = 50, pattern = "^[a-zA-Z0-9_]+$")]
//!     username: String,
//!     #[field(email)]
//!     email: String,
//!     #[field(min_length = 8, max_length = 128, check = strong)]
//!     password: String, // sensitive by its name: never printed
//!     #[field(ge = 13, le = 120)]
//!     age: u8,
//! }
//!
//! fn strong(password: &str) -> Result<(), &'static str> {
//!     if !password.chars().any(char::is_uppercase) {
//!         return Err("must contain an upper-case letter");
//!     }
//!     if !password.chars().any(|character| character.is_ascii_digit()) {
//!         return Err("must contain a digit");
//!     }
//!     Ok(())
//! }
//!
//! /// `is_admin` is not in this type: a body that names it is refused.
//! #[input]
//! pub struct UserUpdate {
//!     username: String,
//!     email: String,
//! }
//!
//! #[output]
//! pub struct Account {
//!     username: String,
//! }
//!
//! #[route]
//! impl Users {
//!     /// `UserQuery` is one argument.
//!     #[requires]
//!     async fn get(&self, #[query(ge = 1, le = 999999)] user_id: u32) -> Json<u32> {
//!         Json(user_id)
//!     }
//!
//!     #[public]
//!     async fn post(&self, Json(user): Json<UserCreate>) -> Json<Account> {
//!         Json(Account { username: user.username })
//!     }
//!
//!     #[requires]
//!     async fn put(&self, #[query] user_id: u32, Json(data): Json<UserUpdate>) -> Json<Account> {
//!         Json(Account { username: data.username })
//!     }
//! }
//!
//! let body = br#"{"username": "a!", "email": "ada@example.com", "password": "correct-horse-7", "age": 12}"#;
//! let error = reroute::params::from_json::<UserCreate>(body).unwrap_err();
//! let broken: Vec<_> = error.fields().iter().map(|broken| (broken.field.as_str(), &*broken.code)).collect();
//! assert_eq!(broken, [("username", "min_length"), ("username", "pattern"), ("password", "strong"), ("age", "ge")]);
//! ```

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

#[cfg(feature = "cache")]
pub(crate) use self::head::cookies;
#[cfg(feature = "compression")]
pub(crate) use body::TooDense;
pub(crate) use body::{TooSlow, drain, too_large};
#[cfg(feature = "compression")]
pub(crate) use etag::Described;
#[cfg(feature = "files")]
pub(crate) use etag::names_exactly;
#[cfg(any(feature = "cache", feature = "files"))]
pub(crate) use etag::{etag_of, not_modified};
pub(crate) use extract::part;
#[cfg(any(feature = "cache", feature = "db"))]
pub(crate) use query::Pairs;
pub(crate) use value::{float, integer};

#[doc(hidden)]
pub mod expand {
    pub use super::extract::{Refusals, Whole, part};
}
