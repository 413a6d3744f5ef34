//! The database.

mod owned;
mod sql;

use crate::{
    error::{Error, Result},
    route::{Context, Describe, Description, Reads},
};
use async_trait::async_trait;
use axum_core::extract::FromRequestParts;
use http::request::Parts;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement,
};
use std::{ops::Deref, time::Duration};

pub use owned::{OwnedBy, OwnedEntity};
#[doc(hidden)]
pub use sql::expand as sql_expand;
pub use sql::{Queries, Sql, danger, like};

/// How long a request waits for a connection of the pool, and a writer of SQLite for its turn.
const WAIT: Duration = Duration::from_secs(5);

/// The application's database: a pool of connections, cheap to clone.
///
/// As a field or an argument it is the one that `DATABASE_URL` names. It is a SeaORM connection: whatever takes one takes a
/// reference to it.
#[derive(Debug, Clone)]
pub struct Db(DatabaseConnection);

impl Db {
    /// Connects to `url`: `sqlite:FILE`, `sqlite::memory:` or `postgres://…`.
    ///
    /// SQLite opens with a write-ahead log, foreign keys, and a time to wait for other writers; `create` says whether a file
    /// that is not there is made.
    ///
    /// # Errors
    ///
    /// When the database cannot be reached or the URL is none. The error does not hold the URL, which may hold a password.
    ///
    /// ```
    /// # reroute::runtime::block_on(async {
    /// let db = reroute::Db::connect("sqlite::memory:", true).await?;
    /// db.ping().await?;
    /// # Ok::<_, reroute::Error>(())
    /// # }).unwrap();
    /// ```
    pub async fn connect(url: &str, create: bool) -> Result<Self> {
        use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
        let in_memory = url.contains(":memory:");
        let mut options = ConnectOptions::new(url);
        options.sqlx_logging(false).acquire_timeout(WAIT).connect_timeout(WAIT);
        // Each connection to `:memory:` has a database of its own.
        options.max_connections(if in_memory { 1 } else { 16 });
        options.map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .create_if_missing(create)
                .foreign_keys(true)
                .busy_timeout(WAIT)
                .journal_mode(SqliteJournalMode::Wal)
                // With a write-ahead log, what was acknowledged must outlive a loss of power: `Normal` may lose the last commits.
                .synchronous(SqliteSynchronous::Full)
        });
        let connection = Database::connect(options).await;
        connection
            .map(Self)
            .map_err(|error| Error::unavailable(format!("the database cannot be opened: {}", without_url(&error, url))))
    }

    /// No database: for looking at an application without starting it.
    pub(crate) fn absent() -> Self {
        Self(DatabaseConnection::default())
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    ///
    /// 503 when there is none.
    pub async fn ping(&self) -> Result<()> {
        self.0.ping().await.map_err(Error::unavailable)
    }
}

fn without_url(error: &DbErr, url: &str) -> String {
    error.to_string().replace(url, "DATABASE_URL")
}

impl Deref for Db {
    type Target = DatabaseConnection;

    fn deref(&self) -> &DatabaseConnection {
        &self.0
    }
}

#[expect(clippy::disallowed_methods, reason = "it hands on what has passed the lint where it was made")]
#[async_trait]
impl ConnectionTrait for Db {
    fn get_database_backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.0.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.0.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.0.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.0.query_all_raw(statement).await
    }
}

impl FromRequestParts<Context> for Db {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, cx: &Context) -> Result<Self> {
        cx.state::<Self>().cloned().ok_or_else(|| Error::internal("the application has no database"))
    }
}

impl Describe for Db {
    const READS: Reads = Reads::Application;

    fn describe(description: &mut Description) {
        description.needs_state::<Self>();
    }
}
