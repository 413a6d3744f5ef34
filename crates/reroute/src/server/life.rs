use super::{
    Limits,
    state::{Due, Phase, State, remember},
};
use std::{
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll, Waker},
};
use tokio::time::{Instant, Sleep};

/// What a connection is at, and since when: written by its stream, its requests and its answers, read by its keeper, who alone
/// acts on it.
///
/// One lock, never held across a wait and hardly ever contended: all but the bodies of HTTP/2 are polled by the keeper's own task.
pub(super) struct Life {
    limits: Arc<Limits>,
    state: Mutex<State>,
    /// Beside the lock, since each answer and each read asks.
    leaving: AtomicBool,
    cut: AtomicBool,
    /// HTTP/2: how many bytes of answers there were.
    sent: AtomicU64,
}

/// Fewer bytes than this are no part of an answer but HTTP/2's own frames, which do not make a connection busy.
const PIECE: usize = 256;

impl Life {
    pub(super) fn begin(limits: Arc<Limits>) -> Arc<Self> {
        Arc::new(Self {
            limits,
            state: Mutex::new(State::new()),
            leaving: AtomicBool::new(false),
            cut: AtomicBool::new(false),
            sent: AtomicU64::new(0),
        })
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    // What requests and answers tell.

    /// A head is complete. The number names its answer's body to [`Life::owes`].
    pub(super) fn request(&self, is_http2: bool) -> u64 {
        let mut state = self.lock();
        state.phase = match state.phase {
            Phase::Active(count) => Phase::Active(count + 1),
            _ => Phase::Active(1),
        };
        state.is_http2 = is_http2;
        state.has_unread = false;
        state.next_body += 1;
        state.next_body
    }

    /// A request is answered, or given up.
    pub(super) fn answered(&self) {
        let mut state = self.lock();
        match state.phase {
            Phase::Active(count @ 2..) => state.phase = Phase::Active(count - 1),
            Phase::Active(_) => {
                state.phase = Phase::Idle(Instant::now());
                self.wake(&state);
            }
            _ => {}
        }
    }

    /// A body's piece of this many bytes waits to be taken.
    pub(super) fn owes(&self, body: u64, bytes: u64) {
        self.sent.fetch_add(bytes, Relaxed);
        let mut state = self.lock();
        state.owed.push((body, Instant::now()));
        self.wake(&state);
    }

    pub(super) fn paid(&self, body: u64) {
        self.lock().owed.retain(|(owed, _)| *owed != body);
    }

    pub(super) fn leave_unread(&self) {
        self.lock().has_unread = true;
    }

    /// The connection is to end once its requests are answered.
    pub(super) fn leave(&self) {
        if !self.leaving.swap(true, Relaxed) {
            let mut state = self.lock();
            state.left = Some(Instant::now());
            if let Some(keeper) = &state.keeper {
                keeper.wake_by_ref();
            }
        }
    }

    /// Whether no request has come yet.
    pub(super) fn is_fresh(&self) -> bool {
        self.lock().next_body == 0
    }

    pub(super) fn is_leaving(&self) -> bool {
        self.leaving.load(Relaxed)
    }

    // What the stream tells.

    /// Bytes have come.
    pub(super) fn read(&self) {
        let mut state = self.lock();
        if let (Phase::Idle(_), false) = (state.phase, state.is_http2) {
            state.phase = Phase::Head(Instant::now());
        }
    }

    /// HTTP/2: another frame or head is under way, or none.
    pub(super) fn within(&self, is_within: bool) {
        self.lock().within = is_within.then(Instant::now);
    }

    /// HTTP/2: how many bytes of answers there were.
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Relaxed)
    }

    /// The socket has taken this many bytes.
    pub(super) fn wrote(&self, bytes: usize) {
        let mut state = self.lock();
        state.stalled = None;
        if bytes >= PIECE || !state.is_http2 {
            match &mut state.phase {
                Phase::Idle(since) => *since = Instant::now(),
                // The client may send its next request while it still reads the answer to its last.
                Phase::Head(since) => *since = Instant::now(),
                _ => {}
            }
        }
    }

    /// The socket takes nothing more for now.
    pub(super) fn stall(&self, writer: &Waker) {
        let mut state = self.lock();
        remember(&mut state.writer, writer);
        if state.stalled.is_none() {
            state.stalled = Some(Instant::now());
            self.wake(&state);
        }
    }

    /// Nothing is left to be taken.
    pub(super) fn flushed(&self) {
        let mut state = self.lock();
        state.stalled = None;
    }

    pub(super) fn await_bytes(&self, reader: &Waker) {
        remember(&mut self.lock().reader, reader);
    }

    /// All is sent. Says whether the client may still be sending, so that closing at once would take the answer from it.
    pub(super) fn linger(&self) -> bool {
        let mut state = self.lock();
        let lingers = match state.phase {
            Phase::Fresh(_) | Phase::Head(_) => true,
            Phase::Upgraded => false,
            _ => state.has_unread || state.is_http2,
        };
        if lingers {
            state.phase = Phase::Lingering(Instant::now());
        }
        lingers
    }

    pub(super) fn gone(&self) {
        let mut state = self.lock();
        state.phase = Phase::Gone;
        if let Some(keeper) = &state.keeper {
            keeper.wake_by_ref();
        }
    }

    pub(super) fn is_cut(&self) -> bool {
        self.cut.load(Relaxed)
    }

    // What the keeper asks.

    pub(super) fn is_gone(&self) -> bool {
        matches!(self.lock().phase, Phase::Gone)
    }

    /// HTTP has ended, and the stream lives on in other hands, if it does.
    pub(super) fn upgrade(&self) {
        let mut state = self.lock();
        if !matches!(state.phase, Phase::Gone) {
            state.phase = Phase::Upgraded;
        }
    }

    /// Lets whoever holds the stream see an error instead of bytes.
    pub(super) fn cut(&self) {
        self.cut.store(true, Relaxed);
        let mut state = self.lock();
        for waker in [state.reader.take(), state.writer.take()].into_iter().flatten() {
            waker.wake();
        }
    }

    /// Waits until a time is up. `alarm` is the keeper's own, and rings more rarely than it is set: most times are over before.
    pub(super) fn poll_due(&self, mut alarm: Pin<&mut Sleep>, task: &mut Context<'_>) -> Poll<Due> {
        let mut state = self.lock();
        remember(&mut state.keeper, task.waker());
        loop {
            let rang = state.armed.is_some() && alarm.as_mut().poll(task).is_ready();
            if rang {
                state.armed = None;
            }
            match state.due(&self.limits) {
                Some((at, due)) if rang && at <= Instant::now() => return Poll::Ready(due),
                Some((at, _)) if state.armed.is_none_or(|armed| at < armed) => {
                    alarm.as_mut().reset(at);
                    state.armed = Some(at);
                }
                _ => return Poll::Pending,
            }
        }
    }

    /// Wakes the keeper if it would sleep too long.
    fn wake(&self, state: &State) {
        if let Some(keeper) = &state.keeper
            && let Some((at, _)) = state.due(&self.limits)
            && state.armed.is_none_or(|armed| at < armed)
        {
            keeper.wake_by_ref();
        }
    }

    /// Nothing panics while it holds the state.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
