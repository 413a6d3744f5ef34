#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a migration is a file of SQL, and reviewed as such; all else here is a literal or names a table of ours"
)]

use super::{
    backend::{Backend, LEDGER, REACH, Tell, waiting},
    plan::Entry,
    set::Script,
};
use async_trait::async_trait;
use reroute_core::migration::Way;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, Row,
    migrate::{Migrate, MigrateError},
    postgres::{PgConnectOptions, PgDatabaseError, PgErrorPosition},
};
use std::{pin::pin, time::Duration};

/// How long a lock takes that nobody else has.
const SOON: Duration = Duration::from_millis(300);

pub(super) struct Postgres {
    connection: PgConnection,
    /// The ledger with its schema, whatever a script does to the search path.
    ledger: String,
    has_ledger: bool,
}

impl Postgres {
    pub(super) async fn connect(options: &PgConnectOptions) -> Result<Self, String> {
        // A pool's time for a statement is not for migrations; what is asked for here is what `RESET ALL` goes back to.
        let options = options.clone().options([("statement_timeout", "0")]);
        let options = options.application_name("reroute migrate").disable_statement_logging();
        let connected = tokio::time::timeout(REACH, options.connect()).await;
        let mut connection =
            connected.map_err(|_| "it does not answer".to_owned())?.map_err(|error| said(&error, ""))?;
        let ask = "SELECT quote_ident(current_schema())";
        let schema = sqlx::query(ask).fetch_one(&mut connection).await.map_err(|error| said(&error, ask))?;
        let schema: Option<String> = schema.try_get(0).map_err(|error| said(&error, ask))?;
        let schema = schema.ok_or("its search path names no schema that is there")?;
        Ok(Self { connection, ledger: format!("{schema}.{LEDGER}"), has_ledger: false })
    }

    /// Waits until nobody else migrates this database. The lock ends with the connection, whoever ends it.
    pub(super) async fn lock(&mut self, tell: Tell<'_>) -> Result<(), String> {
        let mut lock = pin!(self.connection.lock());
        let locked = match tokio::time::timeout(SOON, &mut lock).await {
            Ok(locked) => locked,
            Err(_) => {
                waiting(tell);
                lock.await
            }
        };
        locked.map_err(|error| why(error, ""))
    }

    /// For looking around.
    pub(super) fn into_connection(self) -> PgConnection {
        self.connection
    }

    async fn in_transaction(&mut self, way: Way, script: &Script) -> Result<(), String> {
        let sql = script.sql();
        let mut transaction = self.connection.begin().await.map_err(|error| said(&error, ""))?;
        // Within it, sqlx's own transaction is a savepoint.
        let outcome = async {
            match way {
                Way::Up => {
                    // Where it is there already, asking again would only make PostgreSQL tell so.
                    if !self.has_ledger {
                        transaction.ensure_migrations_table(&self.ledger).await?;
                    }
                    transaction.apply(&self.ledger, &script.migration).await?;
                }
                Way::Down => {
                    transaction.revert(&self.ledger, &script.migration).await?;
                }
            }
            // A transaction that has failed for whatever reason would end with its COMMIT, and without a word.
            transaction.execute("SELECT 1").await?;
            Ok(())
        };
        match outcome.await {
            Ok(()) => transaction.commit().await.map_err(|error| said(&error, "")),
            Err(error) => {
                transaction.rollback().await.map_err(|error| said(&error, ""))?;
                Err(why(error, sql))
            }
        }
    }
}

#[async_trait]
impl Backend for Postgres {
    async fn ledger(&mut self) -> Result<Vec<Entry>, String> {
        let there = sqlx::query("SELECT to_regclass($1) IS NOT NULL").bind(&self.ledger);
        let there = there.fetch_one(&mut self.connection).await.and_then(|row| row.try_get(0));
        self.has_ledger = there.map_err(|error| said(&error, ""))?;
        if !self.has_ledger {
            return Ok(Vec::new());
        }
        let ask = format!(
            "SELECT version, description, success, checksum, to_char(installed_on AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') \
             FROM {} ORDER BY version",
            self.ledger
        );
        let rows = sqlx::query(AssertSqlSafe(ask)).fetch_all(&mut self.connection).await;
        rows.map_err(|error| said(&error, ""))?
            .iter()
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
            .map_err(|error| said(&error, ""))
    }

    async fn step(&mut self, way: Way, script: &Script) -> Result<(), String> {
        let outcome = self.in_transaction(way, script).await;
        self.has_ledger |= outcome.is_ok();
        // What a script sets does not hold for the next.
        outcome.and(self.execute("RESET SESSION AUTHORIZATION; RESET ALL").await)
    }

    async fn execute(&mut self, sql: &str) -> Result<(), String> {
        self.connection.execute(AssertSqlSafe(sql)).await.map(drop).map_err(|error| said(&error, sql))
    }

    async fn mark(&mut self, script: &Script, finished: bool) -> Result<(), String> {
        if !self.has_ledger {
            self.connection.ensure_migrations_table(&self.ledger).await.map_err(|error| why(error, ""))?;
            self.has_ledger = true;
        }
        let migration = &script.migration;
        let mark = format!(
            "INSERT INTO {} AS ledger (version, description, success, checksum, execution_time) VALUES ($1, $2, $3, $4, -1)
             ON CONFLICT (version) DO UPDATE SET success = $3, checksum = $4, installed_on = now()",
            self.ledger
        );
        let mark = sqlx::query(AssertSqlSafe(mark)).bind(migration.version).bind(&*migration.description);
        let mark = mark.bind(finished).bind(&*migration.checksum);
        mark.execute(&mut self.connection).await.map(drop).map_err(|error| said(&error, ""))
    }

    async fn forget(&mut self, script: &Script) -> Result<(), String> {
        let forget = format!("DELETE FROM {} WHERE version = $1", self.ledger);
        let forget = sqlx::query(AssertSqlSafe(forget)).bind(script.migration.version);
        forget.execute(&mut self.connection).await.map(drop).map_err(|error| said(&error, ""))
    }

    async fn objection(&mut self) -> Result<Option<String>, String> {
        self.execute("RESET SESSION AUTHORIZATION; RESET ALL").await.map(|()| None)
    }

    async fn clear(&mut self) -> Result<(), String> {
        self.has_ledger = false;
        // One statement is one transaction.
        self.execute(CLEAR).await
    }

    async fn close(self: Box<Self>) {
        let _ = self.connection.close().await;
    }
}

/// Drops what is in the current schema, but for what belongs to an extension. The schema itself stays, with whose it is and who may use it.
const CLEAR: &str = "DO $clear$
DECLARE drop_it text;
BEGIN
    -- What falls with something else is not worth a word.
    PERFORM set_config('client_min_messages', 'warning', TRUE);
    LOOP
        SELECT format('DROP %s %s CASCADE', found.kind, found.name) INTO drop_it FROM (
            SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                       WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END AS kind,
                   oid::regclass::text AS name, 'pg_class'::regclass AS classid, oid AS objid
              FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')
            UNION ALL
            SELECT 'ROUTINE', oid::regprocedure::text, 'pg_proc'::regclass, oid
              FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
            UNION ALL
            SELECT CASE typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, oid::regtype::text, 'pg_type'::regclass, oid
              FROM pg_type WHERE typnamespace = current_schema()::regnamespace AND typtype IN ('d', 'e', 'r')
        ) AS found
        WHERE NOT EXISTS (
            -- A partitioned table depends on columns of its own.
            SELECT 1 FROM pg_depend WHERE pg_depend.classid = found.classid AND pg_depend.objid = found.objid AND deptype IN ('e', 'i')
               AND refobjid <> found.objid
        ) LIMIT 1;
        EXIT WHEN drop_it IS NULL;
        EXECUTE drop_it;
    END LOOP;
END
$clear$";

/// What the database says, and in which line of the script.
fn said(error: &sqlx::Error, sql: &str) -> String {
    let sqlx::Error::Database(error) = error else { return error.to_string() };
    let position = error.try_downcast_ref::<PgDatabaseError>().and_then(PgDatabaseError::position);
    match position {
        Some(PgErrorPosition::Original(at)) if !sql.is_empty() => {
            let before = sql.chars().take(at.saturating_sub(1));
            format!("line {}: {}", before.filter(|c| *c == '\n').count() + 1, error.message())
        }
        _ => error.message().to_owned(),
    }
}

fn why(error: MigrateError, sql: &str) -> String {
    match error {
        MigrateError::Execute(error) => said(&error, ""),
        MigrateError::ExecuteMigration(error, _) => said(&error, sql),
        other => other.to_string(),
    }
}
