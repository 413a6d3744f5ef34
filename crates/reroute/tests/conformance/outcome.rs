//! What comes of some frames, at a server of ours and at a bare one.

use super::{
    bare::Bare,
    cases::PROTOCOL,
    h2::{
        SHORT, Served,
        client::{BOUND, Client},
        frames::{self, Frame},
    },
};
use reroute::testing::Limits;
use std::net::SocketAddr;
use tokio::time::timeout;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A stream is answered with this status, to the end.
    Status(u16),
    /// A stream is reset for this reason.
    Reset(u32),
    /// The answer to a ping of eight sevens.
    Pong,
    /// The connection is given up for this reason.
    Goaway(u32),
    Closed,
    /// Nothing comes that was awaited.
    Silence,
}

pub(crate) enum Step {
    Send(Vec<u8>),
    /// Goes on when there were so many events in all.
    Await(usize),
}

pub(crate) struct Case {
    pub(crate) what: &'static str,
    /// After the client's preface and its empty `SETTINGS`.
    pub(crate) steps: Vec<Step>,
    /// If the connection is not to end, a request on another stream must be answered afterwards, too.
    pub(crate) wanted: Vec<Event>,
}

impl Case {
    /// The h2 crate, hyper's, gives this up with the whole connection, and without RFC 9113's finer reason: `PROTOCOL_ERROR`.
    pub(crate) fn plainly(mut self) -> Self {
        self.wanted.retain(|event| matches!(event, Event::Status(_)));
        self.wanted.extend([Event::Goaway(PROTOCOL), Event::Closed]);
        self
    }
}

/// Of the request that is sent last: larger than all that a case uses.
const PROBE: u32 = 0x7fff_ffff;

/// All cases end as they are to, at both servers.
#[track_caller]
pub(crate) fn check(cases: impl IntoIterator<Item = Case>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let wrong = runtime.block_on(async {
        let ours = Served::start(Limits { linger_time: SHORT, ..Limits::default() }).await;
        let bare = Bare::start().await;
        let mut wrong = Vec::new();
        for case in cases {
            let at_ours = outcome(ours.server.address(), &case).await;
            let at_bare = outcome(bare.address, &case).await;
            if at_ours != at_bare || at_ours != case.wanted {
                wrong.push(format!("{}: {at_ours:?}, bare {at_bare:?}, expected {:?}", case.what, case.wanted));
            }
        }
        ours.stop().await;
        wrong
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
}

async fn outcome(address: SocketAddr, case: &Case) -> Vec<Event> {
    let mut watched = Watched { client: Client::tcp(address).await, events: Vec::new(), is_probed: false };
    watched.client.send(&[frames::PREFACE, &frames::settings(&[])].concat()).await;
    for step in &case.steps {
        match step {
            // That the server may have closed is seen by reading.
            Step::Send(bytes) => drop(watched.client.try_send(bytes).await),
            Step::Await(count) => watched.until(|watched| watched.events.len() >= *count).await,
        }
    }
    watched.until(|watched| watched.events.len() >= case.wanted.len()).await;
    if !watched.is_over() {
        let _ = watched.client.try_send(&frames::get(PROBE, "/hello")).await;
        watched.until(|watched| watched.is_probed).await;
    }
    watched.events
}

struct Watched {
    client: Client,
    events: Vec<Event>,
    is_probed: bool,
}

impl Watched {
    fn is_over(&self) -> bool {
        self.events.iter().any(|event| matches!(event, Event::Closed | Event::Silence))
    }

    async fn until(&mut self, is_there: impl Fn(&Self) -> bool) {
        while !is_there(self) && !self.is_over() {
            match timeout(BOUND / 2, self.client.frame()).await {
                Err(_) => self.events.push(Event::Silence),
                Ok(None) => self.events.push(Event::Closed),
                Ok(Some(frame)) => self.see(&frame),
            }
        }
    }

    fn see(&mut self, frame: &Frame) {
        if frame.stream == PROBE {
            assert_ne!(frame.kind, frames::RST_STREAM, "the probe is answered");
            self.is_probed |= frame.is_last();
            return;
        }
        let event = match (frame.kind, frame.payload.as_slice()) {
            // Our answers have bodies: the status is counted with its head.
            (frames::HEADERS, block) => Event::Status(status(block)),
            (frames::RST_STREAM, [a, b, c, d]) => Event::Reset(u32::from_be_bytes([*a, *b, *c, *d])),
            (frames::GOAWAY, [_, _, _, _, a, b, c, d, ..]) => Event::Goaway(u32::from_be_bytes([*a, *b, *c, *d])),
            (frames::PING, [7, 7, 7, 7, 7, 7, 7, 7]) if frame.flags == frames::ACK => Event::Pong,
            _ => return,
        };
        self.events.push(event);
    }
}

/// The status that a header block begins with, if HPACK's static table has it (RFC 7541, appendix A).
fn status(block: &[u8]) -> u16 {
    const STATUSES: [u16; 7] = [200, 204, 206, 304, 400, 404, 500];
    // The table's size may be told before.
    let first = block.iter().find(|byte| **byte & 0xe0 != 0x20).copied().unwrap_or_default();
    let nth = first.wrapping_sub(0x88);
    *STATUSES.get(usize::from(nth)).unwrap_or_else(|| panic!("none of {STATUSES:?}: {block:?}"))
}
