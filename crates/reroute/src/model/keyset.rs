use super::{ColumnsOf, Record, Rows, kind::Kind};
use crate::{
    error::{Error, FieldError, Result},
    params::{Direction, Output, Pairs, integer},
    route::{Context, Describe, Description, Reads},
};
use axum_core::extract::FromRequestParts;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::request::Parts;
use sea_orm::{
    ColumnTrait, DbBackend, ExprTrait, IdenStatic, QueryFilter, QuerySelect, QueryTrait, Select, Value,
    sea_query::{Expr, Query, SelectStatement, SimpleExpr, UnionType},
};
use serde::Serialize;

/// The longest cursor, in bytes: some texts of 1000 characters.
const LONGEST: usize = 8192;

/// Where to go on in a list: `?after=CURSOR&limit=20`, with `limit` from 1 to 100 and the `next` of the page before as cursor; the first
/// page has none.
///
/// A cursor is no secret and grants nothing: it holds the values that the list is sorted by, which the caller has seen, and what a caller
/// makes up is bound as a value like any other. One that is none, or one of another order, is 422.
///
/// ```
/// let after = reroute::After::new(None, 20)?;
/// assert!(reroute::After::new(None, 0).is_err());
/// # Ok::<_, reroute::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    cursor: Option<String>,
    limit: u64,
}

impl After {
    /// So many rows after this cursor.
    ///
    /// # Errors
    ///
    /// 422 when `limit` is not in 1..=100, or the cursor is longer than any.
    pub fn new(cursor: Option<&str>, limit: u64) -> Result<Self> {
        let mut errors = Vec::new();
        if cursor.is_some_and(|cursor| cursor.len() > LONGEST) {
            errors.push(forged());
        }
        if !(1..=100).contains(&limit) {
            errors.push(FieldError::new("limit", "range", "must be an integer from 1 to 100"));
        }
        let cursor = cursor.map(str::to_owned);
        if errors.is_empty() { Ok(Self { cursor, limit }) } else { Err(Error::invalid(errors)) }
    }

    pub(super) fn limit(&self) -> u64 {
        self.limit
    }
}

impl FromRequestParts<Context> for After {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &Context) -> Result<Self> {
        let pairs = Pairs::parse(parts.uri.query().unwrap_or_default())?;
        let mut errors = Vec::new();
        let mut only = |name: &str| {
            pairs.only(name).unwrap_or_else(|repeated| {
                errors.push(repeated);
                None
            })
        };
        let cursor = only("after");
        // Zero is refused with the range that it is out of.
        let limit = only("limit").map_or(20, |text| integer(text).unwrap_or(0));
        match Self::new(cursor, limit) {
            Ok(after) if errors.is_empty() => Ok(after),
            Ok(_) => Err(Error::invalid(errors)),
            Err(error) => Err(error.join(Error::invalid(errors))),
        }
    }
}

impl Describe for After {
    const PARAMETER: bool = true;
    const READS: Reads = Reads::Parameters;

    fn describe(description: &mut Description) {
        description.reads_query("after");
        description.reads_query("limit");
    }
}

/// A part of a list, and where it goes on.
///
/// ```
/// use reroute::Slice;
///
/// let slice = Slice { items: vec![1, 2], next: None }.map(|number| number * 2);
/// assert_eq!(slice.items, [2, 4]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Slice<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The cursor of the next part, unless this is the last.
    pub next: Option<String>,
}

impl<T> Slice<T> {
    /// The same part of what `change` makes of each item.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Slice<U> {
        Slice { items: self.items.into_iter().map(change).collect(), next: self.next }
    }
}

impl<T: Output> Output for Slice<T> {}

/// An order in which a row has a place that its values tell.
pub(super) struct Places<M: Record> {
    columns: Vec<Place<M>>,
    /// What the order is called in a cursor.
    name: String,
}

struct Place<M: Record> {
    column: ColumnsOf<M>,
    kind: Kind,
    direction: Direction,
}

impl<M: Record> Places<M> {
    /// The places of an order that no two rows are alike in.
    pub(super) fn of(order: Vec<(ColumnsOf<M>, Direction)>) -> Result<Self> {
        let mut places = Self { columns: Vec::new(), name: String::new() };
        for (column, direction) in order {
            let public = M::PUBLIC.iter().find(|(_, other)| other.as_str() == column.as_str());
            let Some((name, _)) = public else {
                return Err(Error::internal("a cursor would tell the values of a private column"));
            };
            let kind = Kind::of::<M>(column);
            if column.def().is_null() || matches!(kind, Kind::Word(_) | Kind::Other) {
                let message =
                    "must be a column of numbers, texts or times that always holds something, to go on after a row";
                return Err(Error::unprocessable("order_by", "cursor", message));
            }
            let sign = if direction == Direction::Desc { "-" } else { "" };
            places.name.push_str(&format!("{sign}{name},"));
            places.columns.push(Place { column, kind, direction });
        }
        Ok(places)
    }

    /// The first `limit` of the rows that come after the cursor.
    pub(super) fn query(
        &self,
        after: &After,
        rows: &Rows<M>,
        limit: u64,
        backend: DbBackend,
    ) -> Result<Select<M::Entity>> {
        let all = || rows.matching(backend);
        let Some(cursor) = &after.cursor else { return Ok(rows.sort(all()).limit(limit)) };
        let values = self.read(cursor).ok_or_else(|| Error::invalid(vec![forged()]))?;
        let last = values.len() - 1;
        let is_one_way = self.columns.iter().all(|place| place.direction == self.columns[0].direction);
        // Rows that are alike in all columns but the last, and further in that one; then those alike in all but the last two …
        let mut arms = (0..=last).rev().map(|at| self.arm(all(), &values, at));
        let found = match backend {
            _ if last == 0 => all().filter(self.columns[0].further(&values[0])),
            DbBackend::Postgres if is_one_way => all().filter(further(
                self.columns[0].direction,
                Expr::tuple(self.columns.iter().map(Place::value)),
                Expr::tuple(values.iter().cloned().map(Expr::val)),
            )),
            DbBackend::Postgres => {
                let first = |arm| {
                    let ids = rows.sort(arm).select_only().column(M::ID).limit(limit).into_query();
                    Query::select().column(M::ID).from_subquery(ids, "arm").take()
                };
                let ids = arms.map(first).reduce(union).unwrap_or_default();
                all().filter(Expr::col(M::ID.as_column_ref()).in_subquery(ids))
            }
            // SQLite compares no whole row by an index that ends with the primary key; arms that an index sorts it merges as it reads them.
            _ => {
                let mut found = arms.next().unwrap_or_else(all);
                for arm in arms {
                    QueryTrait::query(&mut found).union(UnionType::All, arm.into_query());
                }
                found
            }
        };
        Ok(rows.sort(found).limit(limit))
    }

    /// The cursor of a row.
    pub(super) fn cursor(&self, row: &M) -> Result<String> {
        let mut texts = vec![self.name.clone()];
        for place in &self.columns {
            texts.push(place.kind.print(&row.get(place.column)).ok_or_else(too_long)?);
        }
        let cursor = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&texts)?);
        if cursor.len() <= LONGEST { Ok(cursor) } else { Err(too_long()) }
    }

    fn read(&self, cursor: &str) -> Option<Vec<Value>> {
        let texts: Vec<String> = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let (name, texts) = texts.split_first()?;
        if *name != self.name || texts.len() != self.columns.len() {
            return None;
        }
        self.columns.iter().zip(texts).map(|(place, text)| place.kind.parse(text).ok()).collect()
    }

    /// The rows of `all` that are like the values before the column `at`, and further in it. An index over the order finds them at once.
    fn arm(&self, all: Select<M::Entity>, values: &[Value], at: usize) -> Select<M::Entity> {
        let alike = self.columns[..at].iter().zip(values).map(|(place, value)| place.value().eq(value.clone()));
        alike.fold(all, QueryFilter::filter).filter(self.columns[at].further(&values[at]))
    }
}

fn union(mut left: SelectStatement, right: SelectStatement) -> SelectStatement {
    left.union(UnionType::All, right);
    left
}

impl<M: Record> Place<M> {
    fn value(&self) -> SimpleExpr {
        Expr::col(self.column.as_column_ref())
    }

    fn further(&self, value: &Value) -> SimpleExpr {
        further(self.direction, self.value(), Expr::val(value.clone()))
    }
}

fn further(direction: Direction, left: SimpleExpr, right: SimpleExpr) -> SimpleExpr {
    match direction {
        Direction::Asc => left.gt(right),
        Direction::Desc => left.lt(right),
    }
}

fn too_long() -> Error {
    let message = "must be a column whose values fit into a cursor: texts of at most 1000 characters";
    Error::unprocessable("order_by", "cursor", message)
}

fn forged() -> FieldError {
    FieldError::new("after", "cursor", "must be the `next` of a page of the same order")
}
