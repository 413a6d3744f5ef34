//! What `sql!` expands to.

use super::{Sql, SqlText, like::Like};
use sea_orm::Value;
use std::{fmt::Write, ops::Range};

/// A statement's text, cut where it depends on what is bound.
#[derive(Debug)]
pub enum Text {
    /// For each database as it stands.
    Fixed { sqlite: &'static str, postgres: &'static str },
    /// With lists, whose lengths are known once they are there: `texts` has one more than `places`.
    Lists { texts: &'static [&'static str], places: &'static [Place] },
}

#[derive(Debug)]
pub struct Place {
    /// Which value stands here.
    pub value: usize,
    pub role: Role,
}

#[derive(Debug)]
pub enum Role {
    One,
    In,
    NotIn,
}

impl Role {
    /// Writes what stands for the values of these numbers.
    pub(super) fn write(&self, sql: &mut String, mut numbers: Range<usize>, mark: char) {
        let (word, empty) = match self {
            Self::One => return numbered(sql, mark, numbers.start),
            // SQLite reads `IN ()`. PostgreSQL does not, and compares what stands before with an empty array of its own type.
            Self::In => ("IN (", "= ANY ('{}')"),
            Self::NotIn => ("NOT IN (", "<> ALL ('{}')"),
        };
        if numbers.is_empty() && mark == '$' {
            return sql.push_str(empty);
        }
        sql.push_str(word);
        if let Some(first) = numbers.next() {
            numbered(sql, mark, first);
        }
        for number in numbers {
            sql.push_str(", ");
            numbered(sql, mark, number);
        }
        sql.push(')');
    }
}

fn numbered(sql: &mut String, mark: char, number: usize) {
    write!(sql, "{mark}{number}").expect("a string takes whatever is written");
}

/// What is bound by one name.
#[derive(Debug, Clone)]
pub enum Bound {
    One(Value),
    List(Vec<Value>),
}

impl Bound {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::List(values) => values.len(),
        }
    }
}

pub fn sql(text: &'static Text, values: Vec<Bound>) -> Sql {
    Sql { text: SqlText::Literal(text), values }
}

pub fn one(value: impl Into<Value>) -> Bound {
    Bound::One(value.into())
}

pub fn list(list: impl List) -> Bound {
    Bound::List(list.into_values())
}

pub fn pattern(pattern: impl Pattern) -> Bound {
    Bound::One(pattern.into_value())
}

#[diagnostic::on_unimplemented(
    message = "`IN (…)` takes a list, and `{Self}` is none",
    label = "not a list of values",
    note = "a list is a `Vec`, a slice or an array of values; for one value write `= :name`"
)]
pub trait List {
    fn into_values(self) -> Vec<Value>;
}

impl<T: Into<Value>> List for Vec<T> {
    fn into_values(self) -> Vec<Value> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<T: Into<Value>, const N: usize> List for [T; N] {
    fn into_values(self) -> Vec<Value> {
        self.map(Into::into).into()
    }
}

impl<T: Into<Value> + Clone> List for &[T] {
    fn into_values(self) -> Vec<Value> {
        self.iter().cloned().map(Into::into).collect()
    }
}

impl<T: Into<Value> + Clone> List for &Vec<T> {
    fn into_values(self) -> Vec<Value> {
        self.as_slice().into_values()
    }
}

impl<T: Into<Value> + Clone, const N: usize> List for &[T; N] {
    fn into_values(self) -> Vec<Value> {
        self.as_slice().into_values()
    }
}

#[diagnostic::on_unimplemented(
    message = "the pattern of LIKE is made by `reroute::db::like`, and `{Self}` is not",
    label = "`%` and `_` in it would match anything",
    note = "write `like::contains(…)`, `like::starts_with(…)` or `like::ends_with(…)`; for a text that is a pattern, `like::pattern(…)`"
)]
pub trait Pattern {
    fn into_value(self) -> Value;
}

impl Pattern for Like {
    fn into_value(self) -> Value {
        self.0.into()
    }
}

impl Pattern for &Like {
    fn into_value(self) -> Value {
        self.0.as_str().into()
    }
}

impl Pattern for Option<Like> {
    fn into_value(self) -> Value {
        self.map(|like| like.0).into()
    }
}
