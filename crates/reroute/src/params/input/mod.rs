//! What may come in: read and validated in one pass, and told back well.
//!
//! An [`Input`] reads itself out of whatever a caller writes: a JSON body, a form, a query, headers, cookies, the path. The
//! parser is serde's; what a value may be, and what is said where it is another, is decided here, so that no answer
//! quotes a parser and every broken constraint is told at once.

mod compound;
mod file_rule;
pub(super) mod object;
mod pattern;
pub(super) mod reading;
pub mod rules;
mod scalar;
mod schema;
mod secret;
mod word;

pub use compound::Tuple;
pub use file_rule::{FileRule, ImageRule};
pub use object::{Object, Slot, fill, read_object, take};
pub use reading::{At, Reading, Source};
#[cfg(feature = "multipart")]
pub(super) use reading::{Read, read_by_visitor, refuse};
pub use scalar::{Opaque, Parsed};
pub use schema::{Schema, Schemas, constrain, constrain_items, object_schema};
#[doc(hidden)]
pub use serde_json::json;
pub use word::{Word, read_word};

pub use crate::route::Shape;
use serde::Deserializer;

/// What may come in, and how it is read. `#[input]` writes it for structs and enums of the application.
///
/// | type | JSON | query, form, header, cookie, path |
/// | --- | --- | --- |
/// | `bool` | `true`, `false` | the same words |
/// | integers | an integer in the type's range; never `"1"`, `1.0` or `true` | its one spelling: no `+1`, `01` or `-0` |
/// | `f32`, `f64` | any number in range | digits, `.`, `-`, an exponent; neither infinite nor NaN |
/// | `String` | a string without U+0000, which PostgreSQL cannot keep; in a sensitive field any string | the text |
/// | [`Secret`](crate::config::Secret) | any string, which is shown nowhere | the text |
/// | `Option<T>` | absent, `null` or a `T` | absent or a `T` |
/// | `Option<Option<T>>` | absent, `null` and a `T` are three things: for `PATCH` | as `Option<T>` |
/// | `Vec<T>` | a list of at most `max_length` items, or 1000 | the parameter, that many times |
/// | tuples | a list of that length | the parameters of the path by position |
/// | `HashMap<String, T>`, `BTreeMap<String, T>` | an object of at most `max_length` entries, or 1000 | |
/// | `serde_json::Value` | anything, at most 128 levels deep | |
/// | [`File`](crate::File), with the feature `multipart` | | a file of a [`Multipart`](crate::Multipart) form, and nowhere else |
/// | a struct with `#[input]` | an object of exactly its fields | its fields by name |
/// | an enum with `#[input]` | one of its words | the word |
/// | what is [`FromStr`](std::str::FromStr), with `#[field(parse)]` | a string that it parses | the text |
///
/// ```
/// use reroute::prelude::*;
///
/// #[input]
/// pub struct Order {
///     #[field(min_length = 1, max_length = 50)]
///     items: Vec<Item>,
///     #[field(max_length = 200, trim)]
///     note: Option<String>,
/// }
///
/// #[input]
/// pub struct Item {
///     #[field(ge = 1)]
///     product_id: i64,
///     #[field(ge = 1, le = 100, default = 1)]
///     quantity: u32,
/// }
///
/// let order: Order = reroute::params::from_json(br#"{"items": [{"product_id": 7}]}"#).unwrap();
/// assert_eq!(order.items[0].quantity, 1);
///
/// let error = reroute::params::from_json::<Order>(br#"{"items": [{"product_id": 0, "quantity": "2"}]}"#).unwrap_err();
/// let fields: Vec<&str> = error.fields().iter().map(|broken| broken.field.as_str()).collect();
/// assert_eq!(fields, ["items[0].product_id", "items[0].quantity"]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no input",
    label = "what comes in is read only into a type that says what may stand in it",
    note = "write `#[input]` on the struct or enum, in place of `#[derive(Deserialize)]`; a type of another crate that is `FromStr` is read with `#[field(parse)]`"
)]
pub trait Input: Sized + Send + 'static {
    /// What it wants of a path.
    #[doc(hidden)]
    const SHAPE: Shape = Shape::One;

    /// The files that it takes out of a multipart form.
    #[doc(hidden)]
    const FILES: &'static [FileRule] = &[];

    /// Reads it. `None` when something was wrong with it, which then stands in `reading`.
    ///
    /// # Errors
    ///
    /// What the parser cannot get over: the source is malformed.
    fn read<'de, D: Deserializer<'de>>(source: D, at: &At<'_>, reading: &mut Reading)
    -> Result<Option<Self>, D::Error>;

    /// What stands for it where nothing is written; `None` for what is required.
    fn absent() -> Option<Self> {
        None
    }

    /// What stands for it where values are text under names, and none is under this one.
    #[doc(hidden)]
    fn absent_in_text() -> Option<Self> {
        Self::absent()
    }

    /// What stands for it where `null` is written; `None` for what cannot be null.
    fn null() -> Option<Self> {
        None
    }

    /// What may stand for it, as JSON Schema (draft 2020-12).
    fn schema(schemas: &mut Schemas) -> Schema;
}
