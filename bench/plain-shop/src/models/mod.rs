//! What the shop keeps.

pub(crate) mod api_key;
pub(crate) mod comment;
pub(crate) mod epoch;
pub(crate) mod family;
pub(crate) mod order;
pub(crate) mod post;
pub(crate) mod product;
pub(crate) mod user;

use crate::error::Error;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Schema, SqlErr, sea_query::TableCreateStatement};

/// Makes the tables that are not there.
pub(crate) async fn create_tables(db: &DatabaseConnection) -> Result<(), Error> {
    let schema = Schema::new(db.get_database_backend());
    // What is referred to comes first.
    let tables: [TableCreateStatement; 8] = [
        schema.create_table_from_entity(user::Entity),
        schema.create_table_from_entity(epoch::Entity),
        schema.create_table_from_entity(family::Entity),
        schema.create_table_from_entity(api_key::Entity),
        schema.create_table_from_entity(product::Entity),
        schema.create_table_from_entity(post::Entity),
        schema.create_table_from_entity(comment::Entity),
        schema.create_table_from_entity(order::Entity),
    ];
    for mut table in tables {
        db.execute(table.if_not_exists()).await?;
    }
    let indexes = [
        schema.create_index_from_entity(family::Entity),
        schema.create_index_from_entity(api_key::Entity),
        schema.create_index_from_entity(post::Entity),
        schema.create_index_from_entity(comment::Entity),
        schema.create_index_from_entity(order::Entity),
    ];
    for mut index in indexes.into_iter().flatten() {
        db.execute(index.if_not_exists()).await?;
    }
    Ok(())
}

/// Whether a row was not written because what it belongs to has gone meanwhile.
pub(crate) fn is_orphan(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::ForeignKeyConstraintViolation(_)))
}

/// An error of writing a row: 404 when what it belongs to has gone meanwhile.
pub(crate) fn or_gone(error: DbErr) -> Error {
    if is_orphan(&error) { Error::not_found() } else { error.into() }
}
