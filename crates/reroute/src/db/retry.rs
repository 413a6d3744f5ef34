use super::{Db, Transaction};
use crate::error::{Error, Result};
use sea_orm::{DbErr, IsolationLevel, RuntimeErr, SqlxError, TransactionTrait};
use std::time::Duration;

/// The longest pause before the second attempt; each further one may be twice as long.
const PAUSE: Duration = Duration::from_millis(10);
const ATTEMPTS: u32 = 10;

impl Db {
    /// Does `work` in a transaction that behaves as if no other ran beside it, and does it again, up to `attempts` times in all (1 to 10), when
    /// the database could not arrange for that. So `work` must be good for being done again: what it changes outside of the
    /// transaction is not taken back.
    ///
    /// An `Err` of `work` rolls back and is given back as it is; only a conflict with other transactions is tried again.
    ///
    /// # Errors
    ///
    /// 503 when every attempt met others.
    ///
    /// ```
    /// use reroute::{Db, Result, sea_orm::ConnectionTrait};
    ///
    /// # reroute::runtime::block_on(async {
    /// let db = Db::connect("sqlite::memory:", true).await?;
    /// let sum = db.serializable(3, async |tx| Ok(40 + 2)).await?;
    /// assert_eq!(sum, 42);
    /// # Ok::<_, reroute::Error>(())
    /// # }).unwrap();
    /// ```
    pub async fn serializable<T>(&self, attempts: u32, work: impl AsyncFn(&Transaction) -> Result<T>) -> Result<T> {
        let attempts = attempts.clamp(1, ATTEMPTS);
        let mut pause = PAUSE;
        for _ in 1..attempts {
            match self.attempt(&work).await {
                Err(error) if is_conflict(&error) => {}
                ended => return ended,
            }
            tokio::time::sleep(pause.mul_f64(share())).await;
            pause *= 2;
        }
        self.attempt(&work).await
    }

    async fn attempt<T>(&self, work: &impl AsyncFn(&Transaction) -> Result<T>) -> Result<T> {
        let transaction = self.begin_with_config(Some(IsolationLevel::Serializable), None).await?;
        let done = work(&transaction).await;
        match done {
            Ok(done) => {
                transaction.commit().await?;
                Ok(done)
            }
            Err(error) => {
                // One that cannot roll back has lost its connection.
                transaction.rollback().await.ok();
                Err(error)
            }
        }
    }
}

/// A part of the whole, by chance: those who met must not meet again.
fn share() -> f64 {
    let mut byte = [0];
    // Without chance they all wait for the whole.
    getrandom::fill(&mut byte).map_or(1.0, |()| f64::from(byte[0]) / 255.0)
}

/// Whether the transaction was given up for the sake of another: PostgreSQL's serialization failure (40001) and deadlock (40P01).
fn is_conflict(error: &Error) -> bool {
    let source = error.source().and_then(|source| source.downcast_ref::<DbErr>());
    let Some(DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = source else {
        return false;
    };
    matches!(&**error, SqlxError::Database(error) if error.code().is_some_and(|code| matches!(&*code, "40001" | "40P01")))
}
