use super::Life;
use crate::params::TooSlow;
use axum_core::body::Body;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::time::{Instant, Sleep};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A request's body that fails with [`TooSlow`] when the client lets its reader wait too long. Time in which nobody asks for it
/// does not count.
pub(super) struct Paced {
    body: Incoming,
    life: Arc<Life>,
    bytes: u64,
    /// How long it was waited for, the present wait not counted.
    waited: Duration,
    /// The present wait's begin and bound, if the reader waits.
    wait: Option<(Instant, Instant)>,
    /// Made when the reader first has to wait: a body that came with its head pays for no timer.
    alarm: Option<Pin<Box<Sleep>>>,
    is_late: bool,
    is_over: bool,
}

impl Paced {
    pub(super) fn new(body: Incoming, life: Arc<Life>) -> Self {
        Self { body, life, bytes: 0, waited: Duration::ZERO, wait: None, alarm: None, is_late: false, is_over: false }
    }

    fn poll_late(&mut self, task: &mut Context<'_>) -> Poll<()> {
        let limits = self.life.limits();
        let (_, end) = *self.wait.get_or_insert_with(|| {
            let now = Instant::now();
            let left = limits.body_time(self.bytes).saturating_sub(self.waited);
            (now, now + left.min(limits.body_pause))
        });
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(end)));
        if alarm.deadline() != end {
            alarm.as_mut().reset(end);
        }
        alarm.as_mut().poll(task)
    }
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        if this.is_late {
            return Poll::Ready(Some(Err(TooSlow.into())));
        }
        let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(task) else {
            ready!(this.poll_late(task));
            this.is_late = true;
            this.life.leave();
            return Poll::Ready(Some(Err(TooSlow.into())));
        };
        if let Some((since, _)) = this.wait.take() {
            this.waited += since.elapsed();
        }
        match &frame {
            Some(Ok(frame)) => this.bytes += frame.data_ref().map_or(0, |data| data.len() as u64),
            Some(Err(_)) => {}
            None => this.is_over = true,
        }
        Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Paced {
    fn drop(&mut self) {
        if !self.is_over && !self.body.is_end_stream() {
            self.life.leave_unread();
        }
    }
}

/// A request from its complete head to the last piece of its answer.
pub(super) struct UnderWay {
    life: Arc<Life>,
    is_http2: bool,
    body: u64,
    owes: bool,
}

impl UnderWay {
    pub(super) fn new(life: Arc<Life>, is_http2: bool) -> Self {
        let body = life.request(is_http2);
        Self { life, is_http2, body, owes: false }
    }

    /// Whether the answer has to say that it is the last.
    pub(super) fn is_last(&self) -> bool {
        !self.is_http2 && self.life.is_leaving()
    }

    /// The stream asks for the next piece only when it has room for the last: of what it has not asked for, the client is the cause.
    /// (HTTP/1.1 has no room when the socket has none, and that the stream sees.)
    fn owes(&mut self, bytes: usize) {
        if self.is_http2 && !self.owes {
            self.owes = true;
            self.life.owes(self.body, bytes as u64);
        }
    }

    fn is_paid(&mut self) {
        if self.owes {
            self.owes = false;
            self.life.paid(self.body);
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.is_paid();
        self.life.answered();
    }
}

/// An answer's body, which keeps its request under way.
pub(super) struct Answer {
    body: Body,
    request: UnderWay,
}

impl Answer {
    pub(super) fn new(body: Body, request: UnderWay) -> Self {
        Self { body, request }
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum_core::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum_core::Error>>> {
        let this = self.get_mut();
        this.request.is_paid();
        let frame = ready!(Pin::new(&mut this.body).poll_frame(task));
        if let Some(Ok(frame)) = &frame {
            this.request.owes(frame.data_ref().map_or(0, Bytes::len));
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
