use super::{
    Answer, FetchError, Refusal, SafeClient, Url,
    error::Why,
    resolve::NotPublic,
    target::{at, redirected},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde::Serialize;
use std::{error::Error as _, time::Duration};
use tokio::time::Instant;

/// How often a request follows a redirect.
const MOST_REDIRECTS: usize = 3;

/// The longest that a request can be given.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// What a connection is framed by is not the application's to say.
const OURS: [HeaderName; 7] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::HOST,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// A request to another server, in the making.
///
/// ```no_run
/// use reroute::{SafeClient, prelude::*};
///
/// # async fn pay(client: SafeClient) -> Result<()> {
/// let answer = client
///     .post("https://api.example.com/charges")
///     .header("authorization", "Bearer …")
///     .json(&["one", "two"])
///     .send()
///     .await?;
/// let charged: Vec<String> = answer.require_success()?.json().await?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
#[must_use = "a request is sent by `send`"]
pub struct FetchRequest {
    client: SafeClient,
    method: Method,
    target: Result<Url, Refusal>,
    headers: HeaderMap,
    body: Bytes,
    total: Duration,
    bytes: usize,
    wrong: Option<&'static str>,
}

impl FetchRequest {
    pub(super) fn new(client: SafeClient, method: Method, target: Result<Url, Refusal>) -> Self {
        let bounds = client.bounds();
        let is_tunnel = matches!(method, Method::CONNECT | Method::TRACE);
        Self {
            client,
            method,
            target,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            total: bounds.total,
            bytes: bounds.bytes,
            wrong: is_tunnel.then_some("CONNECT and TRACE are not sent"),
        }
    }

    /// A header, beside those of its name that are there. What frames the message (`Host`, `Content-Length`, `Connection` …) is not set this way.
    pub fn header(mut self, name: impl TryInto<HeaderName>, value: impl TryInto<HeaderValue>) -> Self {
        match (name.try_into(), value.try_into()) {
            (Ok(name), Ok(_)) if OURS.contains(&name) => {
                self.wrong = Some("a header is set that frames the message");
            }
            (Ok(name), Ok(value)) => {
                if self.headers.try_append(name, value).is_err() {
                    self.wrong = Some("it has too many headers");
                }
            }
            (Err(_), _) => self.wrong = Some("the name of a header is none"),
            (_, Err(_)) => self.wrong = Some("the value of a header is none"),
        }
        self
    }

    /// The body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// The body as JSON, with its content type.
    pub fn json(mut self, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => {
                self.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
                self.body(body)
            }
            Err(_) => {
                self.wrong = Some("its body cannot be written as JSON");
                self
            }
        }
    }

    /// How long this request may take in all, in place of the client's own bound: a day at most.
    pub fn timeout(mut self, total: Duration) -> Self {
        self.total = total;
        self
    }

    /// The largest answer in bytes, in place of the client's own bound.
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes;
        self
    }

    /// Sends it, and waits for the head of the answer.
    ///
    /// # Errors
    ///
    /// [`FetchError`]: refused, with an event, or failed.
    pub async fn send(mut self) -> Result<Answer, FetchError> {
        if let Some(wrong) = self.wrong {
            return Err(FetchError::Invalid(wrong));
        }
        let deadline = Instant::now() + self.total.min(LONGEST);
        let follows = matches!(self.method, Method::GET | Method::HEAD) && self.body.is_empty();
        let mut url = self.target.clone().map_err(|refusal| self.client.refuse(refusal))?;
        for _ in 0..=MOST_REDIRECTS {
            let answer = self.ask(&url, deadline).await?;
            let Some(location) =
                answer.headers().get(header::LOCATION).filter(|_| follows && leads_on(answer.status()))
            else {
                return Answer::new(answer, url, self.bytes);
            };
            let next = location.to_str().map_err(FetchError::failed)?;
            let next = redirected(&url, next).and_then(|next| self.client.rules().decide(next));
            let next = next.map_err(|refusal| self.client.refuse(refusal))?;
            if next.origin() != url.origin() {
                // What the caller sent was meant for the first one alone.
                self.headers.clear();
            }
            url = next;
        }
        Err(FetchError::TooManyRedirects)
    }

    /// One exchange.
    async fn ask(&self, url: &Url, deadline: Instant) -> Result<reqwest::Response, FetchError> {
        let mut request = reqwest::Request::new(self.method.clone(), url.clone());
        request.headers_mut().clone_from(&self.headers);
        if !self.body.is_empty() {
            *request.body_mut() = Some(self.body.clone().into());
        }
        *request.timeout_mut() = Some(deadline.saturating_duration_since(Instant::now()));
        let answer = self.client.execute(request).await.map_err(|error| self.explain(error, url))?;
        // What was connected to is looked at once more: no answer of a forbidden address comes through, whatever the layers below do.
        match answer.remote_addr().map(|peer| self.client.rules().permit(peer.ip())) {
            Some(Err(class)) => Err(self.client.refuse(Refusal { why: Why::Address(class), at: at(url) })),
            _ => Ok(answer),
        }
    }

    fn explain(&self, error: reqwest::Error, url: &Url) -> FetchError {
        let mut cause = error.source();
        while let Some(error) = cause {
            if let Some(NotPublic(class)) = error.downcast_ref() {
                return self.client.refuse(Refusal { why: Why::Address(*class), at: at(url) });
            }
            cause = error.source();
        }
        failed(error)
    }
}

/// What `error` means. Its URL may hold what is secret.
pub(super) fn failed(error: reqwest::Error) -> FetchError {
    if error.is_timeout() { FetchError::TimedOut } else { FetchError::failed(error.without_url()) }
}

/// Whether an answer with this status and a `Location` says to ask there (RFC 9110, section 15.4).
fn leads_on(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}
