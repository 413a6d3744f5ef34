use super::{
    FetchError, FetchRequest, Refusal, SafeClientBuilder, Url,
    target::{Rules, read},
};
use crate::{
    error::{Error, Result},
    log::{self, RequestFacts, security_log},
    route::{Context, Describe, Description, Reads},
};
use axum_core::extract::FromRequestParts;
use http::{Method, request::Parts};
use std::{fmt, sync::Arc, time::Duration};

/// A client for requests to other servers that cannot be led inside. The rules are those of [the module](super).
///
/// It is an extractor, a field or an argument of a route, and then asks what the setting `fetch_allowed_hosts` lets it ask; or it is made by
/// [`builder`](Self::builder). A clone shares its connections, which are kept.
///
/// This is the guide's `fetch`, which the caller cannot lead to an internal service:
///
/// ```
/// use reroute::prelude::*;
///
/// #[route]
/// pub struct Fetch {
///     client: SafeClient, // REROUTE_FETCH_ALLOWED_HOSTS=api.example.com,cdn.example.com
/// }
///
/// #[route]
/// impl Fetch {
///     #[requires]
///     async fn get(&self, #[query(max_length = 2000)] url: String) -> Result<String> {
///         Ok(self.client.get(&url).send().await?.text().await?)
///     }
/// }
/// ```
#[derive(Clone)]
pub struct SafeClient {
    parts: Arc<Shared>,
    /// For which request it asks, if it is for one, and if the log is open.
    asked: Option<Arc<Asked>>,
}

struct Shared {
    client: reqwest::Client,
    rules: Arc<Rules>,
    bounds: Bounds,
}

/// What a request may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) total: Duration,
    pub(super) bytes: usize,
}

struct Asked {
    request: RequestFacts,
    user: Option<String>,
}

impl SafeClient {
    /// A client that asks nobody yet: see [`SafeClientBuilder::allow_host`].
    pub fn builder() -> SafeClientBuilder {
        SafeClientBuilder::new()
    }

    pub(super) fn new(client: reqwest::Client, rules: Arc<Rules>, bounds: Bounds) -> Self {
        Self { parts: Arc::new(Shared { client, rules, bounds }), asked: None }
    }

    /// A GET of `url`. Nothing happens before [`FetchRequest::send`].
    pub fn get(&self, url: impl AsRef<str>) -> FetchRequest {
        self.request(Method::GET, url)
    }

    /// A HEAD of `url`: what a GET would answer, without its body.
    pub fn head(&self, url: impl AsRef<str>) -> FetchRequest {
        self.request(Method::HEAD, url)
    }

    /// A POST to `url`. A redirect in answer to it is an answer like any other.
    pub fn post(&self, url: impl AsRef<str>) -> FetchRequest {
        self.request(Method::POST, url)
    }

    /// A request with another method.
    pub fn request(&self, method: Method, url: impl AsRef<str>) -> FetchRequest {
        FetchRequest::new(self.clone(), method, self.target(url.as_ref()))
    }

    /// The URL that `text` is, if it may be asked as far as that shows without looking its name up: what to store for later, in place of the text. When it is
    /// fetched, all is decided anew.
    ///
    /// A refusal is an event, as it is in sending.
    ///
    /// # Errors
    ///
    /// [`FetchError::Refused`].
    pub fn validate_url(&self, text: &str) -> Result<Url, FetchError> {
        self.target(text).map_err(|refusal| self.refuse(refusal))
    }

    fn target(&self, text: &str) -> Result<Url, Refusal> {
        read(text).and_then(|url| self.parts.rules.decide(url))
    }

    pub(super) fn rules(&self) -> &Rules {
        &self.parts.rules
    }

    pub(super) fn bounds(&self) -> Bounds {
        self.parts.bounds
    }

    pub(super) async fn execute(&self, request: reqwest::Request) -> reqwest::Result<reqwest::Response> {
        self.parts.client.execute(request).await
    }

    /// The error that `refusal` is. The log is told here, and nowhere else.
    pub(super) fn refuse(&self, refusal: Refusal) -> FetchError {
        let event = security_log().suspicious("refused outbound address").with("reason", refusal.why.to_string());
        let event = match refusal.place() {
            Some((host, port)) => event.with("host", host).with("port", port),
            None => event,
        };
        let event = match &self.asked {
            Some(asked) => {
                let event = event.request(&asked.request);
                match &asked.user {
                    Some(user) => event.user(user),
                    None => event,
                }
            }
            None => event,
        };
        event.emit();
        FetchError::Refused(refusal)
    }
}

impl FromRequestParts<Context> for SafeClient {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, cx: &Context) -> Result<Self> {
        let client = cx.shared().fetch.as_ref().ok_or_else(|| Error::internal("the client was not described"))?;
        let asked = log::is_open().then(|| {
            let user = cx.known_caller().map(|caller| caller.name().to_owned());
            Arc::new(Asked { request: cx.into(), user })
        });
        Ok(Self { parts: client.parts.clone(), asked })
    }
}

impl Describe for SafeClient {
    /// What it knows of the request goes to the log alone.
    const READS: Reads = Reads::Application;

    fn describe(description: &mut Description) {
        description.fetch = true;
    }
}

impl fmt::Debug for SafeClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SafeClient")
            .field("rules", self.rules())
            .field("bounds", &self.parts.bounds)
            .finish_non_exhaustive()
    }
}
