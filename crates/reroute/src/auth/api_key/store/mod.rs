//! Where keys are kept: in the application's database, or in memory where it has none.

#[cfg(feature = "db")]
mod database;
mod memory;

use crate::{
    app::States,
    auth::{account::Epoch, token::Digest},
    error::Result,
    limit::Rate,
};
use std::time::{Duration, SystemTime};

/// How long a use is not written down again.
const USED: Duration = Duration::from_secs(60);

/// What is kept of a key.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) subject: String,
    pub(super) name: String,
    /// The characters that it is looked up by.
    pub(super) prefix: String,
    pub(super) digest: Digest,
    pub(super) rate: Option<Rate>,
    pub(super) scopes: Option<Vec<String>>,
    pub(super) created: SystemTime,
    pub(super) expires: Option<SystemTime>,
    pub(super) last_used: Option<SystemTime>,
}

pub(super) enum Store {
    Memory(memory::Memory),
    #[cfg(feature = "db")]
    Database(crate::Db),
}

impl Store {
    pub(super) fn of(states: &States) -> Self {
        #[cfg(feature = "db")]
        if let Some(db) = states.get::<crate::Db>() {
            return Self::Database(db.clone());
        }
        let _ = states;
        Self::Memory(memory::Memory::default())
    }

    /// The keys that begin so.
    pub(super) async fn alike(&self, prefix: &str) -> Result<Vec<Row>> {
        match self {
            Self::Memory(memory) => Ok(memory.alike(prefix)),
            #[cfg(feature = "db")]
            Self::Database(db) => database::alike(db, prefix).await,
        }
    }

    pub(super) async fn of_account(&self, subject: &str) -> Result<Vec<Row>> {
        match self {
            Self::Memory(memory) => Ok(memory.of_account(subject)),
            #[cfg(feature = "db")]
            Self::Database(db) => database::of_account(db, subject).await,
        }
    }

    /// Keeps a key, if its account is still in this epoch and has fewer than `most`: those that are over do not count, and go.
    pub(super) async fn add(&self, row: Row, epoch: Epoch, most: usize) -> Result<Option<Row>> {
        match self {
            Self::Memory(memory) => {
                // What ends everything is the database's, too.
                let _ = epoch;
                Ok(memory.add(row, most))
            }
            #[cfg(feature = "db")]
            Self::Database(db) => database::add(db, row, epoch, most).await,
        }
    }

    /// Removes a key of the account. Whether there was one.
    pub(super) async fn remove(&self, subject: &str, id: i64) -> Result<bool> {
        match self {
            Self::Memory(memory) => Ok(memory.remove(subject, id)),
            #[cfg(feature = "db")]
            Self::Database(db) => database::remove(db, subject, id).await,
        }
    }

    pub(super) async fn remove_all(&self, subject: &str) -> Result<()> {
        match self {
            Self::Memory(memory) => {
                memory.remove_all(subject);
                Ok(())
            }
            #[cfg(feature = "db")]
            Self::Database(db) => database::remove_all_alone(db, subject).await,
        }
    }

    #[cfg(feature = "db")]
    pub(super) async fn remove_all_in(&self, db: &impl sea_orm::ConnectionTrait, subject: &str) -> Result<()> {
        match self {
            Self::Memory(memory) => {
                memory.remove_all(subject);
                Ok(())
            }
            Self::Database(_) => database::remove_all(db, subject).await,
        }
    }

    /// Writes down that a key is used now. Nobody waits for it.
    pub(super) fn used(&self, row: &Row) {
        let now = SystemTime::now();
        if row.last_used.is_some_and(|last| now.duration_since(last).is_ok_and(|since| since < USED)) {
            return;
        }
        match self {
            Self::Memory(memory) => memory.used(row.id, now),
            #[cfg(feature = "db")]
            Self::Database(db) => {
                let (db, id) = (db.clone(), row.id);
                tokio::spawn(async move { database::used(&db, id).await });
            }
        }
    }
}
