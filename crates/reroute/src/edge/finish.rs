#[cfg(feature = "pages")]
use super::Paged;
use super::{Guise, SecurityHeaders, cors::vary, failure, gate::Gate, loosen::Loosened};
use crate::{
    error::{Error, Failure, FieldError, render},
    route::RequestId,
};
use axum_core::{body::Body, response::Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body::Body as _;
use std::sync::Arc;

/// What every answer gets on its way out.
pub(crate) struct Finish {
    headers: SecurityHeaders,
    /// What `WWW-Authenticate` says.
    challenge: HeaderValue,
    /// Whether the causes of failures are shown to callers.
    debug: bool,
    /// The application's own words for broken constraints.
    messages: Option<Messages>,
}

/// The words for a broken constraint in the languages that `Accept-Language` names.
pub(crate) type Messages = Box<dyn Fn(&FieldError, &str) -> Option<String> + Send + Sync>;

/// Marks the answer to a preflight, whose CORS headers are all that it may have.
#[derive(Clone)]
pub(super) struct Preflight;

impl Finish {
    pub(crate) fn new(
        headers: SecurityHeaders,
        challenge: HeaderValue,
        debug: bool,
        messages: Option<Messages>,
    ) -> Self {
        Self { headers, challenge, debug, messages }
    }

    /// What the answer's words may depend on, kept only where they do.
    pub(super) fn languages(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        self.messages.as_ref()?;
        headers.get(header::ACCEPT_LANGUAGE).cloned()
    }

    pub(super) fn finish(&self, mut response: Response, guise: &Guise, gate: &Gate) -> Response {
        let status = response.status();
        if status.is_client_error() || status.is_server_error() {
            self.explain(&mut response, guise);
        }
        let is_preflight = gate.cors.is_some() && response.extensions_mut().remove::<Preflight>().is_some();
        #[cfg(feature = "pages")]
        let page = response.extensions_mut().remove().map(|Paged(nonce)| self.headers.of_page(&nonce));
        #[cfg(not(feature = "pages"))]
        let page = None;
        self.headers.dress(response.headers_mut(), guise.id.header(), guise.is_https, page);
        if let Some(cors) = &gate.cors {
            if let (Some(origin), false) = (&guise.origin, is_preflight) {
                cors.dress(response.headers_mut(), origin);
            }
            vary(response.headers_mut());
        }
        if let Some(Loosened(headers)) = response.extensions_mut().remove::<Loosened>() {
            for (name, value) in headers {
                response.headers_mut().insert(name, value);
            }
        }
        if guise.is_head {
            behead(&mut response);
        }
        if let Some(access) = &guise.access {
            access.end(response.status(), guise);
        }
        response
    }

    /// Makes a problem of an error, logs what it must not say, and names the way in where nobody was let in.
    fn explain(&self, response: &mut Response, guise: &Guise) {
        let status = response.status();
        let id = &guise.id;
        match failure(response) {
            Some(Failure(mut error)) => {
                log(&error, id);
                if let (Some(messages), Some(error)) = (&self.messages, Arc::get_mut(&mut error)) {
                    let languages = guise.languages.as_ref().and_then(|value| value.to_str().ok()).unwrap_or_default();
                    error.say(|broken| messages(broken, languages));
                }
                render(&error, &id.to_string(), self.debug, response);
            }
            None if is_unexplained(response) => render(&Error::new(status), &id.to_string(), self.debug, response),
            None => {}
        }
        if status == StatusCode::UNAUTHORIZED && !response.headers().contains_key(header::WWW_AUTHENTICATE) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, self.challenge.clone());
        }
    }
}

/// Whether the body has nothing to say, or is the text of a server's own failure.
fn is_unexplained(response: &Response) -> bool {
    let is_text = || {
        let kind = response.headers().get(header::CONTENT_TYPE);
        kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"))
    };
    response.body().is_end_stream() || (response.status().is_server_error() && is_text())
}

fn log(error: &Error, id: &RequestId) {
    if error.status().is_server_error() {
        tracing::error!(request_id = %id, status = error.status().as_u16(), %error, "the request failed");
    } else if let Some(source) = error.source() {
        tracing::debug!(request_id = %id, status = error.status().as_u16(), %source, "the request was refused");
    }
}

/// The head of the answer that `GET` would give.
fn behead(response: &mut Response) {
    let length = response.body().size_hint().exact();
    *response.body_mut() = Body::empty();
    if let Some(length) = length
        && response.status() != StatusCode::NO_CONTENT
        && response.status() != StatusCode::NOT_MODIFIED
    {
        response.headers_mut().entry(header::CONTENT_LENGTH).or_insert(length.into());
    }
}
