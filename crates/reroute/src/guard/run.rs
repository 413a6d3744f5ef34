#[cfg(not(feature = "cache"))]
use super::caching::off::{Asked, Looked};
use super::{
    authorize::{authenticate, authorize, authorize_mount},
    told::tell,
};
#[cfg(feature = "cache")]
use crate::cache::answer::{Asked, Looked};
#[cfg(feature = "compression")]
use crate::compression;
#[cfg(feature = "db")]
use crate::db::Slot;
use crate::{
    error::{Error, Failure, Result},
    limit::{Key, Ledger},
    params,
    route::{Answer, Context, Fields, Kind, Operation, RequestHead, Route, prepare},
};
use axum_core::{
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use http::request::Parts;
use http_body::Body as _;
#[cfg(feature = "db")]
use std::sync::Arc;

/// Takes a request to the operation `O`, or to the first step that refuses it.
pub(crate) fn run<O: Operation>(cx: Context, request: Request) -> Answer {
    let (mut parts, body) = request.into_parts();
    // The block holds what the steps borrow: an async function keeps an argument twice, and this future is moved once.
    Box::pin(async move { way::<O>(&mut parts, body, &cx).await })
}

async fn way<O: Operation>(parts: &mut Parts, body: Body, cx: &Context) -> Response {
    let began = Asked::begin(cx);
    // What takes the body may take the head with it.
    #[cfg(feature = "compression")]
    let accepted = O::READS_BODY.then(|| compression::Accepted::of(&parts.headers));
    let mut ledger = Ledger::default();
    let mut response = match enter::<O>(parts, cx, &mut ledger).await {
        Ok(mut route) => match proceed::<O>(&mut route, parts, body, cx, began, &mut ledger).await {
            Ok(response) => response,
            Err(refused) => {
                tell(&refused.0, cx);
                refused.shown_to(&route).await
            }
        },
        Err(refusal) => {
            let refused = refusal.into_response();
            tell(&refused, cx);
            refused
        }
    };
    ledger.settle(&mut response, &cx.shared().limits).await;
    #[cfg(feature = "compression")]
    if compression::is_meant(&response, cx) {
        let accepted = accepted.unwrap_or_else(|| compression::Accepted::of(&parts.headers));
        // In a box of its own, like the end of a transaction.
        return Box::pin(compression::compress(response, &accepted)).await;
    }
    response
}

/// An answer made from an error.
struct Refused(Response);

impl Refused {
    /// What the route makes of it. Every refusal was made from an error, which rides on it to the edge.
    async fn shown_to(self, route: &impl Route) -> Response {
        let Some(Failure(error)) = self.0.extensions().get::<Failure>().cloned() else { return self.0 };
        route.on_error(&error).await.unwrap_or(self.0)
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self(error.into_response())
    }
}

/// The steps before there is a route to speak of.
async fn enter<'a, O: Operation>(parts: &mut Parts, cx: &'a Context, ledger: &mut Ledger<'a>) -> Result<O::Route> {
    // step: limit by address
    ledger.by_address(cx.limits(), parts, cx).await?;
    // step: authenticate
    authenticate(parts, cx).await?;
    // step: fields
    let route = O::Route::extract(parts, cx).await?;
    // end
    Ok(route)
}

/// The steps with a route, whose `on_error` sees every refusal from here on.
async fn proceed<'a, O: Operation>(
    route: &mut O::Route,
    parts: &mut Parts,
    body: Body,
    cx: &'a Context,
    began: u64,
    ledger: &mut Ledger<'a>,
) -> Result<Response, Refused> {
    // step: before_request
    route.before_request(&RequestHead::new(parts, cx)).await?;
    // step: authorize
    authorize::<O>(route, parts, cx).await?;
    // step: limit by caller
    ledger.by_caller(cx.limits(), parts, cx).await?;
    // step: parameters
    let head = Head::keep(parts, cx);
    let mut asked = Asked::of(parts, cx, began, O::READS_BODY);
    #[cfg(feature = "compression")]
    let body = if O::READS_BODY && compression::is_coded(&parts.headers) {
        Box::pin(compression::inflate(parts, body, cx)).await.map_err(Refused)?
    } else {
        body
    };
    let input = parameters::<O>(parts, body, cx).await?;
    // step: limit by input
    let keys = head.keys::<O>(&input, cx);
    ledger.by_input(cx.limits(), cx, &keys).await?;
    // step: cache look-up
    asked.tag(|| O::tags(&input));
    let keeping = match asked.look_up(parts, cx).await {
        Looked::Found(kept) => {
            #[cfg(feature = "db")]
            if let Some(transaction) = cx.transaction() {
                Box::pin(end(transaction.clone(), true)).await?;
            }
            return Ok(kept);
        }
        Looked::Missing(keeping) => keeping,
    };
    // step: handler
    let answered = answer(O::call(route, input).await);
    #[cfg(feature = "db")]
    if let Some(transaction) = cx.transaction() {
        let is_success = answered.as_ref().is_ok_and(|response| response.status().as_u16() < 400);
        // In a box of its own: few requests have one, and all would be larger by it.
        Box::pin(end(transaction.clone(), is_success)).await?;
    }
    let mut response = answered?;
    // step: after_request
    route.after_request(&mut response).await;
    // step: cache store
    keeping.store(parts, &mut response, cx).await;
    // end
    Ok(response)
}

/// The way to what is mounted: the same, as far as it has the steps.
pub(crate) fn mounted(cx: Context, mut request: Request) -> Answer {
    Box::pin(async move {
        let Kind::Mount(mount) = &cx.resource().kind else { return Error::not_found().into_response() };
        let mut ledger = Ledger::default();
        let mut response = match enter_mount(&mut request, &cx, &mount.path, &mut ledger).await {
            Ok(()) => {
                let answer = mount.service.call(request).await;
                tell(&answer, &cx);
                answer
            }
            Err(refusal) => refusal.into_response(),
        };
        ledger.settle(&mut response, &cx.shared().limits).await;
        response
    })
}

async fn enter_mount<'a>(request: &mut Request, cx: &'a Context, path: &str, ledger: &mut Ledger<'a>) -> Result<()> {
    let (parts, body) = std::mem::take(request).into_parts();
    ledger.by_address(cx.limits(), &parts, cx).await?;
    authenticate(&parts, cx).await?;
    authorize_mount(&parts, cx).await?;
    ledger.by_caller(cx.limits(), &parts, cx).await?;
    let caller = cx.caller_if_known();
    *request = Request::from_parts(parts, body);
    if let Some(caller) = caller {
        request.extensions_mut().insert(caller);
    }
    prepare(request, cx, path).map_err(|_| Error::not_found())
}

/// The head of the request as the steps after the parameters see it, kept only where one of them looks.
struct Head(Option<Box<Parts>>);

impl Head {
    fn keep(parts: &Parts, cx: &Context) -> Self {
        Self(cx.limits().asks_input().then(|| Box::new(parts.clone())))
    }

    /// What limits count by, of those that look at the arguments.
    fn keys<O: Operation>(&self, input: &O::Input, cx: &Context) -> Vec<Key> {
        match self.0.as_ref().filter(|_| cx.limits().asks_input()) {
            Some(head) => O::input_keys(&RequestHead::new(head, cx), input),
            None => Vec::new(),
        }
    }
}

/// The arguments. A body that none of them takes is still held to its limit, before the handler acts.
async fn parameters<O: Operation>(parts: &mut Parts, body: Body, cx: &Context) -> Result<O::Input> {
    if O::READS_BODY || body.size_hint().exact().is_some() {
        return O::parameters(parts, body, cx).await;
    }
    params::drain(body).await?;
    O::parameters(parts, Body::empty(), cx).await
}

/// Ends the transaction of the request.
#[cfg(feature = "db")]
async fn end(transaction: Arc<Slot>, is_success: bool) -> Result<()> {
    if is_success {
        return transaction.commit().await;
    }
    transaction.roll_back().await;
    Ok(())
}

/// Tells an `Err` of the handler from an answer.
#[allow(clippy::result_large_err, reason = "the other variant is as large")]
fn answer(response: Response) -> Result<Response, Refused> {
    let status = response.status();
    if (status.is_client_error() || status.is_server_error()) && response.extensions().get::<Failure>().is_some() {
        return Err(Refused(response));
    }
    Ok(response)
}
