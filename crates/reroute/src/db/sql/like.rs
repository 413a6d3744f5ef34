//! Patterns of LIKE, in which a text of the caller's matches itself.
//!
//! After `LIKE`, [`sql!`](crate::sql!) takes these and no plain text: `%`, `_` and `\` in a text are escaped, and the `ESCAPE` that
//! this needs is written for you.
//!
//! ```
//! use reroute::{db::like, sql};
//!
//! let named = sql!("SELECT * FROM products WHERE name LIKE :query", query = like::contains("100%"));
//! # let _ = named;
//! ```
//!
//! SeaORM's builder takes them as well, and escapes as they say:
//!
//! ```
//! # mod product {
//! #     use reroute::sea_orm::{self, entity::prelude::*};
//! #     #[derive(Clone, Debug, DeriveEntityModel)]
//! #     #[sea_orm(table_name = "products")]
//! #     pub struct Model { #[sea_orm(primary_key)] pub id: i64, pub name: String }
//! #     #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
//! #     pub enum Relation {}
//! #     impl ActiveModelBehavior for ActiveModel {}
//! # }
//! use reroute::{db::like, sea_orm::{ColumnTrait, EntityTrait, QueryFilter}};
//!
//! let named = product::Entity::find().filter(product::Column::Name.like(like::contains("100%")));
//! # let _ = named;
//! ```
//!
//! # Upper and lower case
//!
//! PostgreSQL tells them apart. SQLite does not for `A` to `Z`, and does for all other letters. Let the database fold both
//! sides, and both fold alike for `A` to `Z`: `WHERE lower(name) LIKE lower(:query)`. Beyond them, SQLite's `lower` leaves a letter as it
//! is.

use sea_orm::sea_query::LikeExpr;

/// A pattern of LIKE.
///
/// Its escape character is the backslash, on both databases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Like(pub(super) String);

/// Matches what has `text` in it.
///
/// ```
/// use reroute::db::like;
///
/// assert_eq!(like::contains("50%"), like::pattern(r"%50\%%"));
/// ```
pub fn contains(text: &str) -> Like {
    Like(format!("%{}%", escaped(text)))
}

/// Matches what begins with `text`.
///
/// ```
/// use reroute::db::like;
///
/// assert_eq!(like::starts_with("a_b"), like::pattern(r"a\_b%"));
/// ```
pub fn starts_with(text: &str) -> Like {
    Like(escaped(text) + "%")
}

/// Matches what ends with `text`.
///
/// ```
/// use reroute::db::like;
///
/// assert_eq!(like::ends_with(".jpg"), like::pattern("%.jpg"));
/// ```
pub fn ends_with(text: &str) -> Like {
    Like(format!("%{}", escaped(text)))
}

/// A pattern as it is: `%` stands for any text and `_` for any character, and a backslash takes that away from the next one.
///
/// A caller who writes patterns sees all that any of them matches.
pub fn pattern(pattern: impl Into<String>) -> Like {
    Like(pattern.into())
}

impl From<Like> for LikeExpr {
    fn from(like: Like) -> Self {
        Self::new(like.0).escape('\\')
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
