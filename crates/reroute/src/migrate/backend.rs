//! A database that is being migrated, over a connection of its own.

use super::{
    plan::Entry,
    postgres::Postgres,
    set::Script,
    sqlite::{self, Sqlite},
};
use crate::{Db, error::Refused};
use async_trait::async_trait;
use reroute_core::migration::{Database, Way};
use sea_orm::ConnectionTrait;
use sqlx::{postgres::PgConnectOptions, sqlite::SqliteConnectOptions};
use std::{str::FromStr, time::Duration};

/// How long reaching a database may take.
pub(super) const REACH: Duration = Duration::from_secs(5);

/// The table that says what is applied. sqlx's own, so that its tools read it, too.
pub(super) const LEDGER: &str = "_sqlx_migrations";

/// What is told while something takes its time.
pub(crate) type Tell<'a> = &'a (dyn Fn(&str) + Send + Sync);

/// Where a database is.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    Sqlite(Box<SqliteConnectOptions>),
    Postgres(Box<PgConnectOptions>),
}

/// What has to be done to one kind of database, so that a migration is done as a whole or not at all.
#[async_trait]
pub(super) trait Backend: Send {
    /// What is applied, in order of the versions; nothing where there is no ledger yet.
    async fn ledger(&mut self) -> Result<Vec<Entry>, String>;

    /// Runs a script and writes it into the ledger, both or nothing.
    async fn step(&mut self, way: Way, script: &Script) -> Result<(), String>;

    /// Runs a statement by itself.
    async fn execute(&mut self, sql: &str) -> Result<(), String>;

    /// Writes into the ledger how far a migration without a transaction is.
    async fn mark(&mut self, script: &Script, finished: bool) -> Result<(), String>;

    /// Takes a migration out of the ledger.
    async fn forget(&mut self, script: &Script) -> Result<(), String>;

    /// What the database still has to say against a script that ran without a transaction.
    async fn objection(&mut self) -> Result<Option<String>, String>;

    /// Drops everything that is there, all or nothing.
    async fn clear(&mut self) -> Result<(), String>;

    /// Ends the connection, and the lock with it.
    async fn close(self: Box<Self>);
}

impl Target {
    /// Where `url` points to.
    pub(crate) fn of_url(url: &str) -> Result<Self, Refused> {
        // Neither the URL nor its parts are said: there may be a password among them.
        let wrong = |_| Refused::because("DATABASE_URL: it is no URL of a database: write sqlite:FILE or postgres://…");
        if url.starts_with("sqlite:") {
            SqliteConnectOptions::from_str(url).map(|options| Self::Sqlite(Box::new(options))).map_err(wrong)
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            PgConnectOptions::from_str(url).map(|options| Self::Postgres(Box::new(options))).map_err(wrong)
        } else {
            Err(Refused::because(
                "DATABASE_URL: it names neither SQLite nor PostgreSQL: write sqlite:FILE or postgres://…",
            ))
        }
    }

    /// Where the connections of a pool go to.
    pub(super) fn of_db(db: &Db) -> Self {
        match db.get_database_backend() {
            sea_orm::DbBackend::Sqlite => {
                Self::Sqlite(Box::new(db.connection().get_sqlite_connection_pool().connect_options().as_ref().clone()))
            }
            _ => Self::Postgres(Box::new(
                db.connection().get_postgres_connection_pool().connect_options().as_ref().clone(),
            )),
        }
    }

    pub(super) fn database(&self) -> Database {
        match self {
            Self::Sqlite(_) => Database::Sqlite,
            Self::Postgres(_) => Database::Postgres,
        }
    }

    /// Opens it for looking: nothing is made, and nobody is waited for. `None` is a file that is not there.
    pub(super) async fn look(&self) -> Result<Option<Box<dyn Backend>>, Refused> {
        match self {
            Self::Sqlite(options) => {
                if !sqlite::is_there(options) {
                    return Ok(None);
                }
                Ok(Some(Box::new(Sqlite::look(options).await.map_err(unreachable)?)))
            }
            Self::Postgres(options) => Ok(Some(Box::new(Postgres::connect(options).await.map_err(unreachable)?))),
        }
    }

    /// Opens it for changing, once nobody else does. `create` says whether a file that is not there is made.
    pub(super) async fn lock(&self, create: bool, tell: Tell<'_>) -> Result<Box<dyn Backend>, Refused> {
        match self {
            Self::Sqlite(options) => {
                if !create && !sqlite::is_there(options) {
                    return Err(unreachable("there is no such file".to_owned()));
                }
                Ok(Box::new(Sqlite::lock(options, tell).await.map_err(unreachable)?))
            }
            Self::Postgres(options) => {
                let mut postgres = Postgres::connect(options).await.map_err(unreachable)?;
                postgres.lock(tell).await.map_err(Refused::because)?;
                Ok(Box::new(postgres))
            }
        }
    }
}

/// Tells that somebody else is at it.
pub(super) fn waiting(tell: Tell<'_>) {
    tell("waiting for another migration to end");
}

fn unreachable(why: String) -> Refused {
    Refused::because(format!("DATABASE_URL: the database cannot be opened: {why}"))
}
