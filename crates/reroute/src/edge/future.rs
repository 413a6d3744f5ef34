use super::{Finish, Gate, Guise, in_flight::Underway};
use crate::{error::Error, log::security_log, route::Answer};
use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use std::{
    convert::Infallible,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::time::Sleep;

/// An answer on its way, held to its deadline and dressed when it comes.
#[must_use = "a future does nothing unless it is polled"]
pub struct EdgeFuture {
    work: Work,
    timeout: Duration,
    /// Made when the work first has to wait: what answers at once pays for no timer.
    deadline: Option<Pin<Box<Sleep>>>,
    finish: Arc<Finish>,
    gate: Arc<Gate>,
    guise: Guise,
    /// Its place among the requests under way, until its head is answered.
    _underway: Option<Underway>,
}

pub(super) enum Work {
    /// Decided at the edge.
    Done(Option<Response>),
    /// On its way through the guard.
    Running(Answer),
}

impl EdgeFuture {
    pub(super) fn new(
        work: Work,
        timeout: Duration,
        finish: Arc<Finish>,
        gate: Arc<Gate>,
        guise: Guise,
        underway: Option<Underway>,
    ) -> Self {
        Self { work, timeout, deadline: None, finish, gate, guise, _underway: underway }
    }
}

impl Future for EdgeFuture {
    type Output = Response;

    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Response> {
        let this = self.get_mut();
        let response = match &mut this.work {
            Work::Done(response) => response.take().unwrap_or_default(),
            // What a panic leaves behind is dropped with this future and never looked at again.
            Work::Running(answer) => match catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(task))) {
                Ok(Poll::Ready(response)) => response,
                Ok(Poll::Pending) => {
                    let timeout = this.timeout;
                    let deadline = this.deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep(timeout)));
                    ready!(deadline.as_mut().poll(task));
                    Error::new(StatusCode::SERVICE_UNAVAILABLE)
                        .detail("The answer took too long")
                        .caused_by(format!("no answer within {timeout:?}"))
                        .into_response()
                }
                Err(panic) => {
                    let event = security_log().security_error("a handler panicked");
                    event.with("request_id", this.guise.id.to_string()).emit();
                    Error::internal(message(&*panic)).into_response()
                }
            },
        };
        // The work is dropped before the answer leaves: what a time-out cuts off holds nothing any longer.
        this.work = Work::Done(None);
        Poll::Ready(this.finish.finish(response, &this.guise, &this.gate))
    }
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("panicked: {}", text.unwrap_or("without a message"))
}

/// [`EdgeFuture`] as tower wants it.
#[must_use = "a future does nothing unless it is polled"]
pub struct Infallibly(pub(super) EdgeFuture);

impl Future for Infallibly {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(task).map(Ok)
    }
}
