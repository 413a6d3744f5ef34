use super::{
    LimitStage,
    authorize::{authenticate, authorize, authorize_mount},
};
use crate::{
    error::{Error, Failure, Result},
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

/// Takes a request to the operation `O`, or to the first step that refuses it.
pub(crate) async fn run<O: Operation>(cx: Context, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let mut route = match enter::<O>(&mut parts, &cx).await {
        Ok(route) => route,
        Err(refusal) => return refusal.into_response(),
    };
    match proceed::<O>(&mut route, parts, body, &cx).await {
        Ok(response) => response,
        Err(Refused(response)) => {
            // Every refusal was made from an error, which rides on it to the edge.
            let Some(Failure(error)) = response.extensions().get::<Failure>().cloned() else { return response };
            route.on_error(&error).await.unwrap_or(response)
        }
    }
}

/// An answer made from an error.
struct Refused(Response);

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self(error.into_response())
    }
}

/// The steps before there is a route to speak of.
async fn enter<O: Operation>(parts: &mut Parts, cx: &Context) -> Result<O::Route> {
    // step: limit by address
    limit(LimitStage::Address, parts, cx).await?;
    // step: authenticate
    authenticate(parts, cx).await?;
    // step: fields
    let route = O::Route::extract(parts, cx).await?;
    // end
    Ok(route)
}

/// The steps with a route, whose `on_error` sees every refusal from here on.
async fn proceed<O: Operation>(
    route: &mut O::Route,
    mut parts: Parts,
    body: Body,
    cx: &Context,
) -> Result<Response, Refused> {
    // step: before_request
    route.before_request(&RequestHead::new(&parts, cx)).await?;
    // step: authorize
    authorize::<O>(route, &mut parts, cx).await?;
    // step: limit by caller
    limit(LimitStage::Caller, &parts, cx).await?;
    // step: parameters
    let head = cx.shared().looks_back().then(|| parts.clone());
    let input = parameters::<O>(parts, body, cx).await?;
    // step: limit by input
    limit_again(LimitStage::Input, head.as_ref(), cx).await?;
    // step: cache look-up
    if let Some(kept) = look_up(head.as_ref(), cx).await {
        return Ok(kept);
    }
    // step: handler
    let mut response = answer(O::call(route, input).await)?;
    // step: after_request
    route.after_request(&mut response).await;
    // step: cache store
    response = store(head.as_ref(), response, cx).await;
    // end
    Ok(response)
}

/// The way to what is mounted: the same, as far as it has the steps.
pub(crate) fn mounted(cx: Context, mut request: Request) -> Answer {
    Box::pin(async move {
        let Kind::Mount(mount) = &cx.resource().kind else { return Error::not_found().into_response() };
        match enter_mount(&mut request, &cx, &mount.path).await {
            Ok(()) => mount.service.call(request).await,
            Err(refusal) => refusal.into_response(),
        }
    })
}

async fn enter_mount(request: &mut Request, cx: &Context, path: &str) -> Result<()> {
    let (parts, body) = std::mem::take(request).into_parts();
    limit(LimitStage::Address, &parts, cx).await?;
    authenticate(&parts, cx).await?;
    authorize_mount(&parts, cx).await?;
    limit(LimitStage::Caller, &parts, cx).await?;
    let caller = cx.caller_if_known();
    *request = Request::from_parts(parts, body);
    if let Some(caller) = caller {
        request.extensions_mut().insert(caller);
    }
    prepare(request, cx, path).map_err(|_| Error::not_found())
}

async fn limit(stage: LimitStage, parts: &Parts, cx: &Context) -> Result<()> {
    match &cx.shared().limit {
        Some(limit) => limit.admit(stage, parts, cx).await,
        None => Ok(()),
    }
}

async fn limit_again(stage: LimitStage, head: Option<&Parts>, cx: &Context) -> Result<()> {
    match head {
        Some(head) => limit(stage, head, cx).await,
        None => Ok(()),
    }
}

/// The arguments. A body that none of them takes is still held to its limit, before the handler acts.
async fn parameters<O: Operation>(parts: Parts, body: Body, cx: &Context) -> Result<O::Input> {
    if O::READS_BODY || body.size_hint().exact().is_some() {
        return O::parameters(parts, body, cx).await;
    }
    params::drain(body).await?;
    O::parameters(parts, Body::empty(), cx).await
}

async fn look_up(head: Option<&Parts>, cx: &Context) -> Option<Response> {
    match (&cx.shared().cache, head) {
        (Some(cache), Some(head)) => cache.look_up(head, cx).await,
        _ => None,
    }
}

async fn store(head: Option<&Parts>, response: Response, cx: &Context) -> Response {
    match (&cx.shared().cache, head) {
        (Some(cache), Some(head)) => cache.store(head, response, cx).await,
        _ => response,
    }
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
