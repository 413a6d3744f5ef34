use super::Limits;
use std::task::Waker;
use tokio::time::Instant;

/// What is written down of a connection.
pub(super) struct State {
    pub(super) phase: Phase,
    pub(super) is_http2: bool,
    /// Since when the socket takes nothing more.
    pub(super) stalled: Option<Instant>,
    /// HTTP/2: since when a frame is under way, or a head in several.
    pub(super) within: Option<Instant>,
    /// HTTP/2: the bodies whose last piece has not been taken, and since when.
    pub(super) owed: Vec<(u64, Instant)>,
    pub(super) next_body: u64,
    /// Since when the connection is to end.
    pub(super) left: Option<Instant>,
    /// Whether the body of the last request was not read to its end.
    pub(super) has_unread: bool,
    /// When the keeper wakes by itself.
    pub(super) armed: Option<Instant>,
    pub(super) keeper: Option<Waker>,
    pub(super) reader: Option<Waker>,
    pub(super) writer: Option<Waker>,
}

#[derive(Clone, Copy)]
pub(super) enum Phase {
    /// No request has come yet.
    Fresh(Instant),
    /// HTTP/1.1: a later head has begun.
    Head(Instant),
    /// This many requests are under way.
    Active(usize),
    /// All requests are answered, since then or since the last piece of an answer went out.
    Idle(Instant),
    /// No longer HTTP.
    Upgraded,
    /// All is sent, and the client's end is awaited.
    Lingering(Instant),
    /// The stream is closed.
    Gone,
}

/// Which time is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    Head,
    Idle,
    Write,
    Linger,
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            phase: Phase::Fresh(Instant::now()),
            is_http2: false,
            stalled: None,
            within: None,
            owed: Vec::new(),
            next_body: 0,
            left: None,
            has_unread: false,
            armed: None,
            keeper: None,
            reader: None,
            writer: None,
        }
    }

    /// The time that is up first.
    pub(super) fn due(&self, limits: &Limits) -> Option<(Instant, Due)> {
        let owed = self.owed.iter().map(|(_, since)| *since).min();
        let taken = [self.stalled, owed].into_iter().flatten().min();
        let unread = taken.map(|since| (since + limits.write_time, Due::Write));
        let within = self.within.map(|since| (since + limits.head_time, Due::Head));
        let left = self.left.map(|left| left + limits.linger_time);
        let phase = match self.phase {
            Phase::Active(_) | Phase::Upgraded | Phase::Gone => None,
            Phase::Lingering(since) => Some((since + limits.linger_time, Due::Linger)),
            // What waits for the client to read is not idle.
            _ if self.stalled.is_some() => None,
            Phase::Fresh(since) | Phase::Head(since) => {
                let at = since + limits.head_time;
                Some((left.map_or(at, |left| left.min(at)), Due::Head))
            }
            Phase::Idle(since) if left.is_some() => {
                Some((left.map_or(since, |left| left.max(since + limits.linger_time)), Due::Linger))
            }
            Phase::Idle(since) => Some((since + limits.idle_time, Due::Idle)),
        };
        [unread, within, phase].into_iter().flatten().min_by_key(|(at, _)| *at)
    }
}

/// Keeps a waker, unless it is known.
pub(super) fn remember(known: &mut Option<Waker>, waker: &Waker) {
    match known {
        Some(known) => known.clone_from(waker),
        None => *known = Some(waker.clone()),
    }
}
