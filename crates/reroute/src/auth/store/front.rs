//! Redis before the database: what one process has asked about a sign-in, the others need not ask for a moment.
//!
//! It answers for less than half a second, and never for longer than a process's own memory adds to that: all see a change within a second. What is
//! changed leaves a mark that outlives every answer from before, so that nobody puts an old one back. Answers are sealed together with their names and their times: what somebody
//! else wrote there, moved or kept back is not believed. While Redis does not answer, the database is asked; it alone decides.

use super::{Epoch, Family, FamilyId};
use crate::{
    config::{Secret, mac},
    error::Result,
    redis::{Connection, Redis},
};
use ::redis::{RedisResult, cmd};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::Sha256;
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

/// How far the clocks of processes may differ, in milliseconds. Where they differ by more, the database is asked.
const SKEW: u64 = 200;

/// What is derived from the secret for the seals.
const PURPOSE: &str = "reroute redis: sign-ins";

pub(crate) struct Front {
    redis: Arc<Redis>,
    seal: Hmac<Sha256>,
}

impl Front {
    pub(crate) fn new(redis: Arc<Redis>, secret: &Secret) -> Self {
        Self { redis, seal: mac(secret, PURPOSE) }
    }

    /// The account's epoch: as it is kept, or else as `ask` says.
    pub(super) async fn epoch(&self, subject: &str, ask: impl Future<Output = Result<Epoch>>) -> Result<Epoch> {
        let name = self.redis.name("epoch", subject.as_bytes());
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
        let name = self.redis.name("sign-in", id);
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
        self.forget(&self.redis.name("epoch", subject.as_bytes())).await;
    }

    pub(super) async fn forget_family(&self, id: &FamilyId) {
        self.forget(&self.redis.name("sign-in", id)).await;
    }

    async fn read(&self, name: &str) -> Option<String> {
        let mut connection = self.redis.connection()?;
        let read: RedisResult<Option<String>> = cmd("GET").arg(name).query_async(&mut connection.commands).await;
        self.opened(name, &self.heard(&connection, read).flatten()?, now())
    }

    /// The value, its time and its seal.
    fn sealed(&self, name: &str, value: &str, now: u64) -> String {
        format!("{} {now} {value}", URL_SAFE_NO_PAD.encode(self.over(name, value, now).finalize().into_bytes()))
    }

    /// The value, if it was sealed for this name, and not long ago.
    fn opened(&self, name: &str, text: &str, now: u64) -> Option<String> {
        let (seal, rest) = text.split_once(' ')?;
        let (at, value) = rest.split_once(' ')?;
        let at: u64 = at.parse().ok()?;
        if at.abs_diff(now) > GOOD + SKEW {
            return None;
        }
        self.over(name, value, at).verify_slice(&URL_SAFE_NO_PAD.decode(seal).ok()?).ok()?;
        Some(value.to_owned())
    }

    fn over(&self, name: &str, value: &str, at: u64) -> Hmac<Sha256> {
        // Neither names nor numbers hold a line break.
        self.seal.clone().chain_update(format!("{name}\n{at}\n{value}"))
    }

    async fn keep(&self, name: &str, value: &str) {
        let Some(mut connection) = self.redis.connection() else { return };
        let mut command = cmd("SET");
        command.arg(name).arg(self.sealed(name, value, now())).arg("PX").arg(GOOD).arg("NX");
        let kept: RedisResult<Option<String>> = command.query_async(&mut connection.commands).await;
        self.heard(&connection, kept);
    }

    async fn forget(&self, name: &str) {
        let Some(mut connection) = self.redis.connection() else { return };
        let mut command = cmd("SET");
        command.arg(name).arg(MARK).arg("PX").arg(MARKED);
        let marked: RedisResult<()> = command.query_async(&mut connection.commands).await;
        self.heard(&connection, marked);
    }

    fn heard<T>(&self, connection: &Connection, answer: RedisResult<T>) -> Option<T> {
        answer.inspect_err(|error| self.redis.lost(connection, error)).ok()
    }
}

/// In milliseconds since 1970.
fn now() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_millis() as u64)
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

    #[tokio::test]
    async fn what_was_sealed_opens_under_its_name_in_its_time_and_nothing_else_does() {
        let url = Secret::new("redis://127.0.0.1:1");
        let redis = Redis::open(&url, Duration::from_millis(50), None).await.expect("it is an address");
        let front = |secret: &str| Front::new(redis.clone(), &Secret::new(secret));
        let sealed = front("one").sealed("a", "3 7 x", 10_000);
        assert_eq!(front("one").opened("a", &sealed, 10_100).as_deref(), Some("3 7 x"));
        for (secret, name, now) in
            [("other", "a", 10_000), ("one", "b", 10_000), ("one", "a", 10_601), ("one", "a", 9_399)]
        {
            assert_eq!(front(secret).opened(name, &sealed, now), None, "{secret} {name} {now}");
        }
        for wrong in ["", MARK, "x y", &sealed.replace("3 7", "4 7"), &sealed.replace("10000", "10001")] {
            assert_eq!(front("one").opened("a", wrong, 10_000), None, "{wrong}");
        }
    }

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
