//! What this process has forgotten and not yet told the others.

use super::{ALL, LONGEST, Level, token};
use crate::cache::key::Tag;
use std::{
    collections::HashSet,
    mem,
    sync::{Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};
use tokio::sync::Notify;

/// The most tags that wait. More: everything is forgotten.
const MOST: usize = 10_000;

/// How many are told at once.
const AT_ONCE: usize = 256;

/// How long is waited before it is tried again.
const AGAIN: Duration = Duration::from_millis(50);

#[derive(Default)]
pub(super) struct Forgets {
    waiting: Mutex<Waiting>,
    added: Notify,
    told: Notify,
}

#[derive(Default)]
struct Waiting {
    tags: HashSet<Tag>,
    is_telling: bool,
}

impl Forgets {
    pub(super) fn add(&self, tag: Tag) {
        let mut waiting = self.waiting();
        if waiting.tags.len() >= MOST {
            waiting.tags = HashSet::from([ALL]);
        }
        waiting.tags.insert(tag);
        drop(waiting);
        self.added.notify_one();
    }

    /// Whether the store knows all that was forgotten here.
    pub(super) fn are_told(&self) -> bool {
        let waiting = self.waiting();
        waiting.tags.is_empty() && !waiting.is_telling
    }

    /// Waits until it does.
    pub(super) async fn all_told(&self) {
        loop {
            let told = self.told.notified();
            if self.are_told() {
                return;
            }
            told.await;
        }
    }

    fn take(&self) -> HashSet<Tag> {
        let mut waiting = self.waiting();
        waiting.is_telling = !waiting.tags.is_empty();
        let all = mem::take(&mut waiting.tags);
        let mut all = all.into_iter();
        let now = all.by_ref().take(AT_ONCE).collect();
        waiting.tags = all.collect();
        now
    }

    /// Says what came of telling what was taken.
    fn told(&self, tags: HashSet<Tag>, is_done: bool) {
        let mut waiting = self.waiting();
        waiting.is_telling = false;
        if !is_done {
            waiting.tags.extend(tags);
        }
        drop(waiting);
        self.told.notify_waiters();
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // Each change is whole in itself.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells what waits as long as there is a level.
pub(super) async fn send(level: Weak<Level>) {
    loop {
        let Some(this) = level.upgrade() else { return };
        let tags = this.forgets.take();
        if tags.is_empty() {
            // Holding the level while nothing is to do would keep it for ever.
            let _ = tokio::time::timeout(Duration::from_secs(1), this.forgets.added.notified()).await;
            continue;
        }
        let is_done = this.tell(&tags).await;
        this.forgets.told(tags, is_done);
        if !is_done {
            drop(this);
            tokio::time::sleep(AGAIN).await;
        }
    }
}

impl Level {
    /// New tokens for the tags, then a word to everybody.
    async fn tell(&self, tags: &HashSet<Tag>) -> bool {
        let Some(mut connection) = self.redis.connection() else { return false };
        let mut pipe = ::redis::pipe();
        for tag in tags {
            let Some(token) = token() else { return false };
            pipe.cmd("SET").arg(self.row(tag)).arg(&token[..]).arg("PX").arg(LONGEST.as_millis() as u64).ignore();
            pipe.cmd("PUBLISH").arg(self.channel()).arg(&tag[..]).ignore();
        }
        let answer: ::redis::RedisResult<()> = pipe.query_async(&mut connection.commands).await;
        answer.inspect_err(|error| self.redis.lost(&connection, error)).is_ok()
    }
}
