use super::{ColumnsOf, Record, comparison::Comparison};
use crate::{
    auth::Principal,
    db::{OwnedBy, OwnedEntity},
    error::{Error, Result},
    params::{Direction, OrderBy, Page},
};
use reroute_core::order_by;
use sea_orm::{
    ColumnTrait, Condition, DbBackend, EntityTrait, IdenStatic, Order, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::IntoCondition,
};

/// How many rows are read where nothing is said.
const DEFAULT: u64 = 100;

/// The most rows that are read at once.
const MOST: u64 = 1000;

/// Which rows of a table are read, and in which order: the first 100 by their id, where nothing else is said.
///
/// ```
/// # mod user {
/// #     use reroute::prelude::*;
/// #     #[model("users")]
/// #     pub struct User { pub name: String, pub age: i32 }
/// # }
/// use reroute::{prelude::*, sea_orm::ColumnTrait};
/// use user::{Column, User};
///
/// let grown = Rows::<User>::new().filter(Column::Age.gte(18)).order_by_desc("age")?.order_by(Column::Name)?.limit(1000)?;
/// # let _ = grown;
/// assert!(Rows::<User>::new().limit(1001).is_err());
/// # Ok::<_, Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rows<M: Record> {
    condition: Condition,
    /// What a request asked for: how it is said depends on the database.
    tests: Vec<(ColumnsOf<M>, Comparison)>,
    order: Vec<(ColumnsOf<M>, Direction)>,
    limit: Option<u64>,
    offset: Option<u64>,
}

impl<M: Record> Default for Rows<M> {
    fn default() -> Self {
        Self { condition: Condition::all(), tests: Vec::new(), order: Vec::new(), limit: None, offset: None }
    }
}

impl<M: Record> Rows<M> {
    /// The first 100 by their id.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sorted by this column, the least first, and where rows are alike in it as said further on. Where some hold nothing, SQLite has
    /// them first and PostgreSQL last.
    ///
    /// # Errors
    ///
    /// 422 when it is a text that names none of the columns that a request may name.
    pub fn order_by(self, column: impl ColumnOf<M>) -> Result<Self> {
        Ok(self.sorted(column.column()?, Direction::Asc))
    }

    /// As [`order_by`](Self::order_by), the greatest first.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn order_by_desc(self, column: impl ColumnOf<M>) -> Result<Self> {
        Ok(self.sorted(column.column()?, Direction::Desc))
    }

    /// Only those for which this holds, too: a condition of SeaORM's, on any column.
    pub fn filter(mut self, condition: impl IntoCondition) -> Self {
        self.condition = self.condition.add(condition.into_condition());
        self
    }

    /// At most so many.
    ///
    /// # Errors
    ///
    /// 422 for another number than 1 to 1000.
    pub fn limit(mut self, limit: u64) -> Result<Self> {
        if !(1..=MOST).contains(&limit) {
            return Err(Error::unprocessable("limit", "range", "must be an integer from 1 to 1000"));
        }
        self.limit = Some(limit);
        Ok(self)
    }

    /// Without the first so many.
    pub fn offset(mut self, offset: u64) -> Self {
        // Further than the databases count is beyond all rows, too.
        self.offset = Some(offset.min(i64::MAX as u64));
        self
    }

    /// What this asks for, too.
    pub fn with(self, more: impl IntoRows<M>) -> Self {
        more.narrow(self)
    }

    fn sorted(mut self, column: ColumnsOf<M>, direction: Direction) -> Self {
        self.order.push((column, direction));
        self
    }

    pub(super) fn compared(mut self, tests: impl IntoIterator<Item = (ColumnsOf<M>, Comparison)>) -> Self {
        self.tests.extend(tests);
        self
    }

    /// All of them, in no order.
    pub(super) fn matching(&self, backend: DbBackend) -> Select<M::Entity> {
        let mut all = M::Entity::find();
        if !self.condition.is_empty() {
            all = all.filter(self.condition.clone());
        }
        for (column, comparison) in &self.tests {
            all = all.filter(comparison.condition::<M>(*column, backend));
        }
        all
    }

    /// The order, which no two rows share a place in.
    pub(super) fn total_order(&self) -> Vec<(ColumnsOf<M>, Direction)> {
        let mut order = self.order.clone();
        if let Some(at) = order.iter().position(|(column, _)| column.as_str() == M::ID.as_str()) {
            // No two rows are alike in it: what follows says nothing more.
            order.truncate(at + 1);
        } else {
            // In the direction of what comes before it: an index over both serves either way.
            let direction = order.last().map(|(_, direction)| *direction).unwrap_or_default();
            order.push((M::ID, direction));
        }
        order
    }

    /// The query.
    pub(super) fn select(&self, backend: DbBackend) -> Select<M::Entity> {
        let offset = self.offset.filter(|offset| *offset > 0);
        self.sort(self.matching(backend)).limit(self.limit.unwrap_or(DEFAULT)).offset(offset)
    }

    /// The same, in the order.
    pub(super) fn sort(&self, query: Select<M::Entity>) -> Select<M::Entity> {
        self.total_order().into_iter().fold(query, |query, (column, direction)| match direction {
            Direction::Asc => query.order_by(column, Order::Asc),
            Direction::Desc => query.order_by(column, Order::Desc),
        })
    }
}

/// Only the caller's own, counted and paged.
impl<M: Record<Entity: OwnedEntity>> OwnedBy for Rows<M> {
    fn owned_by(self, caller: &Principal) -> Result<Self> {
        let owner = caller.id::<<M::Entity as OwnedEntity>::Owner>()?;
        Ok(self.filter(<M::Entity as OwnedEntity>::OWNER.eq(owner)))
    }
}

/// What says which rows are read: [`Rows`], [`Page`], [`OrderBy`], [`Filter`](super::Filter), several of them as a tuple, and `()` for nothing in particular.
///
/// Conditions hold together, orders follow one another, and of limits and of offsets the last that was said counts.
pub trait IntoRows<M: Record>: Sized {
    /// `rows`, and what this says of them.
    fn narrow(self, rows: Rows<M>) -> Rows<M>;

    /// What this says.
    fn into_rows(self) -> Rows<M> {
        self.narrow(Rows::new())
    }
}

impl<M: Record> IntoRows<M> for Rows<M> {
    fn narrow(self, mut rows: Rows<M>) -> Rows<M> {
        rows.order.extend(self.order);
        rows.tests.extend(self.tests);
        if !self.condition.is_empty() {
            rows.condition = rows.condition.add(self.condition);
        }
        Rows { limit: self.limit.or(rows.limit), offset: self.offset.or(rows.offset), ..rows }
    }
}

impl<M: Record> IntoRows<M> for Page {
    fn narrow(self, rows: Rows<M>) -> Rows<M> {
        Rows { limit: Some(self.limit()), offset: Some(self.offset()), ..rows }
    }
}

impl<M: Record> IntoRows<M> for OrderBy<M> {
    fn narrow(self, rows: Rows<M>) -> Rows<M> {
        let named = self.column().and_then(|name| M::PUBLIC.iter().find(|(other, _)| *other == name));
        match named {
            Some((_, column)) => rows.sorted(*column, self.direction()),
            // `?direction=desc` alone is of the primary key.
            None if self.direction() == Direction::Desc => rows.sorted(M::ID, Direction::Desc),
            None => rows,
        }
    }
}

impl<M: Record> IntoRows<M> for () {
    fn narrow(self, rows: Rows<M>) -> Rows<M> {
        rows
    }
}

macro_rules! tuples {
    ($($($part:ident)*;)*) => {
        $(impl<M: Record, $($part: IntoRows<M>),*> IntoRows<M> for ($($part,)*) {
            fn narrow(self, rows: Rows<M>) -> Rows<M> {
                #[allow(non_snake_case, reason = "each is called like its type")]
                let ($($part,)*) = self;
                $(let rows = $part.narrow(rows);)*
                rows
            }
        })*
    };
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
}

/// A column of `M`, of which code may sort by any: one of `enum Column`, or its name as a text, which is compared to the letter.
pub trait ColumnOf<M: Record> {
    /// The column.
    ///
    /// # Errors
    ///
    /// 422 when a text names none of the columns that a request may name.
    fn column(self) -> Result<ColumnsOf<M>>;
}

impl<M: Record> ColumnOf<M> for &str {
    fn column(self) -> Result<ColumnsOf<M>> {
        let name = order_by::column(self, M::COLUMNS)
            .map_err(|invalid| Error::unprocessable("order_by", "column", invalid.to_string()))?;
        let column = M::PUBLIC.iter().find(|(other, _)| *other == name);
        column.map(|(_, column)| *column).ok_or_else(|| Error::internal("a sortable column is no column"))
    }
}

impl<M: Record> ColumnOf<M> for &String {
    fn column(self) -> Result<ColumnsOf<M>> {
        ColumnOf::<M>::column(self.as_str())
    }
}

/// `Page::new(1, 20).order_by("name")?`: a page of an order.
///
/// ```
/// # mod user {
/// #     use reroute::prelude::*;
/// #     #[model("users")]
/// #     pub struct User { pub name: String }
/// # }
/// # use user::User;
/// use reroute::prelude::*;
///
/// let rows: Rows<User> = Page::new(1, 20).order_by("name")?;
/// # let _ = rows;
/// # Ok::<_, Error>(())
/// ```
pub trait PageOrder {
    /// The page, of rows that are sorted by this column, the least first.
    ///
    /// # Errors
    ///
    /// 422 when there is no such page, or no such column.
    fn order_by<M: Record>(self, column: impl ColumnOf<M>) -> Result<Rows<M>>;

    /// As [`order_by`](Self::order_by), the greatest first.
    ///
    /// # Errors
    ///
    /// As there.
    fn order_by_desc<M: Record>(self, column: impl ColumnOf<M>) -> Result<Rows<M>>;
}

impl PageOrder for Page {
    fn order_by<M: Record>(self, column: impl ColumnOf<M>) -> Result<Rows<M>> {
        self.into_rows().order_by(column)
    }

    fn order_by_desc<M: Record>(self, column: impl ColumnOf<M>) -> Result<Rows<M>> {
        self.into_rows().order_by_desc(column)
    }
}

impl PageOrder for Result<Page> {
    fn order_by<M: Record>(self, column: impl ColumnOf<M>) -> Result<Rows<M>> {
        self?.order_by(column)
    }

    fn order_by_desc<M: Record>(self, column: impl ColumnOf<M>) -> Result<Rows<M>> {
        self?.order_by_desc(column)
    }
}
