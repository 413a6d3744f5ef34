//! The three hooks of a route.
#![allow(missing_docs, reason = "tests are read, not called")]

mod support;

use reroute::{edge::Edge, file, prelude::*};
use support::{get, send, service};

#[route]
pub struct Hooked {
    #[init]
    seen: Vec<String>,
}

#[input]
pub struct New {
    #[field(min_length = 3)]
    name: String,
}

#[route]
impl Hooked {
    async fn before_request(&mut self, head: &RequestHead<'_>) -> Result<()> {
        self.seen.push(format!("{} {}", head.method(), head.pattern()));
        match head.headers().get("x-refuse") {
            Some(_) => Err(Error::unauthorized("Missing authentication token").with("hook", true)),
            None => Ok(()),
        }
    }

    fn after_request(&self, response: &mut Response) {
        let seen = HeaderValue::from_str(&self.seen.join(",")).expect("methods and patterns are header text");
        response.headers_mut().insert("x-seen", seen);
    }

    async fn on_error(&self, error: &Error) -> Option<Response> {
        (error.status() == 409).then(|| (StatusCode::CONFLICT, "kept by on_error").into_response())
    }

    #[public]
    async fn get(&self) -> &'static str {
        "hello"
    }

    #[public]
    async fn post(&self, Json(new): Json<New>) -> Result<String> {
        if new.name == "taken" { Err(Error::conflict("The name is taken")) } else { Ok(new.name) }
    }

    #[requires]
    async fn put(&self, Json(new): Json<New>) -> String {
        new.name
    }

    #[public]
    async fn delete(&mut self) -> Result<String> {
        self.seen.push("deleted".to_owned());
        Err(Error::internal(std::io::Error::other("disk sda1 is full")))
    }
}

fn app() -> Edge {
    service([file::<Hooked>("/hooked/{id}", "hooked.rs")])
}

#[tokio::test]
async fn after_request_sees_the_answer_and_the_route() {
    let answer = get(&app(), "GET /hooked/1", None).await;
    assert_eq!((answer.status, answer.header("x-seen")), (200, "GET /hooked/{id}"));
}

#[tokio::test]
async fn lesson_status_codes_a_hooks_refusal_is_its_status() {
    let request = reroute::http::Request::get("/hooked/1")
        .header("host", "localhost")
        .header("x-refuse", "1")
        .body(Default::default());
    let answer = support::answer(&app(), request.expect("a request")).await;
    assert_eq!((answer.status, answer.header("content-type")), (401, "application/problem+json"));
    assert_eq!(answer.json()["hook"], true);
    assert_eq!(answer.header("x-seen"), "", "after_request does not run after an error");
}

#[tokio::test]
async fn on_error_may_answer_in_its_place() {
    let answer = send(&app(), "POST /hooked/1", None, r#"{"name":"taken"}"#).await;
    assert_eq!((answer.status, answer.body.as_str()), (409, "kept by on_error"));
}

#[tokio::test]
async fn lesson_errors_nothing_internal_goes_out() {
    let answer = get(&app(), "DELETE /hooked/1", None).await;
    assert_eq!(answer.status, 500);
    assert!(!answer.body.contains("sda1"), "{}", answer.body);
    assert_eq!(answer.json()["request_id"], answer.header("x-request-id"));
}

#[tokio::test]
async fn lesson_hooks_authentication_comes_before_parsing() {
    let app = app();
    assert_eq!(send(&app, "PUT /hooked/1", None, "{broken").await.status, 401);
    assert_eq!(send(&app, "PUT /hooked/1", Some("ada:x"), "{broken").await.status, 400);
    assert_eq!(send(&app, "PUT /hooked/1", Some("ada:x"), r#"{"name":"x"}"#).await.status, 422);
}
