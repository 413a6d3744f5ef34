//! What the shop keeps.

pub(crate) mod comment;
pub(crate) mod order;
pub(crate) mod post;
pub(crate) mod product;
pub(crate) mod user;

use reroute::{
    Db, Direction, Error, Listing, OrderBy, Page, Result, Sortable,
    sea_orm::{ColumnTrait, DbErr, EntityTrait, Order, PaginatorTrait, QueryOrder, QuerySelect, Select, SqlErr},
};
use std::str::FromStr;

/// Forgets the kept answers of this tag when it is dropped. Held while something that they show is changed, so that they are forgotten also after one that
/// fails late or is cut off by a time-out, when nobody knows what came of it.
pub(crate) struct Forgets(pub(crate) &'static str);

impl Drop for Forgets {
    fn drop(&mut self) {
        reroute::cache().forget(self.0);
    }
}

/// One page of `rows`. Those that are alike in the column asked for come in the order of `id`, so that no row is on two pages.
pub(crate) async fn page<E>(
    db: &Db,
    rows: Select<E>,
    page: Page,
    order: OrderBy<E>,
    id: E::Column,
) -> Result<Listing<E::Model>>
where
    E: EntityTrait + Sortable,
    E::Model: Sync,
    E::Column: ColumnTrait + FromStr,
{
    let total = rows.clone().count(db).await?;
    let mut query = rows;
    if let Some(name) = order.column() {
        let column = E::Column::from_str(name).map_err(|_| Error::internal("a sortable column is no column"))?;
        query = query.order_by(
            column,
            match order.direction() {
                Direction::Asc => Order::Asc,
                Direction::Desc => Order::Desc,
            },
        );
    }
    let direction = match (order.column(), order.direction()) {
        (None, Direction::Desc) => Order::Desc,
        _ => Order::Asc,
    };
    let items = query.order_by(id, direction).offset(page.offset()).limit(page.limit()).all(db).await?;
    Ok(page.of(items, total))
}

/// Whether a row was not written because what it belongs to has gone meanwhile.
pub(crate) fn is_orphan(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::ForeignKeyConstraintViolation(_)))
}

/// An error of writing a row: 404 when what it belongs to has gone meanwhile.
pub(crate) fn or_gone(error: DbErr) -> Error {
    if is_orphan(&error) { Error::not_found().caused_by(error) } else { error.into() }
}

/// The constraint of a title: one line of text.
pub(crate) fn is_one_line(text: &str) -> Result<(), &'static str> {
    if text.chars().any(char::is_control) { Err("must have no control characters") } else { Ok(()) }
}
