use super::{
    body,
    content_type::{is_encoded, is_json},
    input::{At, Input, Reading, Source},
    output::Output,
};
use crate::{
    error::{Error, Result},
    route::{Context, Describe},
};
use axum_core::{
    body::Body,
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};

/// A JSON body, in and out.
///
/// In: `T` is an [`#[input]`](crate::input). The content type is `application/json` or one that ends in `+json`, else 415;
/// malformed JSON and duplicate keys are 400; what does not fit `T`, or breaks one of its constraints, is 422. Out: 200
/// with an [`#[output]`](crate::output).
///
/// ```
/// use reroute::prelude::*;
///
/// #[input]
/// pub struct NewTag {
///     #[field(min_length = 1, max_length = 20)]
///     name: String,
/// }
///
/// #[route]
/// pub struct Tags;
///
/// #[route]
/// impl Tags {
///     #[public]
///     async fn post(&self, Json(new): Json<NewTag>) -> Json<String> {
///         Json(new.name)
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<T: Input> FromRequest<Context> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, cx: &Context) -> Result<Self> {
        if !is_json(request.headers()) {
            return Err(
                Error::new(StatusCode::UNSUPPORTED_MEDIA_TYPE).detail("The content type must be application/json")
            );
        }
        if is_encoded(request.headers()) {
            // What a filter on the way inflates and what is parsed here would be two bodies.
            return Err(Error::new(StatusCode::UNSUPPORTED_MEDIA_TYPE).detail("The body must not be compressed"));
        }
        let (reading, value) = read(&body::read(request.into_body()).await?)?;
        reading.finish_for(value, cx).map(Self)
    }
}

impl<T> Describe for Json<T> {
    const PARAMETER: bool = true;
    const TYPED_BODY: bool = true;
}

impl<T: Output> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut json = Vec::with_capacity(128);
        match serde_json::to_writer(&mut json, &self.0) {
            Ok(()) => {
                let mut response = Response::new(Body::from(json));
                response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
                response
            }
            Err(error) => Error::internal(error).into_response(),
        }
    }
}

/// 201, with the address of what was made.
///
/// ```
/// use reroute::prelude::*;
///
/// let created = Created::at("/tags/7", "seven");
/// assert_eq!(created.into_response().headers()["location"], "/tags/7");
/// ```
#[derive(Debug, Clone)]
pub struct Created<T> {
    location: String,
    body: T,
}

impl<T> Created<T> {
    /// What was made, and where it is from now on.
    pub fn at(location: impl Into<String>, body: T) -> Self {
        Self { location: location.into(), body }
    }
}

impl<T: Output> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let Ok(location) = HeaderValue::try_from(self.location) else {
            return Error::internal("the address of what was made is no header value").into_response();
        };
        let mut response = Json(self.body).into_response();
        if response.status() == StatusCode::OK {
            *response.status_mut() = StatusCode::CREATED;
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

/// Reads a `T` out of JSON, as a body of [`Json`] is read: in one pass, with every broken constraint.
///
/// ```
/// use reroute::{params::from_json, prelude::*};
///
/// assert_eq!(from_json::<Vec<u8>>(b"[1, 2]").unwrap(), [1, 2]);
/// assert_eq!(from_json::<u8>(b"1.0").unwrap_err().status(), 422);
/// assert_eq!(from_json::<u8>(b"[").unwrap_err().status(), 400);
/// ```
///
/// # Errors
///
/// 400 for what is no JSON, is nested more than 128 levels deep or has a key twice; 422 for what does not fit `T` or breaks one
/// of its constraints.
pub fn from_json<T: Input>(bytes: &[u8]) -> Result<T> {
    let (reading, value) = read(bytes)?;
    reading.finish(value)
}

fn read<T: Input>(bytes: &[u8]) -> Result<(Reading, Option<T>)> {
    let malformed = |_| Error::bad_request("The body is not well-formed JSON");
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let mut reading = Reading::new(Source::Json);
    let value = T::read(&mut json, &At::root(), &mut reading).map_err(malformed)?;
    json.end().map_err(malformed)?;
    Ok((reading, value))
}
