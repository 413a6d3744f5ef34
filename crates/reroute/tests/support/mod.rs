//! What the tests of the framework share: an application of hand-made routes, called as one service.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use http_body_util::BodyExt;
use reroute::{App, Tree, axum_core::body::Body, edge::Edge, http::Request, prelude::*};

/// The headers that every answer bears, whatever it says.
pub const ALWAYS: [&str; 10] = [
    "content-security-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "x-content-type-options",
    "x-frame-options",
    "x-xss-protection",
    "cache-control",
    "x-request-id",
];

/// Callers by name: `Authorization: Bearer ada:customer` is ada, a customer. What starts with `bad` is wrong.
pub struct ByName;

impl Authenticate for ByName {
    async fn authenticate(&self, parts: &Parts, _: &Context) -> Result<Option<Principal>> {
        let Some(credential) = parts.headers.get("authorization") else { return Ok(None) };
        let text = credential.to_str().unwrap_or_default();
        let (name, role) = text.strip_prefix("Bearer ").and_then(|token| token.split_once(':')).unwrap_or(("bad", ""));
        match name {
            "bad" => Err(Error::unauthorized("Invalid token")),
            "away" => Err(Error::unavailable("the sessions cannot be asked")),
            name => Ok(Some(Principal::new(name, "session").with_roles([role]))),
        }
    }

    fn challenge(&self) -> HeaderValue {
        HeaderValue::from_static("Bearer realm=\"test\"")
    }
}

/// The application of these files, with [`ByName`].
pub fn service(files: impl IntoIterator<Item = reroute::route::File>) -> Edge {
    App::new(Tree::new(files)).authenticate(ByName).into_service().expect("the application starts")
}

/// The reasons why the application does not start.
pub fn refusal(app: App) -> String {
    app.into_service().err().expect("the start is refused").to_string()
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).expect("the body is JSON")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("the header is text"))
    }
}

/// Sends `METHOD target` as `caller`, if there is one, with `body`.
pub async fn send(app: &Edge, line: &str, caller: Option<&str>, body: impl Into<Body>) -> Answer {
    let (method, target) = line.split_once(' ').expect("a method and a target");
    let mut request = Request::builder().method(method).uri(target).header("host", "localhost");
    request = request.header("content-type", "application/json");
    if let Some(caller) = caller {
        request = request.header("authorization", format!("Bearer {caller}"));
    }
    answer(app, request.body(body.into()).expect("a request")).await
}

/// Sends a `GET` or any other method without a body.
pub async fn get(app: &Edge, line: &str, caller: Option<&str>) -> Answer {
    send(app, line, caller, Body::empty()).await
}

pub async fn answer(app: &Edge, request: Request<Body>) -> Answer {
    let (parts, body) = app.handle(request).await.into_parts();
    let body = body.collect().await.expect("the body is whole").to_bytes();
    Answer { status: parts.status.as_u16(), headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
}
