//! The tables of sign-ins, sessions and keys, as SQL: `db init` writes it into an application, [`create_tables`] runs it.

use crate::Db;
use reroute_core::migration::Database;
use sea_orm::{ConnectionTrait, DbBackend};

/// What makes the tables, and what drops them.
pub(crate) fn sql(database: Database) -> (&'static str, &'static str) {
    match database {
        Database::Sqlite => (include_str!("tables/sqlite.up.sql"), include_str!("tables/sqlite.down.sql")),
        Database::Postgres => (include_str!("tables/postgres.up.sql"), include_str!("tables/postgres.down.sql")),
    }
}

/// Makes the tables in which sign-ins are kept, where they are not there: for development and tests. In production they come with the
/// application's migrations.
///
/// # Errors
///
/// What the database says.
pub async fn create_tables(db: &Db) -> crate::Result<()> {
    let database = match db.get_database_backend() {
        DbBackend::Sqlite => Database::Sqlite,
        _ => Database::Postgres,
    };
    #[expect(clippy::disallowed_methods, reason = "the SQL is a literal of several statements")]
    db.execute_unprepared(sql(database).0).await?;
    Ok(())
}
