//! Statements of SQL that nothing can be injected into.

pub mod danger;
#[doc(hidden)]
pub mod expand;
pub mod like;
mod queries;

use crate::error::{Error, Result};
use expand::{Bound, Place, Text};
use http::StatusCode;
use sea_orm::{DbBackend, Statement, Value, Values};
use std::{borrow::Cow, fmt};

pub use queries::Queries;

/// The most values that the lists of one statement hold together.
const MAX_LISTED: usize = 10_000;

/// A statement of SQL and its values, as [`sql!`](crate::sql!) makes it and [`Queries`] runs it.
///
/// The text is a literal in the source. What a caller sends is a value, which the database gets beside the text and never reads as
/// SQL.
///
/// ```
/// use reroute::{db::like, prelude::*};
///
/// # reroute::runtime::block_on(async {
/// # let db = reroute::Db::connect("sqlite::memory:", true).await?;
/// db.run(sql!("CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL)")).await?;
/// let name = "50% wool";
/// db.run(sql!("INSERT INTO products (name) VALUES (:name), (:other)", name, other = "50 socks")).await?;
///
/// let query = like::contains("50%");
/// let found: Vec<(i64, String)> = db.values(sql!("SELECT id, name FROM products WHERE name LIKE :query", query)).await?;
/// assert_eq!(found, [(1, "50% wool".to_owned())]);
/// # Ok::<_, reroute::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
#[must_use = "a statement does nothing until it is run"]
pub struct Sql {
    text: SqlText,
    values: Vec<Bound>,
}

#[derive(Clone)]
enum SqlText {
    Literal(&'static Text),
    /// What `danger` was given, with `$1` for the first value.
    Danger(String),
}

impl Sql {
    /// The statement for this database.
    fn into_statement(self, backend: DbBackend) -> Result<Statement> {
        let sql = match self.text {
            SqlText::Danger(text) => text,
            SqlText::Literal(text) => text.render(&self.values, backend)?.into_owned(),
        };
        let mut values = Vec::with_capacity(self.values.len());
        for bound in self.values {
            match bound {
                Bound::One(value) => values.push(value),
                Bound::List(list) => values.extend(list),
            }
        }
        for value in &values {
            match value {
                // Below, both of these would panic.
                value if is_too_large(value) => return Err(too_much("A number is larger than what can be stored")),
                Value::Array(..) if backend == DbBackend::Sqlite => {
                    return Err(Error::internal("SQLite has no arrays: a list stands in `IN (:name)`"));
                }
                _ => {}
            }
        }
        Ok(Statement { sql, values: Some(Values(values)), db_backend: backend })
    }
}

impl Text {
    fn render(&self, values: &[Bound], backend: DbBackend) -> Result<Cow<'static, str>> {
        let (mark, is_sqlite) = match backend {
            DbBackend::Sqlite => ('?', true),
            DbBackend::Postgres => ('$', false),
            other => {
                return Err(Error::internal(format!("statements are for SQLite and PostgreSQL, not for {other:?}")));
            }
        };
        let (texts, places) = match self {
            Self::Fixed { sqlite, postgres } => return Ok(Cow::Borrowed(if is_sqlite { sqlite } else { postgres })),
            Self::Lists { texts, places } => (texts, places),
        };
        let listed: usize = values.iter().map(|value| if let Bound::List(list) = value { list.len() } else { 0 }).sum();
        if listed > MAX_LISTED {
            return Err(too_much("A list has more than 10000 items"));
        }
        let firsts: Vec<usize> = values
            .iter()
            .scan(1, |next, value| {
                let first = *next;
                *next += value.len();
                Some(first)
            })
            .collect();
        let mut sql = texts[0].to_owned();
        for (Place { value, role }, after) in places.iter().zip(&texts[1..]) {
            let numbers = firsts[*value]..firsts[*value] + values[*value].len();
            role.write(&mut sql, numbers, mark);
            sql.push_str(after);
        }
        Ok(Cow::Owned(sql))
    }
}

fn is_too_large(value: &Value) -> bool {
    match value {
        Value::BigUnsigned(Some(number)) => i64::try_from(*number).is_err(),
        Value::Array(_, Some(items)) => items.iter().any(is_too_large),
        _ => false,
    }
}

fn too_much(detail: &'static str) -> Error {
    Error::new(StatusCode::UNPROCESSABLE_ENTITY).detail(detail)
}

impl fmt::Debug for Sql {
    /// The text alone: a value may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match &self.text {
            SqlText::Literal(Text::Fixed { postgres, .. }) => Cow::Borrowed(*postgres),
            SqlText::Literal(Text::Lists { texts, .. }) => Cow::Owned(texts.join("…")),
            SqlText::Danger(text) => Cow::Borrowed(&**text),
        };
        f.debug_tuple("Sql").field(&text).finish()
    }
}
