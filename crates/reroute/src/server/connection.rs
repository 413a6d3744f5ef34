use super::{
    Life, Tls, Watched,
    body::{Answer, Paced, UnderWay},
    limits::Limits,
    state::Due,
    stop::{Stage, reached},
    stream::Stream,
};
use crate::edge::Edge;
use http::{HeaderValue, Request, Version, header};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulConnection},
};
use std::{
    convert::Infallible, future::Future, future::poll_fn, pin::Pin, pin::pin, sync::Arc, task::Poll, time::Duration,
};
use tokio::{
    sync::watch,
    time::{Sleep, sleep_until},
};

pub(super) type Builder = auto::Builder<TokioExecutor>;

/// What hyper keeps of the limits. It keeps no time: its own bound on a head also ends idle connections, and starts with the head.
pub(super) fn builder(limits: &Limits) -> Builder {
    /// hyper takes no less.
    const LEAST: usize = 8 * 1024;
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().header_read_timeout(None).max_buf_size(limits.head_bytes.max(LEAST));
    if limits.head_fields != Limits::default().head_fields {
        // Another number than its own makes hyper allocate for each request.
        builder.http1().max_headers(limits.head_fields);
    }
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(limits.head_bytes.try_into().unwrap_or(u32::MAX))
        .max_concurrent_streams(limits.streams)
        .max_pending_accept_reset_streams(limits.pending_resets)
        .max_local_error_reset_streams(limits.local_resets)
        .initial_stream_window_size(limits.stream_window)
        .initial_connection_window_size(limits.connection_window)
        .max_send_buf_size(limits.send_buffer)
        .keep_alive_interval(limits.ping_interval)
        .keep_alive_timeout(limits.ping_time);
    builder
}

/// Serves one connection until its stream is closed, be it in the hands of a WebSocket.
pub(super) async fn keep(
    stream: Stream,
    edge: Edge,
    builder: Arc<Builder>,
    tls: Option<Arc<Tls>>,
    limits: Arc<Limits>,
    mut stage: watch::Receiver<Stage>,
) {
    let life = Life::begin(limits);
    let mut alarm = pin!(sleep_until(tokio::time::Instant::now()));
    let stream = match tls {
        None => stream,
        Some(tls) => tokio::select! {
            biased;
            () = reached(&mut stage, Stage::Leaving) => return,
            due = poll_fn(|task| life.poll_due(alarm.as_mut(), task)) => return log(due),
            stream = tls.accept(stream) => match stream {
                Ok(stream) => stream,
                Err(error) => return tracing::debug!(%error, "a TLS handshake failed"),
            },
        },
    };
    let connection = serve(Watched::new(stream, life.clone()), edge, &builder, life.clone());
    if hold(connection, &life, alarm.as_mut(), &mut stage).await {
        life.upgrade();
        tokio::select! {
            biased;
            () = poll_fn(|task| closed(&life, alarm.as_mut(), task)) => {}
            () = reached(&mut stage, Stage::Cut) => {}
        }
        // Whoever holds the stream finds it broken; if it is closed, nobody does.
        life.cut();
    }
}

fn serve(
    stream: Watched,
    edge: Edge,
    builder: &Builder,
    life: Arc<Life>,
) -> impl GracefulConnection<Error = Box<dyn std::error::Error + Send + Sync>> + Send + use<> {
    let service = service_fn(move |request: Request<Incoming>| {
        let under_way = UnderWay::new(life.clone(), request.version() == Version::HTTP_2);
        let answer = edge.handle(request.map(|body| Paced::new(body, life.clone())));
        async move {
            let mut response = answer.await;
            if under_way.is_last() && !response.status().is_informational() {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(response.map(|body| Answer::new(body, under_way)))
        }
    });
    builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned()
}

/// How long a connection that has asked for nothing yet is given when the server stops.
const FRESH: Duration = Duration::from_millis(200);

/// Drives HTTP on a connection to its end, or until a time is up. Says whether it may live on as something else.
async fn hold<C>(connection: C, life: &Life, mut alarm: Pin<&mut Sleep>, stage: &mut watch::Receiver<Stage>) -> bool
where
    C: GracefulConnection<Error = Box<dyn std::error::Error + Send + Sync>>,
{
    let mut connection = pin!(connection);
    let mut is_told = false;
    let mut stages = pin!(async {
        reached(stage, Stage::Leaving).await;
        if life.is_fresh() {
            // Its first request may be on its way, or here and unread.
            tokio::time::sleep(FRESH).await;
        }
        life.leave();
        reached(stage, Stage::Cut).await;
    });
    poll_fn(|task| {
        loop {
            if stages.as_mut().poll(task).is_ready() {
                return Poll::Ready(false);
            }
            if life.is_leaving() && !is_told {
                is_told = true;
                connection.as_mut().graceful_shutdown();
            }
            if let Poll::Ready(ended) = connection.as_mut().poll(task) {
                return Poll::Ready(match ended {
                    Ok(()) => true,
                    Err(error) => {
                        tracing::debug!(error, "a connection ended early");
                        false
                    }
                });
            }
            match life.poll_due(alarm.as_mut(), task) {
                Poll::Ready(Due::Idle) => life.leave(),
                Poll::Ready(due) => {
                    log(due);
                    return Poll::Ready(false);
                }
                Poll::Pending if life.is_leaving() && !is_told => {}
                Poll::Pending => return Poll::Pending,
            }
        }
    })
    .await
}

/// Ready when the stream is closed, or its client takes nothing for too long.
fn closed(life: &Life, alarm: Pin<&mut Sleep>, task: &mut std::task::Context<'_>) -> Poll<()> {
    // The state is looked at after the waker is left.
    match life.poll_due(alarm, task) {
        Poll::Ready(due) => {
            log(due);
            Poll::Ready(())
        }
        Poll::Pending if life.is_gone() => Poll::Ready(()),
        Poll::Pending => Poll::Pending,
    }
}

fn log(due: Due) {
    let what = match due {
        Due::Head => "its request's head took too long",
        Due::Idle => "it was idle",
        Due::Write => "its client does not read",
        Due::Linger => "it did not end",
    };
    tracing::debug!("a connection was cut: {what}");
}
