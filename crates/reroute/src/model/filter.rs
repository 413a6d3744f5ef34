use super::{
    ColumnsOf, IntoRows, Record, Rows,
    comparison::Comparison,
    kind::{Kind, Misfit},
};
use crate::{
    error::{Error, FieldError, Result},
    params::Pairs,
    route::{Context, Describe, Description, Reads},
};
use axum_core::extract::FromRequestParts;
use http::request::Parts;
use sea_orm::{ColumnTrait, sea_query::BinOper};
use std::fmt;

/// The most filters of a request.
const MOST: usize = 16;

/// The most values of an `in`.
const MOST_VALUES: usize = 100;

/// How much of a wrong name is said back.
const SHOWN: usize = 64;

/// Which rows a caller wants: `?filter[age][ge]=18&filter[name][contains]=ada`, each of which holds for all of them.
///
/// | written | rows whose column | for |
/// | --- | --- | --- |
/// | `filter[age]=18`, `filter[age][eq]=18` | is the value | all columns |
/// | `filter[age][ne]=18` | is another value | all columns |
/// | `filter[age][in]=18,19` | is one of at most 100 values, with commas between them | all but `bool` |
/// | `filter[age][lt]=18`, `le`, `gt`, `ge` | is less, at most, more, at least | numbers and times |
/// | `filter[name][contains]=ada` | holds the text, whatever the case of its letters; of SQLite those of ASCII | texts |
/// | `filter[name][starts_with]=ada` | begins with it | texts |
/// | `filter[nickname][is_null]=true` | holds nothing, or with `false` something | columns that may hold nothing |
///
/// The columns are those of the model that are not private. A value is written as in JSON: an integer in its one spelling, a
/// number, `true` or `false`, a time as RFC 3339; a text has at most 1000 characters. What is wrong is 422 before any query runs, at most
/// 16 filters are taken, and each is given once. A value is bound, never part of the query's text.
///
/// ```
/// use reroute::{model::Filter, prelude::*};
///
/// mod user {
///     use reroute::prelude::*;
///
///     #[model("users")]
///     pub struct User {
///         pub name: String,
///         pub age: i32,
///         #[column(private)]
///         pub password_hash: String,
///     }
/// }
/// use user::User;
///
/// assert!(Filter::<User>::of("filter[age][ge]=18&filter[name]=Ada").is_ok());
/// let wrong = Filter::<User>::of("filter[age]=young&filter[password_hash][starts_with]=a").unwrap_err();
/// assert_eq!(wrong.fields()[0].field, "filter[age]");
/// assert_eq!(&wrong.fields()[1].message, "Invalid filter column. Valid columns are: age, created_at, id, name, updated_at");
/// ```
pub struct Filter<M: Record> {
    tests: Vec<(ColumnsOf<M>, Comparison)>,
}

impl<M: Record> Filter<M> {
    /// The filters of a query string.
    ///
    /// # Errors
    ///
    /// 422, with everything that is wrong.
    pub fn of(query: &str) -> Result<Self> {
        let pairs = Pairs::parse(query)?;
        let (mut tests, mut errors) = (Vec::new(), Vec::new());
        let filters: Vec<_> = pairs.0.iter().filter(|(name, _)| is_filter(name)).collect();
        if filters.len() > MOST {
            return Err(Error::unprocessable("filter", "max_items", "must be given at most 16 times"));
        }
        for (at, (name, value)) in filters.iter().enumerate() {
            if filters[..at].iter().any(|(other, _)| other == name) {
                errors.push(FieldError::new(shown(name), "repeated", "must be given once"));
                continue;
            }
            match test::<M>(name, value) {
                Ok(test) => tests.push(test),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(Self { tests }) } else { Err(Error::invalid(errors)) }
    }
}

impl<M: Record> IntoRows<M> for Filter<M> {
    fn narrow(self, rows: Rows<M>) -> Rows<M> {
        rows.compared(self.tests)
    }
}

impl<M: Record> FromRequestParts<Context> for Filter<M> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &Context) -> Result<Self> {
        Self::of(parts.uri.query().unwrap_or_default())
    }
}

impl<M: Record> Describe for Filter<M> {
    const PARAMETER: bool = true;
    const READS: Reads = Reads::Parameters;

    fn describe(description: &mut Description) {
        description.reads_whole_query();
    }
}

impl<M: Record> Clone for Filter<M> {
    fn clone(&self) -> Self {
        Self { tests: self.tests.clone() }
    }
}

impl<M: Record> fmt::Debug for Filter<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filter").field("tests", &self.tests).finish()
    }
}

fn is_filter(name: &str) -> bool {
    name == "filter" || name.starts_with("filter[")
}

/// One filter: `filter[column]` or `filter[column][operator]`, and its value.
fn test<M: Record>(name: &str, value: &str) -> Result<(ColumnsOf<M>, Comparison), FieldError> {
    let wrong = |(code, message): Misfit| FieldError::new(shown(name), code, message);
    let Some((column, operator)) = split(name) else {
        return Err(wrong(("name", "must be written as filter[column] or filter[column][operator]")));
    };
    let Some((_, column)) = M::PUBLIC.iter().find(|(other, _)| *other == column) else {
        let mut columns = M::COLUMNS.to_vec();
        columns.sort_unstable();
        let message = format!("Invalid filter column. Valid columns are: {}", columns.join(", "));
        return Err(FieldError::new(shown(name), "column", message));
    };
    let comparison = comparison::<M>(*column, operator, value).map_err(wrong)?;
    Ok((*column, comparison))
}

/// `filter[column][operator]`, of which the operator may be missing.
fn split(name: &str) -> Option<(&str, &str)> {
    let inner = name.strip_prefix("filter[")?.strip_suffix(']')?;
    let (column, operator) = inner.split_once("][").unwrap_or((inner, "eq"));
    let is_plain = |text: &str| !text.contains(['[', ']']);
    (is_plain(column) && is_plain(operator)).then_some((column, operator))
}

fn comparison<M: Record>(column: ColumnsOf<M>, operator: &str, value: &str) -> Result<Comparison, Misfit> {
    let kind = Kind::of::<M>(column);
    let compared = |operator| Ok(Comparison::Compared(operator, kind.parse(value)?));
    match operator {
        "is_null" if column.def().is_null() => match value {
            "true" => Ok(Comparison::IsNull(true)),
            "false" => Ok(Comparison::IsNull(false)),
            _ => Err(("type", "must be true or false")),
        },
        _ if matches!(kind, Kind::Other) => Err(("column", "is of a type that is not compared")),
        "eq" => compared(BinOper::Equal),
        "ne" => compared(BinOper::NotEqual),
        "lt" if kind.is_ordered() => compared(BinOper::SmallerThan),
        "le" if kind.is_ordered() => compared(BinOper::SmallerThanOrEqual),
        "gt" if kind.is_ordered() => compared(BinOper::GreaterThan),
        "ge" if kind.is_ordered() => compared(BinOper::GreaterThanOrEqual),
        "in" if !matches!(kind, Kind::Bool) => {
            if value.split(',').nth(MOST_VALUES).is_some() {
                return Err(("max_items", "must have at most 100 values"));
            }
            value.split(',').map(|value| kind.parse(value)).collect::<Result<_, _>>().map(Comparison::OneOf)
        }
        "contains" | "starts_with" if matches!(kind, Kind::Text) => {
            kind.parse(value)?;
            let text = value.to_owned();
            Ok(if operator == "contains" { Comparison::Contains(text) } else { Comparison::StartsWith(text) })
        }
        _ => Err(("operator", operators(&kind, column.def().is_null()))),
    }
}

/// The operators of a column, for people.
fn operators(kind: &Kind, is_nullable: bool) -> &'static str {
    match (kind, is_nullable) {
        (Kind::Text, false) => "must have an operator of: eq, ne, in, contains, starts_with",
        (Kind::Text, true) => "must have an operator of: eq, ne, in, contains, starts_with, is_null",
        (Kind::Bool, false) => "must have an operator of: eq, ne",
        (Kind::Bool, true) => "must have an operator of: eq, ne, is_null",
        (Kind::Word(_), false) => "must have an operator of: eq, ne, in",
        (Kind::Word(_), true) => "must have an operator of: eq, ne, in, is_null",
        (_, false) => "must have an operator of: eq, ne, in, lt, le, gt, ge",
        (_, true) => "must have an operator of: eq, ne, in, lt, le, gt, ge, is_null",
    }
}

/// As much of what a caller named as tells a typing error.
fn shown(name: &str) -> String {
    name.chars().filter(|character| !character.is_control()).take(SHOWN).collect()
}
