//! What holds for every request and every answer, before and after the route is known: one layer, prepared at start.
//!
//! In: the bound on requests under way, the client's address, the host, HTTPS, writes from other sites, the request's id, the look-up, the limit
//! of its body, its deadline. Out: panics and time-outs as answers, errors as `application/problem+json`, the security headers,
//! CORS, the request id. Nothing that leaves here lacks them.

mod access;
mod client;
mod cors;
mod finish;
mod future;
mod gate;
mod headers;
mod host;
mod in_flight;
mod loosen;

use crate::{
    error::{Error, Failure},
    limit::{self, Staged, Unrouted},
    log::{self, security_log},
    params::too_large,
    route::{Context, Found, Handler, Kind, Place, RequestId, Shared},
};
use axum_core::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use future::Work;
use gate::Suspicion;
use http::{HeaderValue, Method, Request, StatusCode, header};
use http_body_util::Limited;
use reroute_core::{address::canonical, forwarded::Proto};
use std::{convert::Infallible, net::IpAddr, sync::Arc, task, time::Duration};
use tower_service::Service;

pub(crate) use finish::{Finish, Messages};
pub(crate) use gate::Gate;
pub(crate) use headers::SecurityHeaders;

pub use future::EdgeFuture;
pub use loosen::LoosenHeader;
#[cfg(feature = "cache")]
pub(crate) use loosen::Loosened;
#[cfg(feature = "pages")]
pub(crate) use loosen::Paged;

/// The whole application as one service: what the server hands each request to, and what tests may call without a socket.
#[derive(Clone)]
pub struct Edge {
    shared: Arc<Shared>,
    gate: Arc<Gate>,
    finish: Arc<Finish>,
    peer: IpAddr,
    /// Whether the connection is the server's own TLS.
    secure: bool,
}

/// What an answer is dressed for.
pub(crate) struct Guise {
    pub(crate) id: RequestId,
    /// The allowed origin of another site's page that asks.
    pub(crate) origin: Option<HeaderValue>,
    pub(crate) is_https: bool,
    pub(crate) is_head: bool,
    /// What languages the caller reads, where that matters.
    languages: Option<HeaderValue>,
    access: Option<Box<access::Access>>,
}

impl Edge {
    pub(crate) fn new(shared: Arc<Shared>, gate: Gate, finish: Finish, peer: IpAddr) -> Self {
        Self { shared, gate: Arc::new(gate), finish: Arc::new(finish), peer, secure: false }
    }

    /// The same application, for the connection of this peer, over our own TLS or in clear.
    pub(crate) fn of(&self, peer: IpAddr, secure: bool) -> Self {
        Self { shared: self.shared.clone(), gate: self.gate.clone(), finish: self.finish.clone(), peer, secure }
    }

    /// Whether the peer is a proxy whose word is taken: it speaks for many clients.
    pub(crate) fn trusts(&self, peer: IpAddr) -> bool {
        self.gate.proxies.trusts(canonical(peer))
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Answers one request, as one over HTTP/1.1 that names a host.
    ///
    /// ```
    /// use reroute::{axum_core::body::Body, http::Request, prelude::*};
    ///
    /// # #[route] pub struct Home;
    /// # #[route] impl Home { #[public] async fn get(&self) -> &'static str { "hello" } }
    /// # reroute::runtime::block_on(async {
    /// let app = App::new(reroute::Tree::new([reroute::file::<Home>("/", "index.rs")])).into_service()?;
    /// let answer = app.handle(Request::get("/").header("host", "localhost").body(Body::empty())?).await;
    /// assert_eq!(answer.status(), 200);
    /// assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    /// # Ok::<_, reroute::Error>(())
    /// # }).unwrap();
    /// ```
    pub fn handle<B>(&self, mut request: Request<B>) -> EdgeFuture
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let seen = self.gate.proxies.see(self.peer, request.headers_mut());
        let proto = self.gate.proto(self.secure, &seen);
        let mut guise = Guise {
            id: seen.id.as_ref().and_then(RequestId::given).unwrap_or_else(RequestId::next),
            origin: self.gate.cors.as_ref().and_then(|cors| cors.allowed(request.headers())),
            is_https: proto == Proto::Https,
            is_head: *request.method() == Method::HEAD,
            languages: self.finish.languages(request.headers()),
            access: access::Access::begin(request.method(), request.uri().path(), seen.client),
        };
        let underway = self.gate.in_flight.enter();
        let (work, timeout) = if underway.is_none() && !host::is_health_check(request.uri().path()) {
            self.done(Error::unavailable("as many requests are under way as may be").into_response())
        } else if let Err(refusal) = self.gate.admit(&request, &seen, proto) {
            if let Some(suspicion) = refusal.suspicion {
                self.tell(suspicion, &request, &guise, seen.client);
            }
            self.done(refusal.answer)
        } else {
            self.begin(request, &mut guise, seen.client)
        };
        EdgeFuture::new(work, timeout, self.finish.clone(), self.gate.clone(), guise, underway)
    }

    /// Tells the log of what no honest client does.
    fn tell<B>(&self, suspicion: Suspicion, request: &Request<B>, guise: &Guise, client: IpAddr) {
        if !log::is_open() {
            return;
        }
        // A path that nothing matches is the caller's own text.
        let found = self.shared.table.find(request.uri().path());
        let pattern = found.map_or("(no route)", |found| &self.shared.table.resources[found.resource].pattern);
        let (description, owasp) = suspicion.told();
        security_log()
            .suspicious(description)
            .owasp(owasp)
            .endpoint(format!("{} {pattern}", request.method()))
            .ip(client)
            .with("request_id", guise.id.to_string())
            .emit();
    }

    /// An answer that is there.
    fn done(&self, response: Response) -> (Work, Duration) {
        (Work::Done(Some(response)), self.shared.timeout)
    }

    /// Sends the request on its way through the guard of the endpoint that its path and method lead to.
    fn begin<B>(&self, request: Request<B>, guise: &mut Guise, client: IpAddr) -> (Work, Duration)
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let shared = &self.shared;
        if log::is_open() && Suspicion::is_traversal(request.uri().path()) {
            self.tell(Suspicion::Traversal, &request, guise, client);
        }
        let Some(found) = shared.table.find(request.uri().path()) else {
            return self.unrouted(&request, client, None, Error::not_found().into_response());
        };
        if let Some(answer) = self.preflight(&request, &found, guise) {
            return self.done(answer);
        }
        let limit = shared.body_limit;
        if declared_length(&request).is_some_and(|length| length > limit as u64) {
            return self.unrouted(&request, client, Some(found.resource), too_large().into_response());
        }
        let resource = &shared.table.resources[found.resource];
        let (endpoint, handler) = match &resource.kind {
            Kind::Mount(_) => (0, crate::guard::mounted as Handler),
            Kind::File { allow, .. } => match resource.endpoint(request.method()) {
                Some((place, endpoint)) => (place, endpoint.handler),
                None => {
                    return self.unrouted(&request, client, Some(found.resource), no_method(request.method(), allow));
                }
            },
        };
        let policy = resource.policy(endpoint);
        guise.origin = guise.origin.take().filter(|origin| policy.leaves(origin));
        let timeout = policy.timeout.unwrap_or(shared.timeout);
        let path = if found.parameters.is_empty() { None } else { request.uri().path_and_query().cloned() };
        let place = Place { resource: found.resource, endpoint, path, parameters: found.parameters };
        let cx = Context::new(shared.clone(), guise.id.clone(), client, guise.is_https, place);
        let request =
            request.map(|body| if body.is_end_stream() { Body::empty() } else { Body::new(Limited::new(body, limit)) });
        (Work::Running(handler(cx, request)), timeout)
    }

    /// The answer where no endpoint answers, once the limits that hold there have admitted the request.
    fn unrouted<B>(
        &self,
        request: &Request<B>,
        client: IpAddr,
        resource: Option<usize>,
        answer: Response,
    ) -> (Work, Duration) {
        let shared = self.shared.clone();
        if limits_of_none(&shared, resource).is_empty() {
            return self.done(answer);
        }
        let pattern = resource.map(|place| shared.table.resources[place].pattern.clone());
        let asked = Unrouted { client, method: request.method().clone(), pattern };
        let timeout = shared.timeout;
        let answer =
            async move { limit::unrouted(&shared.limits, limits_of_none(&shared, resource), asked, answer).await };
        (Work::Running(Box::pin(answer)), timeout)
    }

    /// The answer to a preflight: it needs no credentials, spends no limit, and tells nothing where the route does not answer the method.
    fn preflight<B>(&self, request: &Request<B>, found: &Found, guise: &Guise) -> Option<Response> {
        let cors = self.gate.cors.as_ref()?;
        if !cors::is_preflight(request.method(), request.headers()) {
            return None;
        }
        let mut response = StatusCode::NO_CONTENT.into_response();
        let asked = request.headers().get(header::ACCESS_CONTROL_REQUEST_METHOD)?;
        let resource = &self.shared.table.resources[found.resource];
        let endpoint = match &resource.kind {
            Kind::Mount(_) => Some(0),
            Kind::File { .. } => {
                let method = Method::from_bytes(asked.as_bytes()).ok();
                method.and_then(|method| resource.endpoint(&method)).map(|(place, _)| place)
            }
        };
        if let Some(endpoint) = endpoint {
            let origin = guise.origin.as_ref().filter(|origin| resource.policy(endpoint).leaves(origin));
            *response.headers_mut() = cors.preflight(request.headers(), origin);
        }
        response.extensions_mut().insert(finish::Preflight);
        Some(response)
    }
}

/// What holds where no endpoint answers: at a path of ours for its other methods, or at no path of ours.
fn limits_of_none(shared: &Shared, resource: Option<usize>) -> &Staged {
    let of_others = resource.and_then(|place| shared.table.resources[place].limits_of_other_methods());
    of_others.unwrap_or(shared.limits.unrouted())
}

/// What another method is told: which are answered.
fn no_method(method: &Method, allow: &HeaderValue) -> Response {
    let mut response = match *method {
        Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
        _ => Error::new(StatusCode::METHOD_NOT_ALLOWED).into_response(),
    };
    response.headers_mut().insert(header::ALLOW, allow.clone());
    response
}

fn declared_length<B>(request: &Request<B>) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

impl<B> Service<Request<B>> for Edge
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = future::Infallibly;

    fn poll_ready(&mut self, _: &mut task::Context<'_>) -> task::Poll<Result<(), Infallible>> {
        task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        future::Infallibly(self.handle(request))
    }
}

/// The error that an answer was made from, if it was.
fn failure(response: &mut Response) -> Option<Failure> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    response.extensions_mut().remove::<Failure>()
}
