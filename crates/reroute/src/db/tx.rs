use super::{Db, Transaction, transaction::begins};
use crate::{
    error::{Error, Result},
    route::{Context, Describe, Description, Reads},
};
use async_trait::async_trait;
use axum_core::extract::FromRequestParts;
use http::request::Parts;
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement, TransactionOptions, TransactionTrait,
};
use std::{
    fmt, mem,
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::{RwLock, RwLockReadGuard};

/// The transaction of this request: all that is written through it is there when the caller reads the answer, or nothing of it is.
///
/// It begins with the first statement, so that a request that is refused costs no connection. It commits when the handler answers with a
/// status below 400, before `after_request`, and nothing is sent before it has; a commit that fails is the answer. It rolls back on any other
/// answer, on a panic, when the time is up, and when the client goes away. All fields and arguments of one request that are a `Tx` are the same one.
///
/// While it is open, whatever the same request writes through [`Db`] waits for it: for other rows only on PostgreSQL, and in vain on SQLite, where one
/// writer writes at a time. A request that has a transaction writes through it.
///
/// A statement that fails takes the whole transaction with it, as it does on PostgreSQL: an answer of success after that becomes a 500. What
/// may fail goes into a transaction of its own within this one, `tx.begin()`.
///
/// ```
/// use reroute::prelude::*;
///
/// #[route]
/// pub struct Orders;
///
/// #[route]
/// impl Orders {
///     #[requires]
///     async fn post(&self, tx: Tx) -> Result<StatusCode> {
///         // take it from the stock, write the order: with `&tx` as the connection
///         Ok(StatusCode::CREATED)
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Tx(Arc<Slot>);

/// Where the transaction of a request is kept. Whoever owns the request drops this, and then the transaction is over.
pub(crate) struct Slot {
    db: Db,
    state: RwLock<State>,
    /// Whether the request is over.
    is_over: AtomicBool,
    /// What waits for the commit.
    after_commit: Mutex<Vec<AfterCommit>>,
}

type AfterCommit = Box<dyn FnOnce() + Send>;

enum State {
    Fresh,
    Open(Transaction),
    Over,
}

impl Tx {
    /// Does `work` after the commit, also after one of which nobody knows what came; if it comes to none, never. For what must be forgotten
    /// once rows have changed.
    ///
    /// ```
    /// # use reroute::prelude::*;
    /// # fn example(tx: Tx) {
    /// tx.after_commit(|| println!("whatever was kept of it is stale"));
    /// # }
    /// ```
    pub fn after_commit(&self, work: impl FnOnce() + Send + 'static) {
        self.0.after_commit.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(work));
    }

    /// The transaction, which begins now if it has not.
    async fn open(&self) -> Result<RwLockReadGuard<'_, Transaction>, DbErr> {
        if self.0.is_over.load(Ordering::Relaxed) {
            return Err(over());
        }
        let state = self.0.state.read().await;
        let state = if matches!(*state, State::Fresh) {
            drop(state);
            let mut state = self.0.state.write().await;
            if matches!(*state, State::Fresh) {
                *state = State::Open(self.0.db.begin().await?);
            }
            state.downgrade()
        } else {
            state
        };
        RwLockReadGuard::try_map(state, State::transaction).map_err(|_| over())
    }

    async fn start(&self, options: TransactionOptions) -> Result<Transaction, DbErr> {
        self.open().await?.begin_with_options(options).await
    }

    /// Ends what the request has left behind while a statement was under way.
    fn leave<T>(&self, outcome: Result<T, DbErr>) -> Result<T, DbErr> {
        if self.0.is_over.load(Ordering::Relaxed) {
            self.0.abandon();
        }
        outcome
    }
}

fn over() -> DbErr {
    DbErr::Custom("the transaction of this request is over".to_owned())
}

begins! { Tx }

impl State {
    fn transaction(&self) -> Option<&Transaction> {
        match self {
            Self::Open(transaction) => Some(transaction),
            Self::Fresh | Self::Over => None,
        }
    }
}

impl Slot {
    /// Makes what was written last.
    ///
    /// # Errors
    ///
    /// When it cannot be, or nobody knows whether it was.
    pub(crate) async fn commit(self: Arc<Self>) -> Result<()> {
        let sound = {
            let mut state = self.state.write().await;
            if matches!(*state, State::Fresh) {
                // Nothing that is written later would ever be committed.
                *state = State::Over;
            }
            match state.transaction() {
                Some(transaction) => transaction.is_sound(),
                None => return Ok(()),
            }
        };
        if let Err(failed) = sound {
            self.roll_back().await;
            return Err(failed.into());
        }
        // A client that goes away now must not leave it half-way.
        let committed = tokio::spawn(async move {
            let committed = self.end(Transaction::commit).await;
            for work in mem::take(&mut *self.after_commit.lock().unwrap_or_else(PoisonError::into_inner)) {
                // What is stale must be forgotten, whatever became of the work before it.
                if panic::catch_unwind(AssertUnwindSafe(work)).is_err() {
                    tracing::error!("what was to be done after a commit has panicked");
                }
            }
            committed
        });
        Ok(committed.await.map_err(Error::internal)??)
    }

    /// Takes back what was written.
    pub(crate) async fn roll_back(&self) {
        // A connection that cannot roll back is gone, and the transaction with it.
        if let Err(error) = self.end(Transaction::rollback).await {
            tracing::debug!(%error, "a transaction could not be rolled back");
        }
    }

    async fn end<F>(&self, how: impl FnOnce(Transaction) -> F) -> Result<(), DbErr>
    where
        F: Future<Output = Result<(), DbErr>>,
    {
        let state = mem::replace(&mut *self.state.write().await, State::Over);
        match state {
            State::Open(transaction) => how(transaction).await,
            State::Fresh | State::Over => Ok(()),
        }
    }

    /// The request is over, however it ended. Dropping a transaction rolls it back.
    pub(crate) fn abandon(&self) {
        // Whoever has a statement under way on a clone ends it when that is done.
        self.is_over.store(true, Ordering::Relaxed);
        if let Ok(mut state) = self.state.try_write() {
            *state = State::Over;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "it hands on what has passed the lint where it was made")]
#[async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.0.db.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let outcome = self.open().await?.execute_raw(statement).await;
        self.leave(outcome)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let outcome = self.open().await?.execute_unprepared(sql).await;
        self.leave(outcome)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let outcome = self.open().await?.query_one_raw(statement).await;
        self.leave(outcome)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let outcome = self.open().await?.query_all_raw(statement).await;
        self.leave(outcome)
    }
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx").finish_non_exhaustive()
    }
}

impl FromRequestParts<Context> for Tx {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, cx: &Context) -> Result<Self> {
        let db = cx.state::<Db>().ok_or_else(|| Error::internal("the application has no database"))?;
        let fresh = || Slot {
            db: db.clone(),
            state: RwLock::new(State::Fresh),
            is_over: AtomicBool::new(false),
            after_commit: Mutex::default(),
        };
        Ok(Self(cx.transaction_or(fresh)))
    }
}

impl Describe for Tx {
    const READS: Reads = Reads::Application;

    fn describe(description: &mut Description) {
        description.needs_state::<Db>();
    }
}
