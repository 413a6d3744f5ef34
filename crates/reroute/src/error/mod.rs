//! One error for everything that can go wrong while answering, and its form on the wire.
//!
//! An [`Error`] has a status and says, in its members, only what the caller may know. What caused it stays inside:
//! it is logged with the request's id and never sent. `?` works on any error and gives a 500.
//!
//! On the wire every error is `application/problem+json` (RFC 9457), rendered by the edge, which knows the request id.

mod classify;
mod constructors;
mod problem;
mod refused;

use axum_core::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};
use std::{borrow::Cow, fmt, sync::Arc};

pub use constructors::OrNotFound;
pub(crate) use problem::{Failure, render};
pub use refused::Refused;

/// What handlers, hooks, checks and extractors return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A request that could not be answered as asked.
///
/// ```
/// use reroute::Error;
///
/// let error = Error::conflict("The name is taken").with("name", "ada");
/// assert_eq!(error.status(), 409);
///
/// fn parse(text: &str) -> reroute::Result<i64> {
///     Ok(text.parse::<i64>()?) // any error becomes a 500 that says nothing outside
/// }
/// assert_eq!(parse("x").unwrap_err().status(), 500);
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    status: StatusCode,
    kind: Cow<'static, str>,
    title: Option<Cow<'static, str>>,
    detail: Option<Cow<'static, str>>,
    members: Map<String, Value>,
    fields: Vec<FieldError>,
    headers: HeaderMap,
    source: Option<BoxError>,
    /// Somebody reached for what is not theirs: the roles that would have done in place of owning it.
    not_yours: Option<Vec<String>>,
}

/// One broken constraint of an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Where, as a path such as `items[0].quantity`.
    pub field: String,
    /// Which constraint, as a stable word such as `min_length`.
    pub code: Cow<'static, str>,
    /// What to do about it, for people. Never holds the submitted value of a body field.
    pub message: Cow<'static, str>,
    /// What the constraint demands, such as the `3` of `min_length = 3`, for [`App::messages`](crate::App::messages). Not sent by itself.
    #[serde(skip)]
    pub bound: Option<String>,
}

impl FieldError {
    /// A broken constraint.
    ///
    /// ```
    /// let error = reroute::FieldError::new("age", "ge", "must be at least 13");
    /// assert_eq!(error.code, "ge");
    /// ```
    pub fn new(
        field: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { field: field.into(), code: code.into(), message: message.into(), bound: None }
    }

    /// The same, with what the constraint demands.
    pub(crate) fn with_bound(mut self, bound: String) -> Self {
        self.bound = Some(bound);
        self
    }
}

impl Error {
    /// An error with this status and nothing to say but the status' own name.
    ///
    /// A status below 400 is no error: it becomes 500.
    ///
    /// ```
    /// assert_eq!(reroute::Error::new(reroute::http::StatusCode::GONE).status(), 410);
    /// ```
    pub fn new(status: StatusCode) -> Self {
        let is_error = status.is_client_error() || status.is_server_error();
        Self(Box::new(Inner {
            status: if is_error { status } else { StatusCode::INTERNAL_SERVER_ERROR },
            kind: Cow::Borrowed("about:blank"),
            title: None,
            detail: None,
            members: Map::new(),
            fields: Vec::new(),
            headers: HeaderMap::new(),
            source: None,
            not_yours: None,
        }))
    }

    /// What the caller is told in `detail`. Not sent with a status of 500, which tells nothing.
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// The problem's `type`, a URI that names the kind of problem, and its `title`.
    pub fn kind(mut self, uri: impl Into<Cow<'static, str>>, title: impl Into<Cow<'static, str>>) -> Self {
        self.0.kind = uri.into();
        self.0.title = Some(title.into());
        self
    }

    /// An extension member of the problem. The standard members cannot be replaced this way; a value that cannot be
    /// written as JSON is left out.
    pub fn with(mut self, name: impl Into<String>, value: impl Serialize) -> Self {
        if let Ok(value) = serde_json::to_value(value) {
            self.0.members.insert(name.into(), value);
        }
        self
    }

    /// A header of the answer, beside those that it has already.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.append(name, value);
        self
    }

    /// What caused it: logged with the request's id, never sent.
    pub fn caused_by(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// A further broken constraint, for the member `errors`.
    pub fn field(mut self, error: FieldError) -> Self {
        self.0.fields.push(error);
        self
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// What the caller is told in `detail`, if that was said.
    pub(crate) fn reason(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    /// The broken constraints.
    pub fn fields(&self) -> &[FieldError] {
        &self.0.fields
    }

    /// What caused it, if something did.
    pub fn source(&self) -> Option<&(dyn std::error::Error + Send + Sync + 'static)> {
        self.0.source.as_deref()
    }

    /// The error that a refusal of somebody else's extractor stands for: its status and headers are kept, its text, which may
    /// quote types and parser messages, is not.
    pub(crate) fn from_refusal(refusal: Response) -> Self {
        let (mut parts, _) = refusal.into_parts();
        if let Some(failure) = parts.extensions.remove::<Failure>() {
            return failure.into_error();
        }
        parts.headers.remove(http::header::CONTENT_TYPE);
        parts.headers.remove(http::header::CONTENT_LENGTH);
        let mut error = Self::new(parts.status);
        error.0.headers = parts.headers;
        error
    }

    /// Joins the broken constraints of two validation failures.
    pub(crate) fn join(mut self, other: Self) -> Self {
        self.0.fields.extend(other.0.fields);
        self
    }

    /// Says the broken constraints in other words, where `words` has some.
    pub(crate) fn say(&mut self, words: impl Fn(&FieldError) -> Option<String>) {
        for broken in &mut self.0.fields {
            if let Some(message) = words(broken) {
                broken.message = Cow::Owned(message);
            }
        }
    }

    /// 404 for somebody who reached for what is not theirs, and has not the role that would do as well.
    pub(crate) fn not_yours(role: Option<&str>) -> Self {
        let mut error = Self::not_found();
        error.0.not_yours = Some(role.into_iter().map(str::to_owned).collect());
        error
    }

    /// The roles that would have done in place of owning the object, where the request ends because it is somebody else's.
    pub(crate) fn is_not_yours(&self) -> Option<&[String]> {
        self.0.not_yours.as_deref()
    }

    /// Says 403 where an object is somebody else's: for those who know anyway that it exists. Of any other error it makes nothing else.
    ///
    /// The usual 404 of [`Principal::require_owner`](crate::Principal::require_owner) keeps whether there is such an object from whoever tries ids.
    ///
    /// ```
    /// use reroute::prelude::*;
    ///
    /// struct Post { author: i64 }
    /// impl Owned for Post {
    ///     fn owner(&self) -> impl ToString { self.author }
    /// }
    ///
    /// // Everybody can read the post, and knows that it is there.
    /// let refused = Principal::new("7", "session").require_owner(&Post { author: 8 }).map_err(Error::openly);
    /// assert_eq!(refused.unwrap_err().status(), 403);
    /// assert_eq!(Error::not_found().openly().status(), 404);
    /// ```
    pub fn openly(mut self) -> Self {
        if self.0.not_yours.is_some() {
            self.0.status = StatusCode::FORBIDDEN;
        }
        self
    }

    pub(crate) fn is_validation(&self) -> bool {
        self.0.status == StatusCode::UNPROCESSABLE_ENTITY && !self.0.fields.is_empty()
    }
}

/// Any error is a 500 that says nothing outside, but for those of the database and of requests to other servers that mean something: see
/// [`Error::internal`].
impl<E: std::error::Error + Send + Sync + 'static> From<E> for Error {
    fn from(source: E) -> Self {
        classify::classify(Box::new(source))
    }
}

impl IntoResponse for Error {
    /// The body follows at the edge: it holds the request id.
    fn into_response(self) -> Response {
        let mut response = Response::default();
        *response.status_mut() = self.0.status;
        response.headers_mut().clone_from(&self.0.headers);
        response.extensions_mut().insert(Failure(Arc::new(self)));
        response
    }
}

impl fmt::Display for Error {
    /// For logs and start-up messages: the status or detail, then each cause.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.0.detail, &self.0.source) {
            (Some(detail), _) => write!(f, "{detail}")?,
            (None, None) => write!(f, "{}", self.0.status)?,
            (None, Some(source)) => write!(f, "{source}")?,
        }
        let mut cause = match (&self.0.detail, &self.0.source) {
            (Some(_), Some(source)) => Some(&**source as &(dyn std::error::Error + 'static)),
            (None, Some(source)) => source.source(),
            (_, None) => None,
        };
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("status", &self.0.status)
            .field("detail", &self.0.detail)
            .field("fields", &self.0.fields)
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}
