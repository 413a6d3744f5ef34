use crate::{
    error::Error,
    route::{Context, Describe, Reads, RequestHead},
};
use axum_core::extract::FromRequestParts;
use http::request::Parts;
use std::net::IpAddr;

/// What events say of the request that they are about: a handler takes it, and gives it to [`Event::request`](super::Event::request).
///
/// ```
/// use reroute::{log::RequestFacts, prelude::*, security_log};
///
/// #[route]
/// pub struct Transfers;
///
/// #[route]
/// impl Transfers {
///     #[public]
///     async fn post(&self, request: RequestFacts) -> StatusCode {
///         security_log().suspicious("Unusual request pattern detected").request(&request).emit();
///         StatusCode::ACCEPTED
///     }
/// }
/// ```
#[derive(Debug, Clone)]
pub struct RequestFacts {
    pub(super) endpoint: String,
    pub(super) ip: IpAddr,
    pub(super) id: String,
}

impl From<&Context> for RequestFacts {
    fn from(cx: &Context) -> Self {
        Self { endpoint: cx.endpoint_name(), ip: cx.client(), id: cx.request_id().to_string() }
    }
}

impl From<&RequestHead<'_>> for RequestFacts {
    fn from(head: &RequestHead<'_>) -> Self {
        head.context().into()
    }
}

impl From<&Self> for RequestFacts {
    fn from(facts: &Self) -> Self {
        facts.clone()
    }
}

impl FromRequestParts<Context> for RequestFacts {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, cx: &Context) -> Result<Self, Error> {
        Ok(cx.into())
    }
}

impl Describe for RequestFacts {
    /// Each request has an id of its own.
    const READS: Reads = Reads::Everything;
}
