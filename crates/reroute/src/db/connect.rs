use sea_orm::{
    DatabaseConnection, DbErr, SqlxPostgresConnector, SqlxSqliteConnector,
    sqlx::{
        self, Connection,
        postgres::{PgConnectOptions, PgPoolOptions},
        sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
    },
};
use std::time::{Duration, Instant};

/// How many instructions of SQLite's virtual machine lie between two looks at the clock: about a millisecond.
const LOOK: i32 = 10_000;

/// The bounds of a pool of connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// How many connections there may be, at least 1. `sqlite::memory:` has one.
    pub connections: u32,
    /// How long to wait for a connection, and on SQLite for the turn to write. Then it is 503.
    pub acquire_timeout: Duration,
    /// How long a statement may take, from 1 ms to 24 days; on SQLite, all statements of a transaction together. Then the database gives it up, and it is 503.
    pub statement_timeout: Duration,
}

impl Default for Pool {
    /// 16 connections, 5 seconds, 30 seconds.
    fn default() -> Self {
        Self { connections: 16, acquire_timeout: Duration::from_secs(5), statement_timeout: Duration::from_secs(30) }
    }
}

/// Milliseconds that both databases can hold.
const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

/// A pool on the database that `url` names, with one connection open.
pub(super) async fn open(url: &str, create: bool, mut pool: Pool) -> Result<DatabaseConnection, DbErr> {
    pool.statement_timeout = pool.statement_timeout.clamp(Duration::from_millis(1), LONGEST);
    pool.acquire_timeout = pool.acquire_timeout.min(LONGEST);
    if url.starts_with("sqlite:") {
        sqlite(url, create, pool).await
    } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        postgres(url, pool).await
    } else {
        Err(DbErr::Custom("it is none that is known: write `sqlite:FILE` or `postgres://…`".to_owned()))
    }
}

async fn sqlite(url: &str, create: bool, pool: Pool) -> Result<DatabaseConnection, DbErr> {
    // What has no file ends with its last connection.
    let in_memory = url == "sqlite::memory:" || url == "sqlite://:memory:";
    if !in_memory && url.contains("mode=memory") {
        return Err(DbErr::Custom("a database in memory is `sqlite::memory:`".to_owned()));
    }
    let options: SqliteConnectOptions = url.parse().map_err(failed)?;
    let options = options
        .create_if_missing(create)
        .foreign_keys(true)
        .busy_timeout(pool.acquire_timeout)
        .journal_mode(SqliteJournalMode::Wal)
        // With a write-ahead log, what was acknowledged must outlive a loss of power: `Normal` may lose the last commits.
        .synchronous(SqliteSynchronous::Full);
    let mut bounds = SqlitePoolOptions::new()
        .max_connections(if in_memory { 1 } else { pool.connections.max(1) })
        .acquire_timeout(pool.acquire_timeout)
        // A file does not hang up.
        .test_before_acquire(false)
        .after_connect(move |connection, _| Box::pin(bound(connection, pool.statement_timeout)))
        .before_acquire(move |connection, _| {
            Box::pin(async move {
                bound(connection, pool.statement_timeout).await?;
                // There is no other in memory.
                Ok(in_memory || is_clean(connection))
            })
        });
    if in_memory {
        bounds = bounds.idle_timeout(None).max_lifetime(None);
    }
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(bounds.connect_with(quiet(options)).await.map_err(failed)?))
}

/// From now on the connection has `most` for what it is asked.
async fn bound(connection: &mut SqliteConnection, most: Duration) -> Result<(), sqlx::Error> {
    let end = Instant::now() + most;
    connection.lock_handle().await?.set_progress_handler(LOOK, move || Instant::now() < end);
    Ok(())
}

/// Whether no transaction is open on it as far as the driver knows. A write that is given up is rolled back by SQLite itself, together with its
/// transaction, whose end then fails: on such a connection nothing could begin any more.
fn is_clean(connection: &SqliteConnection) -> bool {
    !connection.is_in_transaction()
}

async fn postgres(url: &str, pool: Pool) -> Result<DatabaseConnection, DbErr> {
    let options: PgConnectOptions = url.parse().map_err(failed)?;
    let options = options.options([("statement_timeout", pool.statement_timeout.as_millis().to_string())]);
    let bounds = PgPoolOptions::new().max_connections(pool.connections.max(1)).acquire_timeout(pool.acquire_timeout);
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(bounds.connect_with(quiet(options)).await.map_err(failed)?))
}

/// Statements are not logged: values may stand in them.
fn quiet<O: sqlx::ConnectOptions>(options: O) -> O {
    options.disable_statement_logging()
}

fn failed(error: sqlx::Error) -> DbErr {
    DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into()))
}
