//! The level that all processes share: Redis or Valkey, behind the memory of each.
//!
//! # What is believed
//!
//! An entry is a [frame](frame) that names its version and its expiry, sealed with a key that is derived from `SECRET_KEY`, over all of it and the key that it stands
//! under. What another client of the store wrote, changed or moved is a miss.
//!
//! # What is forgotten
//!
//! Each tag has a row in the store with a random token; an entry holds the tokens that its tags had before its computation began, and is worth nothing once
//! one of them is another. Forgetting writes a new token and tells every process, whose memory forgets the tag, too. While a process has forgotten something and
//! not yet told, it asks the memory alone.
//!
//! A write waits for that word, for as long as an answer of the store may take: then it is told in the background. A process that ends before it could tell leaves what
//! the others keep to its time.
//!
//! # Without the store
//!
//! A process that does not hear of forgettings gives nothing out of its memory that is older than a second, and begins with an empty memory when it hears again.

mod forgets;
mod frame;
mod listen;

use super::{
    key::{Key, Tag},
    store::Store,
};
use crate::{config::Secret, redis::Redis};
use ::redis::{RedisResult, Script};
use forgets::Forgets;
use frame::Frames;
use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// How long rows of tags last, and so the longest time that an entry is believed here.
const LONGEST: Duration = Duration::from_secs(86_400);

/// The largest frame that is written, in bytes.
const LARGEST: usize = 1 << 20;

/// The oldest that is given out of the memory while nobody hears of forgettings.
pub(super) const UNHEARD: Duration = Duration::from_secs(1);

pub(crate) struct Level {
    redis: Arc<Redis>,
    frames: Frames,
    forgets: Forgets,
    look: Script,
    /// Whether forgettings of other processes are heard.
    hears: AtomicBool,
}

/// A random text that stands for a tag until it is forgotten.
type Token = [u8; 16];

/// The tokens of an entry's tags at the beginning of its computation.
pub(crate) struct Tokens(Vec<Token>);

/// What a look came to.
pub(crate) enum Looked {
    Found(Found),
    /// Not there; with the tokens, where it may be kept.
    Missing(Option<Tokens>),
}

/// What is kept, for how long still, and for how long it has been.
pub(crate) struct Found {
    pub(super) body: Vec<u8>,
    pub(super) left: Duration,
    pub(super) age: Duration,
}

impl Level {
    /// The level in this Redis, for this store: it is told what others forget.
    pub(super) fn start(redis: Arc<Redis>, secret: &Secret, store: Weak<Store>) -> Arc<Self> {
        let level = Arc::new(Self {
            frames: Frames::new(secret),
            forgets: Forgets::default(),
            look: Script::new(include_str!("look.lua")),
            hears: AtomicBool::new(false),
            redis,
        });
        tokio::spawn(listen::listen(Arc::downgrade(&level), store));
        tokio::spawn(forgets::send(Arc::downgrade(&level)));
        level
    }

    /// Whether the memory can be believed: forgettings of others are heard.
    pub(super) fn hears(&self) -> bool {
        self.hears.load(Ordering::Acquire)
    }

    /// Asks for an entry with these tags. Where it cannot be asked, nothing is there, and nothing may be kept.
    pub(super) async fn look(&self, key: &Key, tags: &[Tag]) -> Looked {
        let (Some(mut connection), true) = (self.redis.connection(), self.forgets.are_told()) else {
            return Looked::Missing(None);
        };
        let Some(fresh) = token() else { return Looked::Missing(None) };
        let mut call = self.look.prepare_invoke();
        call.key(self.frames.name(key)).key(self.row(&ALL));
        for tag in tags {
            call.key(self.row(tag));
        }
        call.arg(&fresh[..]).arg(LONGEST.as_millis() as u64);
        let answer: RedisResult<(Vec<u8>, Vec<Vec<u8>>)> = call.invoke_async(&mut connection.commands).await;
        let (entry, tokens) = match answer {
            Ok(answer) => answer,
            Err(error) => {
                self.redis.lost(&connection, &error);
                return Looked::Missing(None);
            }
        };
        let tokens: Option<Vec<Token>> = tokens.into_iter().map(|token| token.try_into().ok()).collect();
        // Something else than a token stands there: nothing can be told by it.
        let Some(tokens) = tokens.filter(|tokens| tokens.len() == tags.len() + 1) else { return Looked::Missing(None) };
        match self.frames.open(key, &tokens, &entry) {
            Some(found) => Looked::Found(found),
            None => Looked::Missing(Some(Tokens(tokens))),
        }
    }

    /// Keeps an entry, in a task of its own. `tokens` are those that [`look`](Self::look) gave before it was computed.
    pub(super) fn keep(self: &Arc<Self>, key: Key, tokens: Tokens, duration: Duration, body: Vec<u8>) {
        if body.len() > LARGEST {
            return;
        }
        let this = self.clone();
        tokio::spawn(async move {
            let Some(mut connection) = this.redis.connection() else { return };
            let duration = duration.min(LONGEST);
            let Some(frame) = this.frames.seal(&key, &tokens.0, duration, &body) else { return };
            let mut set = ::redis::cmd("SET");
            let millis = (duration.as_millis() as u64).max(1);
            set.arg(this.frames.name(&key)).arg(frame).arg("PX").arg(millis);
            let answer: RedisResult<()> = set.query_async(&mut connection.commands).await;
            if let Err(error) = answer {
                this.redis.lost(&connection, &error);
            }
        });
    }

    /// The name of a tag's row.
    fn row(&self, tag: &Tag) -> String {
        self.redis.name("tag", tag)
    }

    /// Where processes tell each other what to forget.
    fn channel(&self) -> String {
        self.redis.name("forget", &[])
    }

    /// Waits until what was forgotten here is told, or as long as an answer of the store may take.
    pub(super) async fn tell_now(&self) {
        // A store that does not answer holds up a write for no longer than it holds up anything.
        if self.redis.connection().is_some() {
            let _ = tokio::time::timeout(self.redis.timeout(), self.forgets.all_told()).await;
        }
    }

    /// Tells every process to forget a tag; the store first. It is told in the background, and until then this process asks its memory alone.
    pub(super) fn forget(&self, tag: Tag) {
        self.forgets.add(tag);
    }

    /// The same for everything.
    pub(super) fn forget_all(&self) {
        self.forgets.add(ALL);
    }
}

/// The tag that every entry has.
const ALL: Tag = [0; 16];

fn token() -> Option<Token> {
    let mut token = Token::default();
    getrandom::fill(&mut token).ok().map(|()| token)
}

#[cfg(test)]
mod tests;
