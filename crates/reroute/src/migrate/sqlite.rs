#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a migration is a file of SQL, and reviewed as such; all else here is a literal or names a table of ours"
)]

use super::{
    backend::{Backend, LEDGER, Tell, waiting},
    plan::Entry,
    set::Script,
};
use async_trait::async_trait;
use reroute_core::migration::Way;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor, Row, SqliteConnection,
    migrate::{Migrate, MigrateError},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    time::Duration,
};

/// How long a migration waits for somebody who writes, such as the running application.
const WAIT: Duration = Duration::from_secs(30);

pub(super) struct Sqlite {
    connection: SqliteConnection,
    /// Held as long as this is. `:memory:` needs none.
    _lock: Option<File>,
}

/// Whether there is a file, or none is needed.
pub(super) fn is_there(options: &SqliteConnectOptions) -> bool {
    is_in_memory(options) || options.get_filename().exists()
}

/// What sqlx calls a database that has no file.
fn is_in_memory(options: &SqliteConnectOptions) -> bool {
    options.get_filename().as_os_str().to_string_lossy().starts_with("file:sqlx-in-memory-")
}

impl Sqlite {
    pub(super) async fn look(options: &SqliteConnectOptions) -> Result<Self, String> {
        let options = options.clone().create_if_missing(false).busy_timeout(WAIT).disable_statement_logging();
        let connection = options.connect().await.map_err(said)?;
        Ok(Self { connection, _lock: None })
    }

    pub(super) async fn lock(options: &SqliteConnectOptions, tell: Tell<'_>) -> Result<Self, String> {
        // Before the connection: also the switch to a write-ahead log is for one alone.
        let lock = if is_in_memory(options) { None } else { Some(lock(options.get_filename(), tell).await?) };
        let options = options
            .clone()
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(WAIT)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .disable_statement_logging();
        let connection = options.connect().await.map_err(said)?;
        Ok(Self { connection, _lock: lock })
    }

    /// For looking around.
    pub(super) fn into_connection(self) -> SqliteConnection {
        self.connection
    }

    async fn in_transaction(&mut self, way: Way, script: &Script) -> Result<(), String> {
        let mut transaction = self.connection.begin_with("BEGIN IMMEDIATE").await.map_err(said)?;
        // Within it, sqlx's own transaction is a savepoint.
        let outcome = match way {
            Way::Up => {
                transaction.ensure_migrations_table(LEDGER).await.map_err(why)?;
                transaction.apply(LEDGER, &script.migration).await
            }
            Way::Down => transaction.revert(LEDGER, &script.migration).await,
        };
        let objection = match outcome {
            Ok(_) => broken_keys(&mut transaction).await?,
            Err(error) => Some(why(error)),
        };
        match objection {
            Some(objection) => {
                transaction.rollback().await.map_err(said)?;
                // Whoever looks for the mistake in the script must not look in vain.
                let before = broken_keys(&mut self.connection).await?;
                Err(before.map_or(objection, |before| format!("before it, and without it, {before}: mend that first")))
            }
            None => transaction.commit().await.map_err(said),
        }
    }

    async fn keys(&mut self, on: bool) -> Result<(), String> {
        let pragma = if on { "PRAGMA foreign_keys = ON" } else { "PRAGMA foreign_keys = OFF" };
        self.connection.execute(pragma).await.map(drop).map_err(said)
    }
}

#[async_trait]
impl Backend for Sqlite {
    async fn ledger(&mut self) -> Result<Vec<Entry>, String> {
        let there = sqlx::query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'");
        if there.fetch_optional(&mut self.connection).await.map_err(said)?.is_none() {
            return Ok(Vec::new());
        }
        let rows = sqlx::query(
            "SELECT version, description, success, checksum, CAST(installed_on AS TEXT) FROM _sqlx_migrations ORDER BY version",
        );
        let rows = rows.fetch_all(&mut self.connection).await.map_err(said)?;
        rows.iter()
            .map(|row| {
                Ok(Entry {
                    version: row.try_get(0)?,
                    description: row.try_get(1)?,
                    finished: row.try_get(2)?,
                    checksum: row.try_get(3)?,
                    at: row.try_get(4)?,
                })
            })
            .collect::<Result<_, sqlx::Error>>()
            .map_err(said)
    }

    async fn step(&mut self, way: Way, script: &Script) -> Result<(), String> {
        // In a transaction it would change nothing, and a parent that is dropped to be built anew would take its children along.
        self.keys(false).await?;
        let outcome = self.in_transaction(way, script).await;
        outcome.and(self.keys(true).await)
    }

    async fn execute(&mut self, sql: &str) -> Result<(), String> {
        self.connection.execute(AssertSqlSafe(sql)).await.map(drop).map_err(said)
    }

    async fn mark(&mut self, script: &Script, finished: bool) -> Result<(), String> {
        self.connection.ensure_migrations_table(LEDGER).await.map_err(why)?;
        let migration = &script.migration;
        let mark = sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (?1, ?2, ?3, ?4, -1)
             ON CONFLICT (version) DO UPDATE SET success = ?3, checksum = ?4, installed_on = CURRENT_TIMESTAMP",
        );
        let mark = mark.bind(migration.version).bind(&*migration.description).bind(finished).bind(&*migration.checksum);
        mark.execute(&mut self.connection).await.map(drop).map_err(said)
    }

    async fn forget(&mut self, script: &Script) -> Result<(), String> {
        let forget = sqlx::query("DELETE FROM _sqlx_migrations WHERE version = ?1").bind(script.migration.version);
        forget.execute(&mut self.connection).await.map(drop).map_err(said)
    }

    async fn objection(&mut self) -> Result<Option<String>, String> {
        self.keys(true).await?;
        broken_keys(&mut self.connection).await
    }

    async fn clear(&mut self) -> Result<(), String> {
        self.keys(false).await?;
        let outcome = clear(&mut self.connection).await.map_err(said);
        self.keys(true).await?;
        outcome
    }

    async fn close(self: Box<Self>) {
        // The lock ends after it.
        let _ = self.connection.close().await;
    }
}

/// The table whose rows point to nothing, if there is one.
async fn broken_keys(connection: &mut SqliteConnection) -> Result<Option<String>, String> {
    let broken = sqlx::query("PRAGMA foreign_key_check").fetch_optional(connection).await.map_err(said)?;
    let Some(row) = broken else { return Ok(None) };
    let table: String = row.try_get(0).map_err(said)?;
    let parent: String = row.try_get(2).map_err(said)?;
    Ok(Some(format!("there are rows in `{table}` that point to nothing in `{parent}`")))
}

/// Drops what was made: what hangs on something first, and virtual tables before the tables that they keep for themselves.
async fn clear(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    const KINDS: [(&str, &str); 4] = [
        ("TRIGGER", "SELECT name FROM sqlite_master WHERE type = 'trigger'"),
        ("VIEW", "SELECT name FROM sqlite_master WHERE type = 'view'"),
        ("TABLE", "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%'"),
        ("TABLE", "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"),
    ];
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    for (kind, ask) in KINDS {
        let rows = sqlx::query(ask).fetch_all(&mut *transaction).await?;
        for row in rows {
            let name: String = row.try_get(0)?;
            let drop = format!("DROP {kind} IF EXISTS \"{}\"", name.replace('"', "\"\""));
            transaction.execute(AssertSqlSafe(drop)).await?;
        }
    }
    transaction.commit().await
}

/// Waits for the lock of a database. Its file stays: one that is taken away could be somebody else's by now.
async fn lock(database: &Path, tell: Tell<'_>) -> Result<File, String> {
    let path = lock_file(database);
    let unable = |error: std::io::Error| format!("{} cannot be locked: {error}", path.display());
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(unable)?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => waiting(tell),
        Err(TryLockError::Error(error)) => return Err(unable(error)),
    }
    let locked = tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await;
    locked.map_err(|_| "the runtime ends".to_owned())?.map_err(unable)
}

/// Beside the database, wherever a link to it stands.
fn lock_file(database: &Path) -> PathBuf {
    let real = database.canonicalize().or_else(|_| {
        let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok::<_, std::io::Error>(folder.canonicalize()?.join(database.file_name().unwrap_or_default()))
    });
    let mut path = real.unwrap_or_else(|_| database.to_owned()).into_os_string();
    path.push(".migrate-lock");
    path.into()
}

fn said(error: sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        other => other.to_string(),
    }
}

fn why(error: MigrateError) -> String {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => said(error),
        other => other.to_string(),
    }
}
