use crate::{
    error::{Error, Result},
    guard::{self, Policy},
    limit::{Key, Staged},
    route::{Context, Description},
};
use axum_core::{body::Body, extract::Request, response::Response};
use http::{HeaderMap, Method, Uri, request::Parts};
use reroute_core::address::ClientNetwork;
use std::{fmt, future::Future, net::IpAddr, pin::Pin};

/// The fields of a route struct: extractors, filled for each request once the caller is known. `#[route]` writes it.
pub trait Fields: Send + Sync + Sized + 'static {
    /// Whether a field can only be had of a signed-in caller.
    const DEMANDS_CALLER: bool;
    /// Whether every caller gets the same fields.
    #[doc(hidden)]
    const SHAREABLE: bool = false;

    /// Adds what the fields need.
    fn describe(description: &mut Description);

    /// A fresh value for this request alone.
    fn extract(parts: &mut Parts, cx: &Context) -> impl Future<Output = Result<Self>> + Send;
}

/// A route: the methods that it answers and its hooks. `#[route]` writes it.
pub trait Route: Fields {
    /// Whether a hook sees the whole head of the request.
    #[doc(hidden)]
    const SEES_HEAD: bool = true;

    /// What is declared for each method.
    fn endpoints() -> Vec<Endpoint>;

    /// Runs once the caller is known and the fields are filled, before authorization. An `Err` answers at once.
    fn before_request(&mut self, head: &RequestHead<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = head;
        std::future::ready(Ok(()))
    }

    /// Runs after the handler, over an answer that is no error.
    fn after_request(&self, response: &mut Response) -> impl Future<Output = ()> + Send {
        let _ = response;
        std::future::ready(())
    }

    /// Runs instead of [`after_request`](Self::after_request) when this request ended in an error. `Some` answers in its place.
    fn on_error(&self, error: &Error) -> impl Future<Output = Option<Response>> + Send {
        let _ = error;
        std::future::ready(None)
    }
}

/// One handler, in the steps that the guard runs it in. `#[route]` writes it.
pub trait Operation: Send + Sync + 'static {
    /// The route that it belongs to.
    type Route: Route;
    /// Its arguments.
    type Input: Send;
    /// Whether an argument takes the request's body.
    const READS_BODY: bool;

    /// Adds what the arguments need.
    fn describe(description: &mut Description);

    /// The answer of its `nth` own check.
    fn check(
        nth: usize,
        route: &Self::Route,
        parts: &mut Parts,
        cx: &Context,
    ) -> impl Future<Output = Result<bool>> + Send {
        let _ = (route, parts, cx);
        std::future::ready(Err(Error::internal(format!("check {nth} is declared and not written"))))
    }

    /// Its arguments, parsed and validated. What takes the body may take the whole head with it.
    fn parameters(parts: &mut Parts, body: Body, cx: &Context) -> impl Future<Output = Result<Self::Input>> + Send;

    /// What its limits count by, of those that look at its arguments: in their order.
    fn input_keys(head: &RequestHead<'_>, input: &Self::Input) -> Vec<Key> {
        let _ = (head, input);
        Vec::new()
    }

    /// The tags that the arguments give to the answer, where it is kept.
    fn tags(input: &Self::Input) -> Vec<String> {
        let _ = input;
        Vec::new()
    }

    /// The handler itself.
    fn call(route: &mut Self::Route, input: Self::Input) -> impl Future<Output = Response> + Send;
}

/// One method of one route: its declared policy, and the way through the guard to its handler.
pub struct Endpoint {
    pub(crate) method: Method,
    pub(crate) summary: &'static str,
    pub(crate) policy: Policy,
    /// Read at start alone.
    pub(crate) description: Box<Description>,
    /// Whether a hook of its route sees the whole head.
    pub(crate) sees_head: bool,
    /// What its answers are told apart by, where they are kept: made at start.
    #[cfg(feature = "cache")]
    pub(crate) keyed: Option<Box<crate::cache::answer::Keyed>>,
    pub(crate) handler: Handler,
    /// Made of the policy at start.
    pub(crate) limits: Staged,
}

/// What answers at the end of a look-up.
pub(crate) type Handler = fn(Context, Request) -> Answer;

pub(crate) type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

impl Endpoint {
    /// The endpoint of the operation `O` under `policy`.
    pub fn new<O: Operation>(method: Method, policy: Policy, summary: &'static str) -> Self {
        let mut description = Description::default();
        O::Route::describe(&mut description);
        O::describe(&mut description);
        description.caller |= O::Route::DEMANDS_CALLER;
        description.body = O::READS_BODY;
        Self {
            method,
            summary,
            policy,
            description: Box::new(description),
            sees_head: O::Route::SEES_HEAD,
            #[cfg(feature = "cache")]
            keyed: None,
            handler: guard::run::<O>,
            limits: Staged::default(),
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("method", &self.method).field("policy", &self.policy).finish_non_exhaustive()
    }
}

/// What a hook sees of the request: everything but the body.
#[derive(Debug)]
pub struct RequestHead<'a> {
    parts: &'a Parts,
    cx: &'a Context,
}

impl<'a> RequestHead<'a> {
    pub(crate) fn new(parts: &'a Parts, cx: &'a Context) -> Self {
        Self { parts, cx }
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.parts.method
    }

    /// The target.
    pub fn uri(&self) -> &Uri {
        &self.parts.uri
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// The pattern that the path matched, such as `/users/{id}`.
    pub fn pattern(&self) -> &str {
        self.cx.pattern()
    }

    /// The address of the client.
    pub fn client(&self) -> IpAddr {
        self.cx.client()
    }

    /// The network that limits count the client by.
    pub fn client_network(&self) -> ClientNetwork {
        self.cx.client_network()
    }

    /// What else is known of the request.
    pub fn context(&self) -> &Context {
        self.cx
    }

    /// Who calls, if anybody.
    ///
    /// # Errors
    ///
    /// 401 for a credential that is present and wrong.
    pub async fn caller(&self) -> Result<Option<&crate::auth::Principal>> {
        self.cx.caller(self.parts).await
    }
}
