//! From the socket to the edge: who may connect, how long each may take, and how all ends.
//!
//! One accept loop takes connections from a [`Listener`] (TCP, a Unix socket, or a socket handed over by systemd) and gives each to a
//! task of its own, its keeper (`connection.rs`), which shakes hands where TLS is spoken and lets hyper speak HTTP/1.1 or HTTP/2. hyper
//! keeps the bounds on sizes. The bounds on time are ours, since hyper's cover neither a connection that says nothing nor a body nor
//! a client that does not read: the stream, the requests and the answers write down what happens and when in one place (`life.rs`),
//! and the keeper acts on it. So they hold on both protocols alike, with and without TLS, and go on to hold for a WebSocket.
//!
//! What comes of it, [`Limits`] naming the bounds; *closed* is without a word, unless one is named:
//!
//! | who | HTTP/1.1 | HTTP/2 |
//! | --- | --- | --- |
//! | has connected and says nothing, shakes hands slowly, or has not sent its first head | closed after `head_time` | the same, its preface included |
//! | sends a later head slowly | closed `head_time` after its first byte; if that came with the request before, after `idle_time` at the latest | closed `head_time` after its first byte, whatever else is under way |
//! | is idle | closed after `idle_time` | `GOAWAY`, closed after `idle_time`; not kept by pings |
//! | sends a body slowly that a handler reads | 408, closed | 408 and `GOAWAY`, closed once its other requests are answered |
//! | sends a body that nobody reads | closed after the answer | its stream is reset after the answer |
//! | does not read its answer | closed after `write_time` without any progress | the same, also if it is its window that is closed |
//! | reads a stream of events, or holds a WebSocket | goes on without end; a WebSocket's client has to read, too | goes on without end |
//! | has gone without a word | as one that does not read: a WebSocket that nobody writes to never learns of it | closed `ping_time` after a ping |
//! | sends a head that is too large, or has too many fields | bare 431, closed (a target too long may be a 414) | bare 431, or `GOAWAY` (`ENHANCE_YOUR_CALM`) for far more or in too many frames, closed |
//! | sends what is no HTTP | bare 400, closed | `GOAWAY`, closed |
//! | sends two lengths, or one that is no number; an encoding whose last is not `chunked`; a NUL, a bare CR or a space before a colon in a field | bare 400, closed | a reset stream |
//! | sends a length beside `Transfer-Encoding: chunked` | answered as chunked, closed after the answer (RFC 9112 §6.1) | |
//! | sends broken chunks | the body fails: 400 from whoever reads it, closed after the answer | |
//! | ends lines of a head with a bare LF | taken as a line's end (RFC 9112 §2.2); in chunks it is refused | |
//! | asks for an absolute target | the edge's to judge: it sees the target whole | the same |
//! | asks for `*`, or for an authority (`CONNECT`) | such a path has no route; nothing is tunnelled | the same |
//! | has more requests under way than `streams` | | the stream is refused (`REFUSED_STREAM`) |
//! | resets streams before they are looked at, or provokes resets | | `GOAWAY` (`ENHANCE_YOUR_CALM`), closed |
//! | sends empty `DATA` or `CONTINUATION` without end | | `GOAWAY` (`ENHANCE_YOUR_CALM`), closed |
//! | sends `PING`, `SETTINGS` and the like without end | | each is answered before the next is read; closed once they outweigh all else eight times and by 1 MiB |
//! | is one connection too many, of all or of its client | closed at once | closed at once |
//! | is still there when the server stops | idle: closed; a request under way is answered, with `Connection: close`; a connection that has asked for nothing yet is given 200 ms, and one that waits to be accepted is accepted | `GOAWAY`; what is under way is answered |
//! | is not done after `shutdown_time`: requests, streams of events, WebSockets | cut | cut |
//!
//! A connection that is closed after an answer is read on for `linger_time` where its client may still be sending, so that no
//! reset takes the answer away. What hyper refuses by itself is bare: it carries none of the edge's headers, and no access log.

mod body;
mod clients;
mod connection;
mod frames;
mod life;
mod limits;
mod listener;
mod state;
mod stop;
mod stream;
#[cfg(feature = "tls")]
mod tls;
#[cfg(unix)]
mod unix;

use crate::{edge::Edge, error::Result};
use clients::{Clients, Full};
use connection::{builder, keep};
use life::Life;
use listener::Accepted;
use std::{future::Future, io, pin::pin, sync::Arc, time::Duration};
use stop::Stage;
use stream::{Stream, Watched};
use tokio::sync::watch;

pub use limits::Limits;
pub(crate) use listener::Listener;
pub(crate) use stop::stopped;
#[cfg(feature = "tls")]
pub(crate) use tls::Tls;

/// There is none without the feature `tls`.
#[cfg(not(feature = "tls"))]
pub(crate) enum Tls {}

#[cfg(not(feature = "tls"))]
impl Tls {
    async fn accept(&self, _: Stream) -> io::Result<Stream> {
        match *self {}
    }
}

/// How long to wait when the system has no more files or memory for a connection.
const BREATH: Duration = Duration::from_millis(50);

/// How long connections are still accepted once the server is told to stop: those that the system has taken already would be reset.
const QUEUED: Duration = Duration::from_millis(50);

/// How long what was cut may take to be dropped.
const CUT: Duration = Duration::from_secs(1);

/// Serves until `stop` is done, then finishes what is under way, within a bound, and cuts the rest.
pub(crate) async fn serve(
    listener: Listener,
    edge: Edge,
    limits: Limits,
    tls: Option<Tls>,
    stop: impl Future<Output = ()>,
) -> Result<()> {
    let clients = Clients::new(&limits);
    let builder = Arc::new(builder(&limits));
    let limits = Arc::new(limits);
    let tls = tls.map(Arc::new);
    let (stage, _) = watch::channel(Stage::Running);
    let mut stop = pin!(stop);
    let mut queued = pin!(tokio::time::sleep(QUEUED));
    let mut is_stopping = false;
    let mut was_full = false;
    loop {
        let Accepted { stream, peer, is_counted } = tokio::select! {
            biased;
            () = &mut stop, if !is_stopping => {
                is_stopping = true;
                queued.as_mut().reset(tokio::time::Instant::now() + QUEUED);
                continue;
            }
            () = &mut queued, if is_stopping => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    if !is_of_the_connection(&error) {
                        tracing::warn!(%error, "no connection can be accepted just now");
                        tokio::time::sleep(BREATH).await;
                    }
                    continue;
                }
            },
        };
        let place = match clients.admit((is_counted && !edge.trusts(peer)).then_some(peer)) {
            Ok(place) => place,
            Err(full) => {
                // Dropping the stream closes it.
                if full == Full::All && !was_full {
                    tracing::warn!("there are {} connections, and no more are accepted", limits.connections);
                }
                was_full |= full == Full::All;
                tracing::debug!(%peer, ?full, "a connection was refused");
                continue;
            }
        };
        was_full = false;
        let edge = edge.of(peer, tls.is_some());
        let kept = keep(stream, edge, builder.clone(), tls.clone(), limits.clone(), stage.subscribe());
        tokio::spawn(async move {
            kept.await;
            drop(place);
        });
    }
    drop(listener);
    end(&stage, &limits).await;
    Ok(())
}

/// Lets connections end, and cuts those that do not.
async fn end(stage: &watch::Sender<Stage>, limits: &Limits) {
    stage.send_replace(Stage::Leaving);
    if tokio::time::timeout(limits.shutdown_time, stage.closed()).await.is_err() {
        tracing::warn!("some requests did not end within {:?} and were cut off", limits.shutdown_time);
        stage.send_replace(Stage::Cut);
        let _ = tokio::time::timeout(CUT, stage.closed()).await;
    }
}

/// Whether the error is the failed connection's own, and the next one may be better.
fn is_of_the_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
