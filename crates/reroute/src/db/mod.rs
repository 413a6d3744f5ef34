//! The database.
//!
//! [`Db`] is the pool, [`Tx`] the transaction of a request, [`Transaction`] one that a program begins and ends itself. All of them are
//! SeaORM connections: whatever takes one takes a reference to them. [`Sql`] is a statement of one's own, [`Queries`] runs it.
#![doc = include_str!("guide.md")]

mod connect;
mod owned;
mod retry;
mod sql;
mod transaction;
mod turn;
mod tx;

use crate::{
    error::{Error, Result},
    route::{Context, Describe, Description, Reads},
};
use async_trait::async_trait;
use axum_core::extract::FromRequestParts;
use http::request::Parts;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use turn::Turns;

pub use connect::Pool;
pub use owned::{OwnedBy, OwnedEntity};
#[doc(hidden)]
pub use sql::expand as sql_expand;
pub use sql::{Queries, Sql, danger, like};
pub use transaction::Transaction;
pub use tx::Tx;

pub(crate) use tx::Slot;

/// The application's database: a pool of connections, cheap to clone.
///
/// As a field or an argument it is the one that `DATABASE_URL` names. Each statement is a transaction of its own; for several that belong
/// together there is [`Tx`].
///
/// On SQLite one writer writes at a time: the others of this process wait in line for [`Pool::acquire_timeout`], those of other processes on
/// the file's lock. What only reads waits for nobody; a statement that begins with `WITH` or a comment may write, and waits.
#[derive(Debug, Clone)]
pub struct Db {
    connection: DatabaseConnection,
    turns: Turns,
}

impl Db {
    /// Connects to `url`: `sqlite:FILE`, `sqlite::memory:` or `postgres://…`, with [`Pool::default`].
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
        Self::connect_with(url, create, Pool::default()).await
    }

    /// The same, with a pool of these bounds.
    ///
    /// # Errors
    ///
    /// As those of [`connect`](Self::connect).
    ///
    /// ```
    /// # reroute::runtime::block_on(async {
    /// use reroute::{Db, db::Pool};
    ///
    /// let db = Db::connect_with("sqlite::memory:", true, Pool { connections: 4, ..Pool::default() }).await?;
    /// # Ok::<_, reroute::Error>(())
    /// # }).unwrap();
    /// ```
    pub async fn connect_with(url: &str, create: bool, pool: Pool) -> Result<Self> {
        let connection = connect::open(url, create, pool).await.map_err(|error| {
            let mut said = error.to_string();
            if !url.is_empty() {
                said = said.replace(url, "DATABASE_URL");
            }
            Error::unavailable(format!("the database cannot be opened: {said}"))
        })?;
        let turns = Turns::on(connection.get_database_backend(), pool.acquire_timeout);
        Ok(Self { connection, turns })
    }

    /// No database: for looking at an application without starting it.
    pub(crate) fn absent() -> Self {
        Self {
            connection: DatabaseConnection::default(),
            turns: Turns::on(DbBackend::Postgres, Pool::default().acquire_timeout),
        }
    }

    /// SeaORM's own connection, for what takes no other. On SQLite what is written through it does not wait in line with the rest.
    pub fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    ///
    /// 503 when there is none.
    pub async fn ping(&self) -> Result<()> {
        self.connection.ping().await.map_err(Error::unavailable)
    }
}

#[expect(clippy::disallowed_methods, reason = "it hands on what has passed the lint where it was made")]
#[async_trait]
impl ConnectionTrait for Db {
    fn get_database_backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let _turn = self.turns.take().await?;
        self.connection.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let _turn = self.turns.take().await?;
        self.connection.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let _turn = self.turns.take_if_it_writes(&statement.sql).await?;
        self.connection.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let _turn = self.turns.take_if_it_writes(&statement.sql).await?;
        self.connection.query_all_raw(statement).await
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
