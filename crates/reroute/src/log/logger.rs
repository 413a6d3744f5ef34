//! The way from a request to the writer: never waited on, and never longer than it may be.

use super::{
    event::Facts,
    fold::Folds,
    mirror::Mirrors,
    recent::{Recent, Ring},
    sink::{LogFile, Sink},
    writer::Writer,
};
use crate::config::{Secret, Settings};
use std::{
    io,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed},
        mpsc::{SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// How many events may wait for the writer, and how many bytes they may take.
const QUEUE: usize = 8192;
const QUEUE_BYTES: usize = 16 << 20;

/// How long the end waits for what is still to be written.
const LAST_WAIT: Duration = Duration::from_secs(5);

/// How long who asks for recent events waits for those that are still to be written.
const RECENT_WAIT: Duration = Duration::from_secs(1);

/// The requests' end of the log.
pub(super) struct Logger {
    queue: SyncSender<Message>,
    shared: Arc<Shared>,
}

/// What both ends know.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) folds: Folds,
    /// How many bytes wait.
    pub(super) waiting: AtomicUsize,
    /// How many events found no room, or could not be written.
    pub(super) lost: AtomicU64,
    pub(super) recent: Ring,
}

pub(super) enum Message {
    Event(Box<Facts>),
    /// Asks to be told once everything before it is written, what is folded included.
    Flush(SyncSender<()>),
    /// The same; what is folded stays so.
    Settle(oneshot::Sender<()>),
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
    let mirrors = Mirrors::new(settings.security_log_syslog.clone(), settings.security_log_tracing);
    let logger = Logger::start(sink, mirrors, secret)?;
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
    pub(super) fn start(sink: Sink, mirrors: Mirrors, secret: &Secret) -> crate::Result<Self> {
        let (queue, messages) = sync_channel(QUEUE);
        let shared = Arc::new(Shared::default());
        let writer = Writer::new(sink, mirrors, secret, shared.clone())?;
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

    /// The newest of the events that are kept, once what was emitted before is written, or it took too long.
    pub(super) async fn recent(&self, limit: usize, event_type: Option<&str>) -> Recent {
        // Whatever is not written by then is missing.
        let _ = tokio::time::timeout(RECENT_WAIT, self.settle()).await;
        self.shared.recent.newest(limit, event_type)
    }

    /// Waits until everything before is written, without a thread for it.
    async fn settle(&self) {
        let (done, is_done) = oneshot::channel();
        let mut message = Message::Settle(done);
        while let Err(TrySendError::Full(same)) = self.queue.try_send(message) {
            tokio::time::sleep(Duration::from_millis(5)).await;
            message = same;
        }
        let _ = is_done.await;
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{event::Facts, kind::Kind, writer::LOST},
        *,
    };
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
        let logger = Logger::start(sink, Mirrors::default(), &Secret::new("Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4T"))
            .expect("it starts");
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
