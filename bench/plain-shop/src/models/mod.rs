//! What the shop keeps.

pub(crate) mod product;
pub(crate) mod session;
pub(crate) mod user;

use crate::error::Error;
use sea_orm::{ConnectionTrait, DatabaseConnection, Schema, sea_query::IndexCreateStatement};

/// Makes the tables that are not there.
pub(crate) async fn create_tables(db: &DatabaseConnection) -> Result<(), Error> {
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
