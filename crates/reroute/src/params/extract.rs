use crate::{
    error::{Error, Result},
    route::Context,
};
use axum_core::{
    extract::{FromRequest, FromRequestParts, Request},
    response::IntoResponse,
};
use http::request::Parts;

/// One argument or field that needs no body.
pub async fn part<T: FromRequestParts<Context>>(parts: &mut Parts, cx: &Context) -> Result<T> {
    T::from_request_parts(parts, cx).await.map_err(refused)
}

/// The last argument, which may take the body.
pub async fn last<T: FromRequest<Context, Via>, Via>(request: Request, cx: &Context) -> Result<T> {
    T::from_request(request, cx).await.map_err(refused)
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
