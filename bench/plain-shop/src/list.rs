//! Lists, page by page, in the order that the caller asks for.

use crate::{error::Error, validate::Check};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Order, PaginatorTrait, QueryOrder, QuerySelect, Select};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What a caller may say of a list: `?page=1&per_page=20&order_by=name&direction=desc`.
#[derive(Debug, Deserialize)]
pub(crate) struct ListQuery {
    #[serde(default = "first")]
    page: u64,
    #[serde(default = "some")]
    per_page: u64,
    order_by: Option<String>,
    #[serde(default)]
    direction: Direction,
}

#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Direction {
    #[default]
    Asc,
    Desc,
}

/// One page, as it goes out.
#[derive(Debug, Serialize)]
pub(crate) struct Listing<T> {
    pub(crate) items: Vec<T>,
    pub(crate) page: u64,
    pub(crate) per_page: u64,
    pub(crate) total: u64,
}

/// What can be sorted, and by which columns.
pub(crate) trait Sortable {
    const COLUMNS: &'static [&'static str];
}

/// One page of `rows`. Rows that are alike in the column asked for come in the order of `id`.
pub(crate) async fn list<E, P>(
    db: &impl ConnectionTrait,
    rows: Select<E>,
    asked: &ListQuery,
    id: E::Column,
) -> Result<Listing<P>, Error>
where
    E: EntityTrait + Sortable,
    E::Model: Sync + Into<P>,
    E::Column: ColumnTrait + FromStr,
{
    let &ListQuery { page, per_page, .. } = asked;
    let mut check = Check::default();
    check.that((1..=1_000_000_000).contains(&page), "page", "must be from 1 to 1000000000");
    check.that((1..=100).contains(&per_page), "per_page", "must be from 1 to 100");
    let name = asked.order_by.as_deref();
    let is_known = name.is_none_or(|name| E::COLUMNS.contains(&name));
    check.that(is_known, "order_by", &format!("must be one of: {}", E::COLUMNS.join(", ")));
    check.finish()?;

    let order = match asked.direction {
        Direction::Asc => Order::Asc,
        Direction::Desc => Order::Desc,
    };
    let total = rows.clone().count(db).await?;
    let query = match name {
        Some(name) => {
            let column = E::Column::from_str(name).map_err(|_| Error::internal("a sortable column is no column"))?;
            rows.order_by(column, order).order_by(id, Order::Asc)
        }
        None => rows.order_by(id, order),
    };
    let items = query.offset((page - 1) * per_page).limit(per_page).all(db).await?;
    Ok(Listing { items: items.into_iter().map(Into::into).collect(), page, per_page, total })
}

pub(crate) fn first() -> u64 {
    1
}

pub(crate) fn some() -> u64 {
    20
}
