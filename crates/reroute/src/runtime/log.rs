//! A log that nobody waits for: lines go to a thread of their own by way of a bounded queue.

use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::Duration,
};
use tracing_subscriber::fmt::MakeWriter;

/// How many lines may wait. One more is dropped and counted: a log that is blocked stops no request.
const WAITING: usize = 8192;

/// How long the end of the process waits for the last lines.
const LAST: Duration = Duration::from_secs(1);

enum Message {
    Line(Vec<u8>),
    Flush(SyncSender<()>),
}

/// The way to the thread that writes.
#[derive(Clone)]
pub(super) struct Log {
    queue: SyncSender<Message>,
    dropped: Arc<AtomicU64>,
}

impl Log {
    /// Starts the thread that writes to `sink`.
    pub(super) fn to(sink: impl Write + Send + 'static) -> Self {
        let (queue, lines) = sync_channel(WAITING);
        let dropped = Arc::new(AtomicU64::new(0));
        let counted = dropped.clone();
        thread::spawn(move || write(&lines, sink, &counted));
        Self { queue, dropped }
    }

    /// Waits, within a bound, until what was logged before is written.
    pub(super) fn flush(&self) {
        let (done, wait) = sync_channel(1);
        if self.queue.try_send(Message::Flush(done)).is_ok() {
            let _ = wait.recv_timeout(LAST);
        }
    }
}

fn write(lines: &Receiver<Message>, mut sink: impl Write, dropped: &AtomicU64) {
    // Ends when the last way to it is gone. A sink that fails has nobody to be told to.
    while let Ok(message) = lines.recv() {
        match message {
            Message::Line(line) => {
                let _ = sink.write_all(&line);
            }
            Message::Flush(done) => {
                let _ = sink.flush();
                let _ = done.try_send(());
            }
        }
        let lost = dropped.swap(0, Ordering::Relaxed);
        if lost > 0 {
            let _ = writeln!(sink, "{lost} lines of the log were dropped: it is written more slowly than it is filled");
        }
    }
}

/// One line on its way.
pub(super) struct Line<'a>(&'a Log);

impl<'a> MakeWriter<'a> for Log {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line(self)
    }
}

impl Write for Line<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.0.queue.try_send(Message::Line(line.to_vec())).is_err() {
            self.0.dropped.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Mutex, mpsc::channel};

    /// Writes only when it is let.
    struct Gate(Receiver<()>, Arc<Mutex<Vec<u8>>>);

    impl Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.recv();
            self.1.lock().expect("no test panics while it holds this").extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn attack_141_a_blocked_log_stops_nobody_and_counts_what_it_drops() {
        let (open, gate) = channel();
        let written = Arc::new(Mutex::new(Vec::new()));
        let log = Log::to(Gate(gate, written.clone()));
        for _ in 0..WAITING + 100 {
            log.make_writer().write_all(b"line\n").expect("logging never fails");
        }
        drop(open);
        log.flush();
        // The queue was full, or the thread holds one line more than it.
        while !String::from_utf8_lossy(&written.lock().expect("nothing panicked"))
            .contains("lines of the log were dropped")
        {
            thread::yield_now();
        }
        let text = String::from_utf8(written.lock().expect("nothing panicked").clone()).expect("text");
        let lost: usize = text
            .lines()
            .find_map(|line| line.split_once(" lines of").and_then(|(lost, _)| lost.parse().ok()))
            .expect("a count");
        assert!((99..=100).contains(&lost), "{lost}");
    }
}
