//! The way from a request to the writer: never waited on, and never longer than it may be.

use super::{
    chain::Chain,
    event::Facts,
    fold::Folds,
    kind::Kind,
    line::render,
    sink::{LogFile, Sink},
};
use crate::config::{Secret, Settings};
use std::{
    io,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

/// How many events may wait for the writer, and how many bytes they may take.
const QUEUE: usize = 8192;
const QUEUE_BYTES: usize = 16 << 20;

/// How many events are written at once.
const BATCH: usize = 256;

/// How often the writer looks for seconds that are over.
const TICK: Duration = Duration::from_millis(100);

/// How long the end waits for what is still to be written.
const LAST_WAIT: Duration = Duration::from_secs(5);

/// The requests' end of the log.
pub(super) struct Logger {
    queue: SyncSender<Message>,
    shared: Arc<Shared>,
}

/// What both ends know.
#[derive(Default)]
struct Shared {
    folds: Folds,
    /// How many bytes wait.
    waiting: AtomicUsize,
    /// How many events found no room, or could not be written.
    lost: AtomicU64,
}

enum Message {
    Event(Box<Facts>),
    /// Asks to be told once everything before it is written.
    Flush(SyncSender<()>),
}

/// The process's own, once it is open.
static LOGGER: OnceLock<Logger> = OnceLock::new();
static TELLS_SUCCESS: AtomicBool = AtomicBool::new(false);

pub(super) fn current() -> Option<&'static Logger> {
    LOGGER.get()
}

/// Whether `authz_success` is written.
pub(super) fn tells_success() -> bool {
    TELLS_SUCCESS.load(Relaxed) && current().is_some()
}

/// Whether what is emitted is written at all.
pub(crate) fn is_open() -> bool {
    current().is_some()
}

/// Lets events be written: to the file that the settings name, or to the standard output. A second server in one process writes where the first
/// does.
///
/// # Errors
///
/// When the file cannot be opened for appending.
pub(crate) fn open(settings: &Settings) -> crate::Result<()> {
    let Some(secret) = &settings.secret_key else { return Ok(()) };
    if is_open() {
        return Ok(());
    }
    let sink = match &settings.security_log {
        Some(path) => Sink::File(LogFile::open(path, settings.security_log_max_size, settings.security_log_keep)?),
        None => Sink::Stream(standard_output()?),
    };
    TELLS_SUCCESS.store(settings.security_log_authz_success, Relaxed);
    let logger = Logger::start(sink, secret)?;
    let _ = LOGGER.set(logger);
    Ok(())
}

/// Has everything written that was emitted, as far as that is done within a bound.
pub(crate) fn flush() {
    if let Some(logger) = current() {
        logger.flush(LAST_WAIT);
    }
}

/// The standard output by itself: a reader that takes nothing holds up the writer, and nobody else who prints.
#[cfg(unix)]
fn standard_output() -> io::Result<Box<dyn io::Write + Send>> {
    use std::os::fd::AsFd;
    Ok(Box::new(std::fs::File::from(io::stdout().as_fd().try_clone_to_owned()?)))
}

#[cfg(not(unix))]
fn standard_output() -> io::Result<Box<dyn io::Write + Send>> {
    Ok(Box::new(io::stdout()))
}

impl Logger {
    pub(super) fn start(sink: Sink, secret: &Secret) -> crate::Result<Self> {
        let (queue, messages) = sync_channel(QUEUE);
        let shared = Arc::new(Shared::default());
        let writer = Writer { sink, chain: Chain::new(secret)?, shared: shared.clone(), fails: false };
        thread::Builder::new().name("security-log".to_owned()).spawn(move || writer.run(&messages))?;
        Ok(Self { queue, shared })
    }

    pub(super) fn take(&self, facts: Box<Facts>) {
        for facts in self.shared.folds.take(facts, Instant::now()).into_iter().flatten() {
            let (weight, count) = (facts.weight(), facts.count.unwrap_or(1));
            let has_room = self.shared.waiting.fetch_add(weight, Relaxed) + weight <= QUEUE_BYTES;
            if !has_room || self.queue.try_send(Message::Event(facts)).is_err() {
                self.shared.waiting.fetch_sub(weight, Relaxed);
                self.shared.lost.fetch_add(count, Relaxed);
            }
        }
    }

    pub(super) fn flush(&self, patience: Duration) {
        let end = Instant::now() + patience;
        let (done, is_done) = sync_channel(1);
        let mut message = Message::Flush(done);
        while let Err(TrySendError::Full(same)) = self.queue.try_send(message) {
            if Instant::now() >= end {
                return;
            }
            thread::sleep(Duration::from_millis(5));
            message = same;
        }
        let _ = is_done.recv_timeout(end.saturating_duration_since(Instant::now()));
    }
}

/// The thread that writes.
struct Writer {
    sink: Sink,
    chain: Chain,
    shared: Arc<Shared>,
    /// Whether the last writing failed, which was told then.
    fails: bool,
}

impl Writer {
    fn run(mut self, messages: &Receiver<Message>) {
        loop {
            let is_quiet = self.shared.folds.is_empty() && self.shared.lost.load(Relaxed) == 0;
            let first = match messages.recv_timeout(if is_quiet { Duration::from_secs(3_600) } else { TICK }) {
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let mut events = Vec::new();
            let mut asked = Vec::new();
            let more = std::iter::from_fn(|| messages.try_recv().ok());
            for message in first.into_iter().chain(more.take(BATCH)) {
                match message {
                    Message::Event(facts) => {
                        self.shared.waiting.fetch_sub(facts.weight(), Relaxed);
                        events.push(facts);
                    }
                    Message::Flush(done) => asked.push(done),
                }
            }
            let now = asked.is_empty().then(Instant::now);
            events.extend(self.shared.folds.over(now));
            self.write(events);
            for done in asked {
                // Whoever asked may have gone.
                let _ = done.send(());
            }
        }
    }

    #[allow(clippy::vec_box, reason = "they were boxed already, and go on so")]
    fn write(&mut self, mut events: Vec<Box<Facts>>) {
        let lost = self.shared.lost.swap(0, Relaxed);
        if lost > 0 {
            events.push(Box::new(told_lost(lost)));
        }
        if events.is_empty() {
            return;
        }
        let counts = events.iter().map(|facts| if is_report(facts) { 0 } else { facts.count.unwrap_or(1) });
        let count = lost + counts.sum::<u64>();
        let lines = events.into_iter().map(|facts| render(*facts)).collect();
        match self.sink.append(&mut self.chain, lines) {
            Ok(()) => self.fails = false,
            Err(error) => {
                self.shared.lost.fetch_add(count, Relaxed);
                if !std::mem::replace(&mut self.fails, true) {
                    tracing::error!(%error, "security events cannot be written");
                }
            }
        }
    }
}

/// Stands for events that are not in the log.
const LOST: &str = "events_lost";

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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Mutex, mpsc};

    /// A stream that nobody reads until `open` says so.
    struct Blocked {
        open: mpsc::Receiver<()>,
        written: Arc<Mutex<Vec<u8>>>,
        is_open: bool,
    }

    impl io::Write for Blocked {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if !self.is_open {
                self.is_open = self.open.recv().is_ok();
            }
            self.written.lock().expect("nobody panics").extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_writer_that_is_stuck_holds_nobody_up_and_what_found_no_room_is_counted() {
        let (open, opened) = mpsc::channel();
        let written = Arc::new(Mutex::new(Vec::new()));
        let sink = Sink::Stream(Box::new(Blocked { open: opened, written: written.clone(), is_open: false }));
        let logger = Logger::start(sink, &Secret::new("Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4T")).expect("it starts");
        let count = 3 * QUEUE as u64;
        for nth in 0..count {
            let mut facts = Facts::new(Kind::AuthFailure, format!("Authentication failed: {nth}"));
            facts.user = Some(nth.to_string());
            logger.take(Box::new(facts));
        }
        assert!(logger.shared.waiting.load(Relaxed) <= QUEUE_BYTES);
        open.send(()).expect("it waits");
        logger.flush(Duration::from_secs(60));
        logger.flush(Duration::from_secs(60));
        let text = String::from_utf8(written.lock().expect("nobody panics").clone()).expect("it is text");
        let (mut told, mut lost) = (0, 0);
        for line in text.lines() {
            let line: serde_json::Value = serde_json::from_str(line).expect("it is JSON");
            match line["details"][LOST].as_u64() {
                Some(count) => lost += count,
                None => told += 1,
            }
        }
        assert!(lost > 0 && told >= QUEUE as u64);
        assert_eq!(told + lost, count);
    }
}
