//! What the shop keeps.

pub(crate) mod product;
pub(crate) mod session;
pub(crate) mod user;

use reroute::{
    Db, Direction, Error, Listing, OrderBy, Page, Result, Sortable,
    sea_orm::{
        ColumnTrait, ConnectionTrait, EntityTrait, Order, PaginatorTrait, QueryOrder, QuerySelect, Schema,
        sea_query::IndexCreateStatement,
    },
};
use std::str::FromStr;

/// Makes the tables that are not there.
pub(crate) async fn create_tables(db: &Db) -> Result<()> {
    let schema = Schema::new(db.get_database_backend());
    db.execute(schema.create_table_from_entity(user::Entity).if_not_exists()).await?;
    db.execute(schema.create_table_from_entity(session::Entity).if_not_exists()).await?;
    db.execute(schema.create_table_from_entity(product::Entity).if_not_exists()).await?;
    let indexes: Vec<IndexCreateStatement> = schema.create_index_from_entity(session::Entity);
    for mut index in indexes {
        db.execute(index.if_not_exists()).await?;
    }
    Ok(())
}

/// One page of all rows. Rows that are alike in the column asked for come in the order of `id`, so that no row is on two pages.
pub(crate) async fn page<E>(db: &Db, page: Page, order: OrderBy<E>, id: E::Column) -> Result<Listing<E::Model>>
where
    E: EntityTrait + Sortable,
    E::Model: Sync,
    E::Column: ColumnTrait + FromStr,
{
    let mut query = E::find();
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
    let total = E::find().count(db).await?;
    Ok(page.of(items, total))
}
