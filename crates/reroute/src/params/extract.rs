use crate::{
    error::{Error, Result},
    route::Context,
};
use axum_core::{
    extract::{FromRequest, FromRequestParts, Request},
    response::IntoResponse,
};
use http::request::Parts;
use std::future::Future;

/// What can be had from the head of a request: a field, an argument, an argument of a check.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be had from the head of a request",
    label = "no extractor that leaves the body alone",
    note = "it implements `FromRequestParts<reroute::Context>`; only the last argument of a handler may take the body"
)]
pub trait Part: Sized {
    /// Extracts it.
    fn extract(parts: &mut Parts, cx: &Context) -> impl Future<Output = Result<Self>> + Send;
}

#[diagnostic::do_not_recommend]
impl<T: FromRequestParts<Context>> Part for T {
    async fn extract(parts: &mut Parts, cx: &Context) -> Result<Self> {
        T::from_request_parts(parts, cx).await.map_err(refused)
    }
}

/// What the last argument of a handler can be.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a handler",
    label = "no extractor",
    note = "it implements `FromRequestParts<reroute::Context>`, or, as the last argument, `FromRequest<reroute::Context>`",
    note = "`Json<T>` takes only inputs: write `#[input]` on `T`, in place of `#[derive(Deserialize)]`"
)]
pub trait Whole<Via>: Sized {
    /// Extracts it.
    fn extract(request: Request, cx: &Context) -> impl Future<Output = Result<Self>> + Send;
}

#[diagnostic::do_not_recommend]
impl<T: FromRequest<Context, Via>, Via> Whole<Via> for T {
    async fn extract(request: Request, cx: &Context) -> Result<Self> {
        T::from_request(request, cx).await.map_err(refused)
    }
}

/// One argument or field that needs no body.
pub fn part<T: Part>(parts: &mut Parts, cx: &Context) -> impl Future<Output = Result<T>> + Send {
    T::extract(parts, cx)
}

fn refused(refusal: impl IntoResponse) -> Error {
    Error::from_refusal(refusal.into_response())
}

/// Gathers what is wrong with all arguments, so that it is told at once.
#[derive(Default)]
pub struct Refusals(Option<Error>);

impl Refusals {
    /// The value, or nothing when it broke constraints.
    ///
    /// # Errors
    ///
    /// Whatever else is wrong: with a path that leads nowhere or a body of the wrong type there is nothing to validate.
    pub fn gather<T>(&mut self, outcome: Result<T>) -> Result<Option<T>> {
        match outcome {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.is_validation() => {
                self.0 = Some(match self.0.take() {
                    Some(first) => first.join(error),
                    None => error,
                });
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// All that was gathered.
    pub fn into_error(self) -> Error {
        // Only asked for when a value is missing, and a value is missing only when its refusal was gathered.
        self.0.unwrap_or_else(|| Error::internal("an argument is missing and nothing refused it"))
    }
}
