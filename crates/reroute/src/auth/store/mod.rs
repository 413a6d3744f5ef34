//! Where sign-ins are kept: in the application's database, with Redis before it if there is one, or in memory where there is no database.
//!
//! Of a refresh token nothing secret is kept: it proves itself (see `jwt/refresh.rs`), and the store knows how often its family was refreshed.

#[cfg(feature = "db")]
mod database;
#[cfg(all(feature = "db", feature = "redis"))]
mod front;
mod memory;

use super::account::Epoch;
#[cfg(feature = "db")]
use crate::error::Error;
use crate::error::Result;
use std::{fmt, time::SystemTime};

#[cfg(all(feature = "db", feature = "redis"))]
pub(crate) use front::Front;

#[cfg(feature = "db")]
pub(super) use database::lock_epoch;

/// What one signing in has led to: a line of refresh tokens, of which the newest is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Family {
    pub(super) subject: String,
    pub(super) epoch: Epoch,
    /// How often it was refreshed.
    pub(super) generation: i64,
    pub(super) expires: SystemTime,
}

/// The name of a family: 128 random bits.
pub(super) type FamilyId = [u8; 16];

/// What came of taking a family on to its next generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rotation {
    Done,
    /// It is not at that generation, or there is none of this name.
    Missed,
}

pub(crate) enum Store {
    Memory(memory::Memory),
    #[cfg(feature = "db")]
    Database(Database),
}

/// The database, and what stands before it.
#[cfg(feature = "db")]
pub(crate) struct Database {
    db: crate::Db,
    #[cfg(feature = "redis")]
    front: Option<Front>,
}

impl Store {
    pub(crate) fn in_memory() -> Self {
        Self::Memory(memory::Memory::default())
    }

    #[cfg(feature = "db")]
    pub(crate) fn in_database(db: crate::Db) -> Self {
        Self::Database(Database {
            db,
            #[cfg(feature = "redis")]
            front: None,
        })
    }

    /// The same, with Redis before a database.
    #[cfg(all(feature = "db", feature = "redis"))]
    pub(crate) fn behind(self, front: Option<Front>) -> Self {
        match self {
            Self::Database(Database { db, .. }) => Self::Database(Database { db, front }),
            memory => memory,
        }
    }

    /// Whether what is in it outlives the process.
    #[cfg(feature = "redis")]
    pub(super) fn is_lasting(&self) -> bool {
        !matches!(self, Self::Memory(_))
    }

    /// The account's epoch as it is now.
    ///
    /// # Errors
    ///
    /// 503, as of everything here, when it cannot be asked.
    pub(super) async fn epoch(&self, subject: &str) -> Result<Epoch> {
        match self {
            Self::Memory(memory) => Ok(memory.epoch(subject)),
            #[cfg(feature = "db")]
            Self::Database(Database { db, .. }) => database::epoch(db, subject).await.map_err(away),
        }
    }

    /// The account's epoch as it was within the last half of a second.
    pub(super) async fn recent_epoch(&self, subject: &str) -> Result<Epoch> {
        match self {
            #[cfg(all(feature = "db", feature = "redis"))]
            Self::Database(Database { front: Some(front), .. }) => front.epoch(subject, self.epoch(subject)).await,
            _ => self.epoch(subject).await,
        }
    }

    pub(super) async fn raise_epoch(&self, subject: &str) -> Result<()> {
        match self {
            Self::Memory(memory) => {
                memory.raise_epoch(subject);
                Ok(())
            }
            #[cfg(feature = "db")]
            Self::Database(Database { db, .. }) => self.raise_epoch_in(db, subject).await,
        }
    }

    #[cfg(feature = "db")]
    pub(super) async fn raise_epoch_in(&self, db: &impl sea_orm::ConnectionTrait, subject: &str) -> Result<()> {
        match self {
            Self::Memory(memory) => {
                memory.raise_epoch(subject);
                Ok(())
            }
            Self::Database(this) => {
                database::raise_epoch(db, subject).await.map_err(away)?;
                this.forget_epoch(subject).await;
                Ok(())
            }
        }
    }

    /// Writes a family down, and forgets those whose time is over.
    pub(super) async fn found(&self, id: &FamilyId, family: Family) -> Result<()> {
        match self {
            Self::Memory(memory) => {
                memory.found(*id, family);
                Ok(())
            }
            #[cfg(feature = "db")]
            Self::Database(Database { db, .. }) => database::found(db, id, family).await.map_err(away),
        }
    }

    /// The family of this name as it is now, if it was not ended.
    pub(super) async fn family(&self, id: &FamilyId) -> Result<Option<Family>> {
        match self {
            Self::Memory(memory) => Ok(memory.family(id)),
            #[cfg(feature = "db")]
            Self::Database(Database { db, .. }) => database::family(db, id).await.map_err(away),
        }
    }

    /// The same, as it was within the last half of a second: its generation may have gone on.
    pub(super) async fn recent_family(&self, id: &FamilyId) -> Result<Option<Family>> {
        match self {
            #[cfg(all(feature = "db", feature = "redis"))]
            Self::Database(Database { front: Some(front), .. }) => front.family(id, self.family(id)).await,
            _ => self.family(id).await,
        }
    }

    /// Takes the family from `generation` to the next, for one caller alone.
    pub(super) async fn rotate(&self, id: &FamilyId, generation: i64) -> Result<Rotation> {
        match self {
            Self::Memory(memory) => Ok(memory.rotate(id, generation)),
            #[cfg(feature = "db")]
            Self::Database(Database { db, .. }) => database::rotate(db, id, generation).await.map_err(away),
        }
    }

    /// Ends a family: none of its tokens is good any longer.
    pub(super) async fn end(&self, id: &FamilyId) -> Result<()> {
        match self {
            Self::Memory(memory) => {
                memory.end(id);
                Ok(())
            }
            #[cfg(feature = "db")]
            Self::Database(this) => {
                database::end(&this.db, id).await.map_err(away)?;
                this.forget_family(id).await;
                Ok(())
            }
        }
    }
}

#[cfg(feature = "db")]
impl Database {
    async fn forget_epoch(&self, subject: &str) {
        #[cfg(feature = "redis")]
        if let Some(front) = &self.front {
            front.forget_epoch(subject).await;
        }
        let _ = subject;
    }

    async fn forget_family(&self, id: &FamilyId) {
        #[cfg(feature = "redis")]
        if let Some(front) = &self.front {
            front.forget_family(id).await;
        }
        let _ = id;
    }
}

#[cfg(feature = "db")]
fn away(error: sea_orm::DbErr) -> Error {
    Error::unavailable(error)
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory(_) => f.write_str("Memory"),
            #[cfg(feature = "db")]
            Self::Database(_) => f.write_str("Database"),
        }
    }
}
