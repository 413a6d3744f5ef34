//! In Redis or Valkey. A session is one entry under a name that nobody can tell from its id, and ends with it: the entry lives for as long as the session is not used, and
//! no longer than it may. It is sealed together with the digest that it stands for, so what another client of the store wrote or moved is no session.

use super::{Life, Row};
use crate::{
    auth::{Opening, account::Epoch, token::Digest},
    config::mac,
    error::{Error, Result},
    redis::Redis,
};
use ::redis::{FromRedisValue, Pipeline, pipe};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

/// How many bytes of an entry are its seal.
const SEAL: usize = 32;

pub(super) struct Shared {
    redis: Arc<Redis>,
    key: Hmac<Sha256>,
}

/// What is in an entry, as JSON.
#[derive(Serialize, Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    subject: std::borrow::Cow<'a, str>,
    epoch: i64,
    /// In milliseconds since 1970.
    expires: u64,
}

impl Shared {
    pub(super) fn new(redis: Arc<Redis>, opening: &Opening<'_>) -> Result<Self, String> {
        let secret = opening.secrets.first().ok_or("SECRET_KEY: it is not set")?;
        Ok(Self { redis, key: mac(secret, "reroute sessions: sealed") })
    }

    pub(super) async fn add(&self, digest: &Digest, row: &Row, life: Life) -> Result<()> {
        let since = row.expires.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let entry = Entry { subject: row.subject.as_str().into(), epoch: row.epoch.0, expires: milliseconds(since) };
        let entry = serde_json::to_vec(&entry).map_err(Error::internal)?;
        let sealed = [&self.seal(digest, &entry).finalize().into_bytes()[..], &entry].concat();
        let mut commands = pipe();
        commands.cmd("SET").arg(self.name(digest)).arg(sealed).arg("PX").arg(lasts(row, row.seen, life)).ignore();
        self.ask(&commands).await
    }

    pub(super) async fn find(&self, digest: &Digest, life: Life) -> Result<Option<Row>> {
        let name = self.name(digest);
        let mut commands = pipe();
        // As one step: the entry does not end between them.
        commands.atomic().cmd("GET").arg(&name).cmd("PTTL").arg(&name);
        let (sealed, left): (Option<Vec<u8>>, i64) = self.ask(&commands).await?;
        let Some(row) = sealed.and_then(|sealed| self.opened(digest, &sealed)) else { return Ok(None) };
        let left = Duration::from_millis(u64::try_from(left).unwrap_or_default());
        let now = SystemTime::now();
        // At the end of its life an entry is given less than `idle`: it counts as used just now, which is not written down again.
        let full = life.idle.min(row.expires.duration_since(now).unwrap_or_default());
        Ok(Some(Row { seen: now - full.saturating_sub(left), ..row }))
    }

    /// Lets the entry live on, if it is there.
    pub(super) async fn used(&self, digest: &Digest, row: &Row, now: SystemTime, life: Life) -> Result<()> {
        let mut commands = pipe();
        commands.cmd("PEXPIRE").arg(self.name(digest)).arg(lasts(row, now, life)).ignore();
        self.ask(&commands).await
    }

    pub(super) async fn remove(&self, digest: &Digest) -> Result<()> {
        let mut commands = pipe();
        commands.cmd("DEL").arg(self.name(digest)).ignore();
        self.ask(&commands).await
    }

    async fn ask<T: FromRedisValue>(&self, commands: &Pipeline) -> Result<T> {
        let connection = self.redis.connection();
        let mut connection = connection.ok_or_else(|| Error::unavailable("Redis does not answer"))?;
        commands.query_async(&mut connection.commands).await.map_err(|error| {
            self.redis.lost(&connection, &error);
            Error::unavailable(error)
        })
    }

    fn name(&self, digest: &Digest) -> String {
        self.redis.name("session", digest.as_bytes())
    }

    fn opened(&self, digest: &Digest, sealed: &[u8]) -> Option<Row> {
        let (seal, entry) = sealed.split_at_checked(SEAL)?;
        // Compares in constant time.
        self.seal(digest, entry).verify_slice(seal).ok()?;
        let entry: Entry<'_> = serde_json::from_slice(entry).ok()?;
        let expires = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(entry.expires))?;
        let subject = entry.subject.into_owned();
        Some(Row { subject, epoch: Epoch(entry.epoch), expires, seen: SystemTime::UNIX_EPOCH })
    }

    /// A digest has a fixed length: nothing else reads as it and this entry.
    fn seal(&self, digest: &Digest, entry: &[u8]) -> Hmac<Sha256> {
        self.key.clone().chain_update(digest.as_bytes()).chain_update(entry)
    }
}

/// How long an entry lives that is used now, in milliseconds: at least one.
fn lasts(row: &Row, now: SystemTime, life: Life) -> u64 {
    let left = row.expires.duration_since(now).unwrap_or_default();
    milliseconds(life.idle.min(left)).max(1)
}

fn milliseconds(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
