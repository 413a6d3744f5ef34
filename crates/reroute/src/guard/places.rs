use crate::route::Context;
use axum_core::response::Response;
use http::request::Parts;
use std::{future::Future, pin::Pin};

type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Keeps answers.
///
/// The head of the request is what is left of it once the parameters are parsed: method, target, headers.
pub trait Cache: Send + Sync + 'static {
    /// The answer that was kept for such a request.
    fn look_up<'a>(&'a self, parts: &'a Parts, cx: &'a Context) -> Later<'a, Option<Response>>;

    /// Keeps the answer, if it may be kept, and leaves one like it in its place.
    fn store<'a>(&'a self, parts: &'a Parts, response: &'a mut Response, cx: &'a Context) -> Later<'a, ()>;
}
