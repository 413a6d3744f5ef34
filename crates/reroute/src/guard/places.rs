use crate::{error::Result, route::Context};
use axum_core::response::Response;
use http::request::Parts;
use std::{future::Future, pin::Pin};

type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where on the way a limit is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitStage {
    /// First of all: nothing is known but the address.
    Address,
    /// Once the caller is known and may call.
    Caller,
    /// Once the parameters are parsed and valid.
    Input,
}

/// Decides whether there were too many requests.
pub trait Limit: Send + Sync + 'static {
    /// Admits the request, or says why not.
    fn admit<'a>(&'a self, stage: LimitStage, parts: &'a Parts, cx: &'a Context) -> Later<'a, Result<()>>;
}

/// Keeps answers.
///
/// The head of the request is what is left of it once the parameters are parsed: method, target, headers.
pub trait Cache: Send + Sync + 'static {
    /// The answer that was kept for such a request.
    fn look_up<'a>(&'a self, parts: &'a Parts, cx: &'a Context) -> Later<'a, Option<Response>>;

    /// Keeps the answer, if it may be kept, and leaves one like it in its place.
    fn store<'a>(&'a self, parts: &'a Parts, response: &'a mut Response, cx: &'a Context) -> Later<'a, ()>;
}
