//! From the socket to the edge.

use crate::{edge::Edge, error::Result};
use hyper::service::service_fn;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use std::{convert::Infallible, future::Future, io, time::Duration};
use tokio::net::{TcpListener, TcpStream};

/// How long the head of a request may take to arrive.
const HEADER_TIME: Duration = Duration::from_secs(10);

/// How long what is under way may take to end once the server is told to stop.
const SHUTDOWN_TIME: Duration = Duration::from_secs(10);

/// How long to wait when the system has no more files or memory for a connection.
const BREATH: Duration = Duration::from_millis(50);

/// Serves until `stop` is done, then finishes what is under way, within a bound.
pub(crate) async fn serve(listener: TcpListener, edge: Edge, stop: impl Future<Output = ()>) -> Result<()> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIME);
    builder.http2().timer(TokioTimer::new());
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok(connection) => connection,
                Err(error) => {
                    if !is_of_the_connection(&error) {
                        tracing::warn!(%error, "no connection can be accepted just now");
                        tokio::time::sleep(BREATH).await;
                    }
                    continue;
                }
            },
        };
        serve_connection(stream, edge.of(peer.ip()), &builder, &graceful);
    }
    drop(listener);
    if tokio::time::timeout(SHUTDOWN_TIME, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end within {SHUTDOWN_TIME:?} and were cut off");
    }
    Ok(())
}

fn serve_connection(
    stream: TcpStream,
    edge: Edge,
    builder: &auto::Builder<TokioExecutor>,
    graceful: &GracefulShutdown,
) {
    // Answers are written whole: waiting for more to send with them only delays them.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let answer = edge.handle(request);
        async move { Ok::<_, Infallible>(answer.await) }
    });
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(error, "a connection ended early");
        }
    });
}

/// Whether the error is the failed connection's own, and the next one may be better.
fn is_of_the_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Done when the process is told to stop: SIGINT or SIGTERM.
pub(crate) async fn stopped() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
