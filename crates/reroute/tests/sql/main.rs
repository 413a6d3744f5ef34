//! Statements of SQL, on a SQLite file and on PostgreSQL.
#![allow(missing_docs, unreachable_pub, reason = "tests are read, not called")]

mod injection;
mod like;
mod lists;
#[path = "../support/postgres.rs"]
mod postgres;
mod values;

use postgres::PostgresServer;
use reroute::{Db, Result};

/// Runs a test on an empty database of each kind.
async fn on_both(test: impl AsyncFn(Db) -> Result<()>) -> Result<()> {
    let folder = tempfile::tempdir()?;
    test(Db::connect(&format!("sqlite:{}", folder.path().join("test.db").display()), true).await?).await?;
    let server = PostgresServer::start();
    test(Db::connect(&server.url(), false).await?).await
}
