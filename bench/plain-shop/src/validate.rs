//! Bodies that are checked before a handler sees them.

use crate::error::{Error, FieldError};
use axum::{
    Json,
    extract::{FromRequest, Request, rejection::JsonRejection},
    response::{IntoResponse, Response},
};
use email_address::EmailAddress;
use serde::de::DeserializeOwned;

/// Knows what is wrong with itself.
pub(crate) trait Validate {
    fn validate(&self, check: &mut Check);
}

/// A JSON body whose fields are all right.
pub(crate) struct Valid<T>(pub(crate) T);

impl<T, S> FromRequest<S> for Valid<T>
where
    T: DeserializeOwned + Validate,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let body: Result<Json<T>, JsonRejection> = Json::from_request(request, state).await;
        let Json(value) = body.map_err(IntoResponse::into_response)?;
        let mut check = Check::default();
        value.validate(&mut check);
        check.finish().map(|()| Self(value)).map_err(IntoResponse::into_response)
    }
}

/// What was found so far.
#[derive(Default)]
pub(crate) struct Check(Vec<FieldError>);

impl Check {
    pub(crate) fn that(&mut self, is_right: bool, field: &'static str, message: &str) {
        if !is_right {
            self.0.push(FieldError { field, message: message.to_owned() });
        }
    }

    pub(crate) fn length(&mut self, field: &'static str, text: &str, least: usize, most: usize) {
        let length = text.chars().count();
        if !(least..=most).contains(&length) {
            self.0.push(FieldError { field, message: format!("must have {least} to {most} characters") });
        }
    }

    pub(crate) fn range(&mut self, field: &'static str, number: i64, least: i64, most: i64) {
        if !(least..=most).contains(&number) {
            self.0.push(FieldError { field, message: format!("must be from {least} to {most}") });
        }
    }

    /// One line of text.
    pub(crate) fn one_line(&mut self, field: &'static str, text: &str) {
        self.that(!text.chars().any(char::is_control), field, "must have no control characters");
    }

    /// A longer text. PostgreSQL keeps no text with a NUL in it.
    pub(crate) fn no_nul(&mut self, field: &'static str, text: &str) {
        self.that(!text.contains('\0'), field, "must have no NUL characters");
    }

    pub(crate) fn username(&mut self, name: &str) {
        self.length("username", name, 3, 50);
        let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        self.that(is_plain, "username", "must have letters, digits and _ alone");
    }

    pub(crate) fn email(&mut self, email: &str) {
        self.that(EmailAddress::is_valid(email), "email", "must be an email address");
    }

    pub(crate) fn finish(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::invalid(self.0)) }
    }
}
