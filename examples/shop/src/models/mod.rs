//! What the shop keeps.

pub(crate) mod comment;
pub(crate) mod order;
pub(crate) mod post;
pub(crate) mod product;
pub(crate) mod user;

use reroute::{
    Db, Error, Result, auth,
    sea_orm::{ConnectionTrait, DbErr, Schema, SqlErr, sea_query::TableCreateStatement},
};

/// Makes the tables that are not there.
pub(crate) async fn create_tables(db: &Db) -> Result<()> {
    auth::create_tables(db).await?;
    let schema = Schema::new(db.get_database_backend());
    // What is referred to comes first.
    let tables: [TableCreateStatement; 5] = [
        schema.create_table_from_entity(user::Entity),
        schema.create_table_from_entity(product::Entity),
        schema.create_table_from_entity(post::Entity),
        schema.create_table_from_entity(comment::Entity),
        schema.create_table_from_entity(order::Entity),
    ];
    for mut table in tables {
        db.execute(table.if_not_exists()).await?;
    }
    let indexes = [
        schema.create_index_from_entity(post::Entity),
        schema.create_index_from_entity(comment::Entity),
        schema.create_index_from_entity(order::Entity),
    ];
    for mut index in indexes.into_iter().flatten() {
        db.execute(index.if_not_exists()).await?;
    }
    Ok(())
}

/// Forgets the kept answers of this tag when it is dropped. Held while something that they show is changed, so that they are forgotten also after one that
/// fails late or is cut off by a time-out, when nobody knows what came of it.
pub(crate) struct Forgets(pub(crate) &'static str);

impl Drop for Forgets {
    fn drop(&mut self) {
        reroute::cache().forget(self.0);
    }
}

/// Whether a row was not written because what it belongs to has gone meanwhile.
pub(crate) fn is_orphan(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::ForeignKeyConstraintViolation(_)))
}

/// An error of writing a row: 404 when what it belongs to has gone meanwhile.
pub(crate) fn or_gone(error: Error) -> Error {
    let cause = error.source().and_then(|cause| cause.downcast_ref());
    if cause.is_some_and(is_orphan) { Error::not_found().caused_by(error.to_string()) } else { error }
}

/// The constraint of a title: one line of text.
pub(crate) fn is_one_line(text: &str) -> Result<(), &'static str> {
    if text.chars().any(char::is_control) { Err("must have no control characters") } else { Ok(()) }
}
