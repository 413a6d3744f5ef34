//! Where sessions are kept.

#[cfg(feature = "db")]
mod database;
mod memory;
#[cfg(feature = "redis")]
mod shared;

use super::Life;
use crate::{
    auth::{Opening, account::Epoch, token::Digest},
    error::Result,
};
use std::{
    fmt,
    time::{Duration, SystemTime},
};

/// How long a use is not written down again, at most.
const USED: Duration = Duration::from_secs(60);

/// What is kept of a session, under the digest of its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) subject: String,
    /// The account's when it signed in.
    pub(super) epoch: Epoch,
    pub(super) expires: SystemTime,
    /// When it was used last, to within [`USED`].
    pub(super) seen: SystemTime,
}

impl Row {
    /// Whether its time is not over.
    pub(super) fn holds(&self, life: Life, now: SystemTime) -> bool {
        // What was seen in the future was seen by another clock, just now.
        self.expires > now && now.duration_since(self.seen).map_or(true, |since| since < life.idle)
    }
}

/// Where the application wants its sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In Redis, where there is one.
    Default,
    Memory,
    #[cfg(feature = "db")]
    Database,
}

pub(super) struct Store {
    kept: Kept,
    life: Life,
}

enum Kept {
    Memory(memory::Memory),
    #[cfg(feature = "db")]
    Database(crate::Db),
    #[cfg(feature = "redis")]
    Shared(shared::Shared),
}

impl Store {
    /// # Errors
    ///
    /// Why sessions cannot be kept there.
    pub(super) fn open(place: Place, life: Life, opening: &Opening<'_>) -> Result<Self, String> {
        Ok(Self { kept: Kept::open(place, opening)?, life })
    }

    /// Writes a session down, and forgets those whose time is over.
    ///
    /// # Errors
    ///
    /// 503, as of everything here, when the store cannot be asked.
    pub(super) async fn add(&self, digest: &Digest, row: &Row) -> Result<()> {
        match &self.kept {
            Kept::Memory(memory) => {
                memory.add(digest, row, self.life);
                Ok(())
            }
            #[cfg(feature = "db")]
            Kept::Database(db) => database::add(db, digest, row, self.life).await,
            #[cfg(feature = "redis")]
            Kept::Shared(shared) => shared.add(digest, row, self.life).await,
        }
    }

    /// The session, if it was not ended. Its time may be over.
    pub(super) async fn find(&self, digest: &Digest) -> Result<Option<Row>> {
        match &self.kept {
            Kept::Memory(memory) => Ok(memory.find(digest)),
            #[cfg(feature = "db")]
            Kept::Database(db) => database::find(db, digest).await,
            #[cfg(feature = "redis")]
            Kept::Shared(shared) => shared.find(digest, self.life).await,
        }
    }

    /// Writes down that a session is used now, unless that was done a moment ago. One that was ended meanwhile stays so.
    pub(super) async fn used(&self, digest: &Digest, row: &Row, now: SystemTime) -> Result<()> {
        let moment = USED.min(self.life.idle / 30);
        if now.duration_since(row.seen).is_ok_and(|since| since < moment) {
            return Ok(());
        }
        match &self.kept {
            Kept::Memory(memory) => {
                memory.used(digest, now);
                Ok(())
            }
            #[cfg(feature = "db")]
            Kept::Database(db) => {
                // Nobody waits for it, nor for its turn among writers.
                let (db, digest) = (db.clone(), *digest);
                tokio::spawn(async move { database::used(&db, &digest, now).await });
                Ok(())
            }
            #[cfg(feature = "redis")]
            Kept::Shared(shared) => shared.used(digest, row, now, self.life).await,
        }
    }

    /// Ends a session.
    pub(super) async fn remove(&self, digest: &Digest) -> Result<()> {
        match &self.kept {
            Kept::Memory(memory) => {
                memory.remove(digest);
                Ok(())
            }
            #[cfg(feature = "db")]
            Kept::Database(db) => database::remove(db, digest).await,
            #[cfg(feature = "redis")]
            Kept::Shared(shared) => shared.remove(digest).await,
        }
    }
}

impl Kept {
    fn open(place: Place, opening: &Opening<'_>) -> Result<Self, String> {
        #[cfg(feature = "db")]
        if place == Place::Database {
            let db = opening.states().get::<crate::Db>().cloned();
            return db.map(Self::Database).ok_or_else(|| "SessionAuth: the application has no database".to_owned());
        }
        #[cfg(feature = "redis")]
        if let (Place::Default, Some(redis)) = (place, &opening.redis) {
            if !opening.keeps_sign_ins() {
                return Err("SessionAuth: sessions in Redis outlive the process, and without a database nothing remembers which of them were ended: name one with \
                            DATABASE_URL, or call `SessionAuth::in_memory`"
                    .to_owned());
            }
            return shared::Shared::new(redis.clone(), opening).map(Self::Shared);
        }
        let _ = (place, opening);
        Ok(Self::Memory(memory::Memory::default()))
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.kept {
            Kept::Memory(_) => "Memory",
            #[cfg(feature = "db")]
            Kept::Database(_) => "Database",
            #[cfg(feature = "redis")]
            Kept::Shared(_) => "Redis",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_holds_for_its_time() {
        let life = Life { absolute: Duration::from_secs(100), idle: Duration::from_secs(10) };
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let row = Row { subject: "7".to_owned(), epoch: Epoch(0), expires: at(1100), seen: at(1095) };
        assert!(row.holds(life, at(1095)) && row.holds(life, at(1099)) && !row.holds(life, at(1100)));
        let unused = Row { seen: at(1000), ..row.clone() };
        assert!(unused.holds(life, at(1009)) && !unused.holds(life, at(1010)));
        // Another process's clock is ahead.
        assert!(row.holds(life, at(1094)));
    }
}
