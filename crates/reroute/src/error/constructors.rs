use super::{BoxError, Error, FieldError};
use http::{HeaderValue, StatusCode, header};
use std::borrow::Cow;

/// The errors that people reach for. `detail` is told to the caller.
impl Error {
    /// 400: the request is malformed.
    pub fn bad_request(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST).detail(detail)
    }

    /// 401: nobody is known to call. The edge adds `WWW-Authenticate`.
    ///
    /// ```
    /// assert_eq!(reroute::Error::unauthorized("Invalid credentials").status(), 401);
    /// ```
    pub fn unauthorized(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED).detail(detail)
    }

    /// 403: the caller is known and may not.
    pub fn forbidden(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN).detail(detail)
    }

    /// 404: there is no such thing, or the caller may not know of it.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND)
    }

    /// 409: it contradicts what is there.
    pub fn conflict(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT).detail(detail)
    }

    /// 422: one broken constraint. Add more with [`field`](Self::field).
    ///
    /// ```
    /// let error = reroute::Error::unprocessable("age", "ge", "must be at least 13");
    /// assert_eq!(error.fields().len(), 1);
    /// ```
    pub fn unprocessable(
        field: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::invalid(vec![FieldError::new(field, code, message)])
    }

    /// 422: all broken constraints.
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        let mut error = Self::new(StatusCode::UNPROCESSABLE_ENTITY).detail("The input is not valid");
        error.0.fields = fields;
        error
    }

    /// 500: the cause is logged; the caller learns nothing but the request id.
    ///
    /// This is what `?` makes of any error, with the feature `db` except for a unique violation (409), a missing record
    /// (404) and a database that cannot be reached (503), and with the feature `fetch` except for a URL that may not be
    /// fetched (422) and another server that fails (502).
    ///
    /// ```
    /// let error = reroute::Error::internal("the disk is full");
    /// assert_eq!(error.status(), 500);
    /// ```
    pub fn internal(cause: impl Into<BoxError>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR).caused_by(cause)
    }

    /// 503: something that is needed cannot be asked just now. Carries `Retry-After: 1`.
    pub fn unavailable(cause: impl Into<BoxError>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE)
            .header(header::RETRY_AFTER, HeaderValue::from_static("1"))
            .caused_by(cause)
    }
}

/// `.or_not_found()?` on what may be absent.
pub trait OrNotFound {
    /// What is there.
    type Found;

    /// The value, or 404.
    ///
    /// ```
    /// use reroute::prelude::*;
    ///
    /// let name: reroute::Result<&str> = None.or_not_found();
    /// assert_eq!(name.unwrap_err().status(), 404);
    /// ```
    ///
    /// # Errors
    ///
    /// 404 when it is absent.
    fn or_not_found(self) -> super::Result<Self::Found>;
}

impl<T> OrNotFound for Option<T> {
    type Found = T;

    fn or_not_found(self) -> super::Result<T> {
        self.ok_or_else(Error::not_found)
    }
}
