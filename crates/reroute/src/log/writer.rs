//! The thread that writes: lines out of events, sealed, into the log and wherever else they are wanted.

use super::{
    chain::Chain,
    event::Facts,
    kind::Kind,
    line::render,
    logger::{Message, Shared},
    mirror::Mirrors,
    sink::Sink,
};
use crate::config::Secret;
use std::{
    sync::{
        Arc,
        atomic::Ordering::Relaxed,
        mpsc::{Receiver, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

/// How many events are written at once.
const BATCH: usize = 256;

/// How long the writer lets events gather before it looks again.
const GATHER: Duration = Duration::from_millis(1);

/// How often the writer looks for seconds that are over.
const TICK: Duration = Duration::from_millis(100);

/// The thread that writes.
pub(super) struct Writer {
    sink: Sink,
    mirrors: Mirrors,
    chain: Chain,
    shared: Arc<Shared>,
    /// Whether the last writing failed, which was told then.
    fails: bool,
}

impl Writer {
    /// # Errors
    ///
    /// When the operating system has no randomness to give.
    pub(super) fn new(sink: Sink, mirrors: Mirrors, secret: &Secret, shared: Arc<Shared>) -> crate::Result<Self> {
        Ok(Self { sink, mirrors, chain: Chain::new(secret)?, shared, fails: false })
    }

    pub(super) fn run(mut self, messages: &Receiver<Message>) {
        loop {
            let is_quiet = self.shared.folds.is_empty() && self.shared.lost.load(Relaxed) == 0;
            let first = match messages.recv_timeout(if is_quiet { Duration::from_secs(3_600) } else { TICK }) {
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let mut events = Vec::new();
            let (mut flushed, mut settled) = (Vec::new(), Vec::new());
            let more = std::iter::from_fn(|| messages.try_recv().ok());
            for message in first.into_iter().chain(more.take(BATCH)) {
                match message {
                    Message::Event(facts) => {
                        self.shared.waiting.fetch_sub(facts.weight(), Relaxed);
                        events.push(facts);
                    }
                    Message::Flush(done) => flushed.push(done),
                    Message::Settle(done) => settled.push(done),
                }
            }
            let is_behind = events.len() >= BATCH;
            let is_awaited = !flushed.is_empty() || !settled.is_empty();
            let now = flushed.is_empty().then(Instant::now);
            events.extend(self.shared.folds.over(now));
            self.write(events);
            // Whoever asked may have gone.
            for done in flushed {
                let _ = done.send(());
            }
            for done in settled {
                let _ = done.send(());
            }
            if !is_behind && !is_awaited {
                // Who emits while the writer waits pays for waking it, which is dearer than all the rest: of a burst only the first does.
                thread::sleep(GATHER);
            }
        }
    }

    #[allow(clippy::vec_box, reason = "they were boxed already, and go on so")]
    pub(super) fn write(&mut self, mut events: Vec<Box<Facts>>) {
        let lost = self.shared.lost.swap(0, Relaxed);
        if lost > 0 {
            events.push(Box::new(told_lost(lost)));
        }
        if events.is_empty() {
            return;
        }
        let counts = events.iter().map(|facts| if is_report(facts) { 0 } else { facts.count.unwrap_or(1) });
        let count = lost + counts.sum::<u64>();
        let kinds: Vec<Kind> = events.iter().map(|facts| facts.kind).collect();
        let mut lines: Vec<Vec<u8>> = events.into_iter().map(|facts| render(*facts)).collect();
        let lengths: Vec<usize> = lines.iter().map(Vec::len).collect();
        match self.sink.append(&mut self.chain, &mut lines) {
            Ok(()) => self.fails = false,
            Err(error) => {
                self.shared.lost.fetch_add(count, Relaxed);
                if !std::mem::replace(&mut self.fails, true) {
                    tracing::error!(%error, "security events cannot be written");
                }
                // They are in no chain: elsewhere they stand without a number and a seal.
                for (line, length) in lines.iter_mut().zip(lengths) {
                    line.truncate(length);
                    line.extend(b"}\n");
                }
            }
        }
        let lines: Vec<_> = kinds.into_iter().zip(lines.into_iter().filter_map(text)).collect();
        self.mirrors.tell(&lines);
        self.shared.recent.keep(lines);
    }
}

/// A line without its end.
fn text(line: Vec<u8>) -> Option<String> {
    // Every line is UTF-8: it was made from strings.
    let mut line = String::from_utf8(line).ok()?;
    line.pop();
    Some(line)
}

/// Stands for events that are not in the log.
pub(super) const LOST: &str = "events_lost";

fn told_lost(count: u64) -> Facts {
    let description = "events found no room and were not written";
    let mut facts = Facts::new(Kind::SecurityError, format!("Security error: {count} {description}"));
    facts.details.insert("description".to_owned(), description.into());
    facts.details.insert(LOST.to_owned(), count.into());
    facts.count = Some(count);
    facts
}

fn is_report(facts: &Facts) -> bool {
    facts.kind == Kind::SecurityError && facts.details.contains_key(LOST)
}
