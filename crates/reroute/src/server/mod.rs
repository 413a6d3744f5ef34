//! From the socket to the edge.

mod body;
mod clients;
mod connection;
mod frames;
mod life;
mod limits;
mod listener;
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
    let mut was_full = false;
    loop {
        let Accepted { stream, peer, is_counted } = tokio::select! {
            biased;
            () = &mut stop => break,
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
        let place = match clients.admit(is_counted.then_some(peer)) {
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
