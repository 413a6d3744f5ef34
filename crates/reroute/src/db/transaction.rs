use super::{Db, turn::Turn};
use async_trait::async_trait;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr,
    SqliteTransactionMode, SqlxError, Statement, TransactionError, TransactionOptions, TransactionSession,
    TransactionTrait,
};
use std::{
    fmt,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// A transaction that a program ends itself: by `commit`, by `rollback`, or by dropping it, which rolls back.
///
/// On SQLite it is the one writer from its beginning on, unless it was begun as one that only reads. Of the requests there is [`Tx`](super::Tx), which ends by itself.
///
/// After a statement that fails it takes no other, as on PostgreSQL, and a commit is an error and rolls back: there it would write nothing and
/// say that all is well. What may fail goes into a transaction of its own within this one.
///
/// ```
/// use reroute::{Db, sea_orm::TransactionTrait};
///
/// # reroute::runtime::block_on(async {
/// let db = Db::connect("sqlite::memory:", true).await?;
/// let transaction = db.begin().await?;
/// transaction.commit().await?;
/// # Ok::<_, reroute::Error>(())
/// # }).unwrap();
/// ```
pub struct Transaction {
    inner: DatabaseTransaction,
    has_failed: AtomicBool,
    /// Whether the database has ended the whole by itself: known to all that were begun within one.
    is_lost: Arc<AtomicBool>,
    _turn: Turn,
}

pub(super) type Work<'a, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'a>>;

impl Transaction {
    /// Makes what was written last.
    ///
    /// # Errors
    ///
    /// When it cannot be, nobody knows whether it was, or a statement has failed.
    pub async fn commit(self) -> Result<(), DbErr> {
        if let Err(failed) = self.is_sound() {
            // It may be over already.
            self.inner.rollback().await.ok();
            return Err(failed);
        }
        self.inner.commit().await
    }

    /// Takes back what was written.
    ///
    /// # Errors
    ///
    /// When the connection is gone, and the transaction with it.
    pub async fn rollback(self) -> Result<(), DbErr> {
        self.inner.rollback().await
    }

    pub(super) async fn run<F, T, E>(self, work: F) -> Result<T, TransactionError<E>>
    where
        F: for<'c> FnOnce(&'c Self) -> Work<'c, T, E> + Send,
        T: Send,
        E: fmt::Display + fmt::Debug + Send,
    {
        match work(&self).await {
            Ok(done) => self.commit().await.map(|()| done).map_err(TransactionError::Connection),
            Err(failed) => {
                self.rollback().await.map_err(TransactionError::Connection)?;
                Err(TransactionError::Transaction(failed))
            }
        }
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").finish_non_exhaustive()
    }
}

#[async_trait]
impl TransactionSession for Transaction {
    async fn commit(self) -> Result<(), DbErr> {
        Self::commit(self).await
    }

    async fn rollback(self) -> Result<(), DbErr> {
        Self::rollback(self).await
    }
}

#[expect(clippy::disallowed_methods, reason = "it hands on what has passed the lint where it was made")]
#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.is_sound()?;
        self.heed(self.inner.execute_raw(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.is_sound()?;
        self.heed(self.inner.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.is_sound()?;
        self.heed(self.inner.query_one_raw(statement).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.is_sound()?;
        self.heed(self.inner.query_all_raw(statement).await)
    }
}

impl Db {
    async fn start(&self, mut options: TransactionOptions) -> Result<Transaction, DbErr> {
        let turn =
            if options.access_mode == Some(AccessMode::ReadOnly) { Turn::none() } else { self.turns.take().await? };
        // One that reads first and writes later would fail whenever another has written in between.
        if !turn.is_none() {
            options.sqlite_transaction_mode.get_or_insert(SqliteTransactionMode::Immediate);
        }
        if self.get_database_backend() == DbBackend::Sqlite {
            // It knows one kind of each; SeaORM would log that it was asked.
            (options.isolation_level, options.access_mode) = (None, None);
        }
        let inner = self.connection.begin_with_options(options).await?;
        Ok(Transaction { inner, has_failed: AtomicBool::new(false), is_lost: Arc::default(), _turn: turn })
    }
}

impl Transaction {
    async fn start(&self, options: TransactionOptions) -> Result<Self, DbErr> {
        self.is_sound()?;
        let inner = self.heed(self.inner.begin_with_options(options).await)?;
        Ok(Self { inner, has_failed: AtomicBool::new(false), is_lost: self.is_lost.clone(), _turn: Turn::none() })
    }

    /// Whether it may go on: no statement of it has failed.
    pub(super) fn is_sound(&self) -> Result<(), DbErr> {
        if self.has_failed.load(Ordering::Relaxed) || self.is_lost.load(Ordering::Relaxed) {
            return Err(DbErr::Custom(
                "a statement of this transaction has failed: what may fail goes into one within it".to_owned(),
            ));
        }
        Ok(())
    }

    /// Notes what a statement came to.
    fn heed<T>(&self, outcome: Result<T, DbErr>) -> Result<T, DbErr> {
        if let Err(error) = &outcome {
            self.has_failed.store(true, Ordering::Relaxed);
            if ends_the_whole(error) {
                self.is_lost.store(true, Ordering::Relaxed);
            }
        }
        outcome
    }
}

/// SeaORM's ways to begin a transaction, by a method `start` of the type.
macro_rules! begins {
    ($($who:ty)*) => {$(
        #[async_trait::async_trait]
        impl sea_orm::TransactionTrait for $who {
            type Transaction = $crate::db::Transaction;

            async fn begin(&self) -> Result<$crate::db::Transaction, sea_orm::DbErr> {
                self.start(sea_orm::TransactionOptions::default()).await
            }

            async fn begin_with_config(
                &self,
                isolation_level: Option<sea_orm::IsolationLevel>,
                access_mode: Option<sea_orm::AccessMode>,
            ) -> Result<$crate::db::Transaction, sea_orm::DbErr> {
                self.start(sea_orm::TransactionOptions { isolation_level, access_mode, ..sea_orm::TransactionOptions::default() }).await
            }

            async fn begin_with_options(&self, options: sea_orm::TransactionOptions) -> Result<$crate::db::Transaction, sea_orm::DbErr> {
                self.start(options).await
            }

            async fn transaction<F, T, E>(&self, work: F) -> Result<T, sea_orm::TransactionError<E>>
            where
                F: for<'c> FnOnce(&'c $crate::db::Transaction) -> $crate::db::transaction::Work<'c, T, E> + Send,
                T: Send,
                E: std::fmt::Display + std::fmt::Debug + Send,
            {
                self.begin().await.map_err(sea_orm::TransactionError::Connection)?.run(work).await
            }

            async fn transaction_with_config<F, T, E>(
                &self,
                work: F,
                isolation_level: Option<sea_orm::IsolationLevel>,
                access_mode: Option<sea_orm::AccessMode>,
            ) -> Result<T, sea_orm::TransactionError<E>>
            where
                F: for<'c> FnOnce(&'c $crate::db::Transaction) -> $crate::db::transaction::Work<'c, T, E> + Send,
                T: Send,
                E: std::fmt::Display + std::fmt::Debug + Send,
            {
                let begun = self.begin_with_config(isolation_level, access_mode).await;
                begun.map_err(sea_orm::TransactionError::Connection)?.run(work).await
            }
        }
    )*};
}

/// Whether SQLite rolls the whole transaction back with such an error, whatever was begun within it: NOMEM (7), INTERRUPT (9), IOERR (10) and FULL (13).
fn ends_the_whole(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = error else {
        return false;
    };
    let SqlxError::Database(error) = &**error else { return false };
    let code = error.code().filter(|code| code.len() < 5).and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| matches!(code & 0xff, 7 | 9 | 10 | 13))
}

pub(super) use begins;

begins! { Db Transaction }
