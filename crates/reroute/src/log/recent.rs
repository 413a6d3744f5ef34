//! The newest events of this process, in memory.

use super::kind::Kind;
use crate::params::Output;
use serde::Serialize;
use serde_json::value::RawValue;
use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

/// How many bytes are kept at most: a line has up to 64 KiB.
const BYTES: usize = 16 << 20;

/// How many events are kept; zero until an application asks for some.
static MOST: AtomicUsize = AtomicUsize::new(0);

/// Keeps as many, or more where somebody else in this process asked for more.
pub(crate) fn keep(most: usize) {
    MOST.fetch_max(most, Relaxed);
}

/// What [`SecurityLog::recent`](super::SecurityLog::recent) found.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Recent {
    /// The newest first.
    pub events: Vec<Logged>,
    /// How many of this type are kept in all.
    pub total: usize,
}

/// An event as it was written, byte by byte: redacted, with its `seq` and `mac`. One that could not be written has neither.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Logged(Box<RawValue>);

impl Logged {
    /// The JSON object, without an end of line.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }
}

/// Nothing in it is secret that was not redacted.
impl Output for Logged {}

/// The newest lines, bounded by their number and their bytes.
#[derive(Default)]
pub(super) struct Ring(Mutex<Lines>);

#[derive(Default)]
struct Lines {
    /// The oldest first.
    lines: VecDeque<(Kind, String)>,
    bytes: usize,
}

impl Ring {
    pub(super) fn keep(&self, lines: Vec<(Kind, String)>) {
        self.keep_at_most(MOST.load(Relaxed), lines);
    }

    fn keep_at_most(&self, most: usize, lines: Vec<(Kind, String)>) {
        if most == 0 {
            return;
        }
        let mut kept = self.open();
        for (kind, mut line) in lines {
            line.shrink_to_fit();
            kept.bytes += line.len();
            kept.lines.push_back((kind, line));
            while kept.lines.len() > most || kept.bytes > BYTES {
                let gone = kept.lines.pop_front().map_or(0, |(_, line)| line.len());
                kept.bytes -= gone;
            }
        }
    }

    pub(super) fn newest(&self, limit: usize, event_type: Option<&str>) -> Recent {
        let kept = self.open();
        let wanted = || {
            let wanted = kept.lines.iter().rev();
            wanted.filter(|(kind, _)| event_type.is_none_or(|name| kind.name() == name))
        };
        // Each line is JSON.
        let event = |(_, line): &(Kind, String)| RawValue::from_string(line.clone()).ok().map(Logged);
        Recent { events: wanted().take(limit).filter_map(event).collect(), total: wanted().count() }
    }

    fn open(&self) -> MutexGuard<'_, Lines> {
        // Nothing in the steps of a change panics.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(count: usize, length: usize) -> Vec<(Kind, String)> {
        let kind = |nth| if nth % 2 == 0 { Kind::AuthFailure } else { Kind::AuthSuccess };
        (0..count).map(|nth| (kind(nth), format!("{{\"nth\":{nth},\"x\":\"{}\"}}", "x".repeat(length)))).collect()
    }

    fn starts(recent: &Recent, nth: usize, with: usize) -> bool {
        recent.events[nth].as_str().starts_with(&format!("{{\"nth\":{with},"))
    }

    #[test]
    fn the_newest_come_first_and_the_oldest_go() {
        let ring = Ring::default();
        ring.keep_at_most(10, lines(25, 1));
        let all = ring.newest(500, None);
        assert_eq!((all.events.len(), all.total), (10, 10));
        assert!(starts(&all, 0, 24) && starts(&all, 9, 15));
        let some = ring.newest(2, Some("auth_success"));
        assert_eq!((some.events.len(), some.total), (2, 5));
        assert!(starts(&some, 0, 23) && starts(&some, 1, 21));
        assert_eq!(ring.newest(9, Some("nothing_of_this_name")).total, 0);
    }

    #[test]
    fn long_lines_take_no_more_room_than_there_is() {
        let ring = Ring::default();
        ring.keep_at_most(10_000, lines(400, 64 << 10));
        assert!(ring.open().bytes <= BYTES);
        let kept = ring.open().lines.iter().map(|(_, line)| line.len()).sum::<usize>();
        assert_eq!(ring.open().bytes, kept);
        assert!(starts(&ring.newest(1, None), 0, 399));
        ring.keep_at_most(0, lines(1, 1));
        assert!(starts(&ring.newest(1, None), 0, 399), "who keeps nothing adds nothing");
    }
}
