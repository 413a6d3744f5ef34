use super::{
    body,
    content_type::{is_encoded, is_form},
    input::{Input, Source},
    query::Pairs,
    text,
};
use crate::{
    error::{Error, Result},
    route::{Context, Describe},
};
use axum_core::extract::{FromRequest, Request};
use http::StatusCode;

/// The body of an HTML form, `application/x-www-form-urlencoded`.
///
/// `T` is an [`#[input]`](crate::input): what it does not name is refused, as is a field that is given twice, unless it is a list.
/// At most 256 fields.
///
/// ```
/// use reroute::prelude::*;
///
/// #[input]
/// pub struct Feedback {
///     #[field(min_length = 1, max_length = 2000)]
///     text: String,
/// }
///
/// #[route]
/// pub struct FeedbackPage;
///
/// #[route]
/// impl FeedbackPage {
///     #[public]
///     async fn post(&self, Form(feedback): Form<Feedback>) -> String {
///         format!("{} characters, thank you", feedback.text.chars().count())
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Form<T>(pub T);

impl<T: Input> FromRequest<Context> for Form<T> {
    type Rejection = Error;

    async fn from_request(request: Request, cx: &Context) -> Result<Self> {
        let refused = |detail| Error::new(StatusCode::UNSUPPORTED_MEDIA_TYPE).detail(detail);
        if !is_form(request.headers()) {
            return Err(refused("The content type must be application/x-www-form-urlencoded"));
        }
        if is_encoded(request.headers()) {
            return Err(refused("The body must not be compressed"));
        }
        let bytes = body::read(request.into_body()).await?;
        let text = std::str::from_utf8(&bytes).map_err(|_| Error::bad_request("The form is not UTF-8"))?;
        text::read(&Pairs::parse(text)?.0, Source::Form, cx).map(Self)
    }
}

impl<T> Describe for Form<T> {
    const PARAMETER: bool = true;
    const TYPED_BODY: bool = true;
}
