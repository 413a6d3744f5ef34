//! What holds for every request and every answer, before and after the route is known: one layer, prepared at start.
//!
//! In: the request's id, the look-up, the limit of its body, its deadline. Out: panics and time-outs as answers, errors as
//! `application/problem+json`, the security headers, the request id. Nothing that leaves here lacks them.

mod finish;
mod future;
mod headers;

use crate::{
    error::{Error, Failure},
    params::too_large,
    route::{Context, Kind, Place, RequestId, Shared},
};
use axum_core::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use future::Work;
use http::{Method, Request, StatusCode, header};
use http_body_util::Limited;
use std::{convert::Infallible, net::IpAddr, sync::Arc, task};
use tower_service::Service;

pub(crate) use finish::Finish;
pub(crate) use headers::SecurityHeaders;

pub use future::EdgeFuture;

/// The whole application as one service: what the server hands each request to, and what tests may call without a socket.
#[derive(Clone)]
pub struct Edge {
    shared: Arc<Shared>,
    finish: Arc<Finish>,
    peer: IpAddr,
    /// Whether the connection is TLS.
    #[expect(dead_code, reason = "for the checks of HTTPS to come")]
    secure: bool,
}

impl Edge {
    pub(crate) fn new(shared: Arc<Shared>, finish: Finish, peer: IpAddr) -> Self {
        Self { shared, finish: Arc::new(finish), peer, secure: false }
    }

    /// The same application, for the connection of this peer, which is TLS or is not.
    pub(crate) fn of(&self, peer: IpAddr, secure: bool) -> Self {
        Self { shared: self.shared.clone(), finish: self.finish.clone(), peer: peer.to_canonical(), secure }
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Answers one request.
    ///
    /// ```
    /// use reroute::{axum_core::body::Body, prelude::*};
    ///
    /// # #[route] pub struct Home;
    /// # #[route] impl Home { #[public] async fn get(&self) -> &'static str { "hello" } }
    /// # reroute::runtime::block_on(async {
    /// let app = App::new(reroute::Tree::new([reroute::file::<Home>("/", "index.rs")])).into_service()?;
    /// let answer = app.handle(reroute::http::Request::new(Body::empty())).await;
    /// assert_eq!(answer.status(), 200);
    /// assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    /// # Ok::<_, reroute::Error>(())
    /// # }).unwrap();
    /// ```
    pub fn handle<B>(&self, request: Request<B>) -> EdgeFuture
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let id = RequestId::next();
        let is_head = *request.method() == Method::HEAD;
        let (work, timeout) = self.begin(request, id);
        EdgeFuture::new(work, timeout, self.finish.clone(), id, is_head)
    }

    fn begin<B>(&self, request: Request<B>, id: RequestId) -> (Work, std::time::Duration)
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let shared = &self.shared;
        let answer = |response: Response| (Work::Done(Some(response)), shared.timeout);
        let Some(found) = shared.table.find(request.uri().path()) else {
            return answer(Error::not_found().into_response());
        };
        let limit = shared.body_limit;
        if declared_length(&request).is_some_and(|length| length > limit as u64) {
            return answer(too_large().into_response());
        }
        let resource = &shared.table.resources[found.resource];
        let (endpoint, handler) = match &resource.kind {
            Kind::Mount(_) => (0, crate::guard::mounted as crate::route::Handler),
            Kind::File { allow, .. } => match resource.endpoint(request.method()) {
                Some((place, endpoint)) => (place, endpoint.handler),
                None => {
                    let status = match *request.method() {
                        Method::OPTIONS => StatusCode::NO_CONTENT,
                        _ => StatusCode::METHOD_NOT_ALLOWED,
                    };
                    let mut response = match status {
                        StatusCode::NO_CONTENT => status.into_response(),
                        _ => Error::new(status).into_response(),
                    };
                    response.headers_mut().insert(header::ALLOW, allow.clone());
                    return answer(response);
                }
            },
        };
        let timeout = resource.policy(endpoint).timeout.unwrap_or(shared.timeout);
        let path = if found.parameters.is_empty() { None } else { request.uri().path_and_query().cloned() };
        let place = Place { resource: found.resource, endpoint, path, parameters: found.parameters };
        let cx = Context::new(shared.clone(), id, self.peer, place);
        let request =
            request.map(|body| if body.is_end_stream() { Body::empty() } else { Body::new(Limited::new(body, limit)) });
        (Work::Running(handler(cx, request)), timeout)
    }
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
