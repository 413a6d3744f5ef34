//! Redis before the database: what one process has asked about a sign-in, the others need not ask for a moment.
//!
//! It answers for less than half a second, and never for longer than a process's own memory adds to that: all see a change within a second. What is
//! changed leaves a mark that outlives every answer from before, so that nobody puts an old one back. While Redis does not answer, the database is
//! asked; it alone decides.

use super::{Epoch, Family, FamilyId};
use crate::{
    error::Result,
    redis::{Connection, Redis},
};
use ::redis::{RedisResult, cmd};
use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

/// How long an answer is good, in milliseconds.
const GOOD: u64 = 400;

/// How long a mark stays, in milliseconds: longer than an answer takes to be had and to go.
const MARKED: u64 = 10_000;

/// Stands where nothing is to be kept for now.
const MARK: &str = "-";

pub(crate) struct Front(Arc<Redis>);

impl Front {
    pub(super) fn new(redis: Arc<Redis>) -> Self {
        Self(redis)
    }

    /// The account's epoch: as it is kept, or else as `ask` says.
    pub(super) async fn epoch(&self, subject: &str, ask: impl Future<Output = Result<Epoch>>) -> Result<Epoch> {
        let name = self.0.name("epoch", subject.as_bytes());
        if let Some(epoch) = self.read(&name).await.and_then(|kept| kept.parse().ok()) {
            return Ok(Epoch(epoch));
        }
        let epoch = ask.await?;
        self.keep(&name, &epoch.0.to_string()).await;
        Ok(epoch)
    }

    /// The same of a sign-in that was not ended.
    pub(super) async fn family(
        &self,
        id: &FamilyId,
        ask: impl Future<Output = Result<Option<Family>>>,
    ) -> Result<Option<Family>> {
        let name = self.0.name("sign-in", id);
        if let Some(family) = self.read(&name).await.as_deref().and_then(parse) {
            return Ok(Some(family));
        }
        let family = ask.await?;
        if let Some(text) = family.as_ref().and_then(write) {
            self.keep(&name, &text).await;
        }
        Ok(family)
    }

    pub(super) async fn forget_epoch(&self, subject: &str) {
        self.forget(&self.0.name("epoch", subject.as_bytes())).await;
    }

    pub(super) async fn forget_family(&self, id: &FamilyId) {
        self.forget(&self.0.name("sign-in", id)).await;
    }

    async fn read(&self, name: &str) -> Option<String> {
        let mut connection = self.0.connection()?;
        let read: RedisResult<Option<String>> = cmd("GET").arg(name).query_async(&mut connection.commands).await;
        self.heard(&connection, read).flatten()
    }

    async fn keep(&self, name: &str, value: &str) {
        let Some(mut connection) = self.0.connection() else { return };
        let mut command = cmd("SET");
        command.arg(name).arg(value).arg("PX").arg(GOOD).arg("NX");
        let kept: RedisResult<Option<String>> = command.query_async(&mut connection.commands).await;
        self.heard(&connection, kept);
    }

    async fn forget(&self, name: &str) {
        let Some(mut connection) = self.0.connection() else { return };
        let mut command = cmd("SET");
        command.arg(name).arg(MARK).arg("PX").arg(MARKED);
        let marked: RedisResult<()> = command.query_async(&mut connection.commands).await;
        self.heard(&connection, marked);
    }

    fn heard<T>(&self, connection: &Connection, answer: RedisResult<T>) -> Option<T> {
        answer.inspect_err(|error| self.0.lost(connection, error)).ok()
    }
}

/// The subject comes last: it may hold anything.
fn write(family: &Family) -> Option<String> {
    let expires = family.expires.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_millis();
    Some(format!("{} {} {expires} {}", family.epoch.0, family.generation, family.subject))
}

fn parse(text: &str) -> Option<Family> {
    let mut parts = text.splitn(4, ' ');
    let epoch = Epoch(parts.next()?.parse().ok()?);
    let generation = parts.next()?.parse().ok()?;
    let expires = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(parts.next()?.parse().ok()?))?;
    Some(Family { subject: parts.next()?.to_owned(), epoch, generation, expires })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_a_mark_is_not() {
        let expires = SystemTime::UNIX_EPOCH + Duration::from_millis(1_800_000_000_123);
        let family = Family { subject: "a b  c".to_owned(), epoch: Epoch(3), generation: 7, expires };
        assert_eq!(write(&family).as_deref().and_then(parse), Some(family));
        for wrong in ["", MARK, "1 2 3", "x 2 3 s", "1 2 99999999999999999999 s"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
