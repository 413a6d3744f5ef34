use super::{query::Pairs, value::integer};
use crate::{
    error::{Error, FieldError, Result},
    route::{Context, Describe, Description, Reads},
};
use axum_core::extract::FromRequestParts;
use http::request::Parts;
use reroute_core::order_by;
use serde::Serialize;
use std::marker::PhantomData;

/// Which page of a list: `?page=1&per_page=20`, with `page` from 1 and `per_page` from 1 to 100.
///
/// ```
/// let page = reroute::Page::new(3, 20).unwrap();
/// assert_eq!((page.offset(), page.limit()), (40, 20));
/// assert!(reroute::Page::new(0, 20).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    page: u64,
    per_page: u64,
}

/// No list is longer: a page beyond it is refused, and offsets stay far from overflow.
const LAST: u64 = 1_000_000_000;

impl Page {
    /// That page.
    ///
    /// # Errors
    ///
    /// 422 when `page` is not in 1..=1,000,000,000 or `per_page` not in 1..=100.
    pub fn new(page: u64, per_page: u64) -> Result<Self> {
        let mut errors = Vec::new();
        if !(1..=LAST).contains(&page) {
            errors.push(FieldError::new("page", "range", "must be an integer from 1 to 1000000000"));
        }
        if !(1..=100).contains(&per_page) {
            errors.push(FieldError::new("per_page", "range", "must be an integer from 1 to 100"));
        }
        if errors.is_empty() { Ok(Self { page, per_page }) } else { Err(Error::invalid(errors)) }
    }

    /// How many items come before it.
    pub fn offset(&self) -> u64 {
        (self.page - 1) * self.per_page
    }

    /// How many items it may have.
    pub fn limit(&self) -> u64 {
        self.per_page
    }

    /// The page of `items`, of `total` in all.
    pub fn of<T>(&self, items: Vec<T>, total: u64) -> Listing<T> {
        Listing { items, page: self.page, per_page: self.per_page, total }
    }
}

impl FromRequestParts<Context> for Page {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &Context) -> Result<Self> {
        let pairs = Pairs::parse(parts.uri.query().unwrap_or_default())?;
        let mut errors = Vec::new();
        let mut number = |name: &str, default: u64| match pairs.only(name) {
            Ok(None) => default,
            // Zero is refused below, with the range that it is out of.
            Ok(Some(text)) => integer(text).unwrap_or(0),
            Err(repeated) => {
                errors.push(repeated);
                default
            }
        };
        let page = Self::new(number("page", 1), number("per_page", 20));
        match page {
            Ok(page) if errors.is_empty() => Ok(page),
            Ok(_) => Err(Error::invalid(errors)),
            Err(error) => Err(error.join(Error::invalid(errors))),
        }
    }
}

impl Describe for Page {
    const PARAMETER: bool = true;
    const READS: Reads = Reads::Parameters;

    fn describe(description: &mut Description) {
        description.reads_query("page");
        description.reads_query("per_page");
    }
}

/// A page of a list, as it goes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listing<T> {
    /// What is on the page.
    pub items: Vec<T>,
    /// Which page it is.
    pub page: u64,
    /// How many items a page has.
    pub per_page: u64,
    /// How many items there are on all pages.
    pub total: u64,
}

impl<T> Listing<T> {
    /// The same page of what `change` makes of each item.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Listing<U> {
        let Self { items, page, per_page, total } = self;
        Listing { items: items.into_iter().map(change).collect(), page, per_page, total }
    }
}

/// What can be sorted by a caller, and by which columns: those that may be seen.
pub trait Sortable: Send + Sync + 'static {
    /// The names of the columns, exactly as a caller writes them.
    const COLUMNS: &'static [&'static str];
}

/// How a list is sorted: `?order_by=name&direction=desc`. Another column than one of `T`'s is 422 before any query runs.
#[derive(Debug, PartialEq, Eq)]
pub struct OrderBy<T> {
    column: Option<&'static str>,
    direction: Direction,
    of: PhantomData<fn() -> T>,
}

/// Up or down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Direction {
    /// The least first.
    #[default]
    Asc,
    /// The greatest first.
    Desc,
}

impl<T: Sortable> OrderBy<T> {
    /// Sorted by `column`.
    ///
    /// # Errors
    ///
    /// 422 when it is none of `T`'s.
    pub fn new(column: &str, direction: Direction) -> Result<Self> {
        let column = order_by::column(column, T::COLUMNS);
        let column = column.map_err(|invalid| Error::unprocessable("order_by", "column", invalid.to_string()))?;
        Ok(Self { column: Some(column), direction, of: PhantomData })
    }

    /// The column, always one of `T`'s own words, if one was asked for.
    pub fn column(&self) -> Option<&'static str> {
        self.column
    }

    /// Up or down.
    pub fn direction(&self) -> Direction {
        self.direction
    }
}

// Whatever `T` is: there is none in it.
impl<T> Clone for OrderBy<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for OrderBy<T> {}

impl<T: Sortable> FromRequestParts<Context> for OrderBy<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &Context) -> Result<Self> {
        let pairs = Pairs::parse(parts.uri.query().unwrap_or_default())?;
        let mut errors = Vec::new();
        let direction = match pairs.only("direction") {
            Ok(None | Some("asc")) => Direction::Asc,
            Ok(Some("desc")) => Direction::Desc,
            Ok(Some(_)) => {
                errors.push(FieldError::new("direction", "enum", "must be one of: asc, desc"));
                Direction::Asc
            }
            Err(repeated) => {
                errors.push(repeated);
                Direction::Asc
            }
        };
        let column = match pairs.only("order_by") {
            Ok(None) => None,
            Ok(Some(name)) => match order_by::column(name, T::COLUMNS) {
                Ok(column) => Some(column),
                Err(invalid) => {
                    errors.push(FieldError::new("order_by", "column", invalid.to_string()));
                    None
                }
            },
            Err(repeated) => {
                errors.push(repeated);
                None
            }
        };
        if errors.is_empty() { Ok(Self { column, direction, of: PhantomData }) } else { Err(Error::invalid(errors)) }
    }
}

impl<T> Describe for OrderBy<T> {
    const PARAMETER: bool = true;
    const READS: Reads = Reads::Parameters;

    fn describe(description: &mut Description) {
        description.reads_query("order_by");
        description.reads_query("direction");
    }
}
