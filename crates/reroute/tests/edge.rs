//! What holds for every answer, whatever became of the request.
#![allow(missing_docs, reason = "tests are read, not called")]

mod support;

use reroute::{
    App, Tree,
    axum_core::body::Body,
    edge::{Edge, LoosenHeader},
    file,
    http::{Request, header},
    prelude::*,
    testing,
};
use std::{collections::HashSet, future::pending, sync::Arc, time::Duration};
use support::{ALWAYS, answer, get, send};

#[route]
pub struct Every {
    dropped: State<Arc<tokio::sync::Notify>>,
}

/// Tells when it is dropped.
struct OnDrop(Arc<tokio::sync::Notify>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

#[route]
impl Every {
    #[public]
    async fn get(&self) -> &'static str {
        "hello"
    }

    #[public]
    async fn put(&self) -> StatusCode {
        panic!("the secret of put")
    }

    #[public]
    #[timeout("0.05 s")]
    async fn post(&self) -> StatusCode {
        let _at_work = OnDrop(self.dropped.0.clone());
        pending().await
    }

    /// A text of a server's own failure is no answer.
    #[public]
    async fn patch(&self) -> (StatusCode, String) {
        (StatusCode::BAD_GATEWAY, "connect postgres://root:hunter2@10.0.0.1".to_owned())
    }

    /// Tries to have the security headers its own way.
    #[public]
    async fn delete(&self) -> ([(&'static str, &'static str); 4], StatusCode) {
        let own = [
            ("x-frame-options", "ALLOWALL"),
            ("server", "axum"),
            ("x-request-id", "mine"),
            ("cache-control", "no-cache"),
        ];
        (own, StatusCode::NO_CONTENT)
    }
}

/// Says of each security header what the request's fields of that name, after `own-`, say.
#[route]
pub struct Own;

#[route]
impl Own {
    #[public]
    async fn get(&self, asked: HeaderMap) -> HeaderMap {
        let own = asked.iter().filter_map(|(name, value)| Some((name.as_str().strip_prefix("own-")?, value)));
        own.map(|(name, value)| (name.parse().expect("a name"), value.clone())).collect()
    }

    #[public]
    async fn put(&self) -> Response {
        let own = [("x-frame-options", "DENY"), ("content-security-policy", "sandbox")];
        let loosened = HeaderValue::from_static("SAMEORIGIN");
        (own, "in a frame").into_response().loosen_header(header::X_FRAME_OPTIONS, loosened)
    }
}

#[input]
pub struct Note {
    text: String,
}

#[route]
pub struct Notes;

#[route]
impl Notes {
    #[public]
    async fn post(&self, Json(note): Json<Note>) -> String {
        note.text
    }

    /// A foreign extractor, whose refusals quote parser and types.
    #[public]
    #[raw_body]
    async fn put(&self, axum::Json(numbers): axum::Json<Vec<u8>>) -> String {
        format!("{numbers:?}")
    }
}

fn app() -> (Edge, Arc<tokio::sync::Notify>) {
    let dropped = Arc::new(tokio::sync::Notify::new());
    let tree = Tree::new([file::<Every>("/every", "every.rs"), file::<Notes>("/notes", "notes.rs")]);
    let app = App::new(tree).state(dropped.clone()).body_limit(1000);
    (app.into_service().expect("the application starts"), dropped)
}

#[tokio::test]
async fn lesson_headers_every_answer_carries_each_once() {
    let (app, _) = app();
    let mut ids = HashSet::new();
    for (line, status) in [
        ("GET /every", 200),
        ("HEAD /every", 200),
        ("OPTIONS /every", 204),
        ("DELETE /every", 204),
        ("PUT /every", 500),
        ("POST /every", 503),
        ("PATCH /every", 502),
        ("TRACE /every", 405),
        ("FOO /every", 405),
        ("GET /nowhere", 404),
        ("POST /notes", 400),
    ] {
        let answer = get(&app, line, None).await;
        assert_eq!(answer.status, status, "{line}");
        for name in ALWAYS {
            assert_eq!(answer.headers.get_all(name).iter().count(), 1, "{line}: {name}");
        }
        assert!(!answer.headers.contains_key("server"), "{line}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{line}");
        assert!(ids.insert(answer.header("x-request-id").to_owned()), "{line}: the id of another request");
    }
}

#[tokio::test]
async fn attack_s4_and_112_a_panic_is_a_500_that_says_nothing() {
    let answer = get(&app().0, "PUT /every", None).await;
    assert_eq!((answer.status, answer.header("content-type")), (500, "application/problem+json"));
    assert!(!answer.body.contains("secret"), "{}", answer.body);
    assert_eq!(answer.json()["request_id"], answer.header("x-request-id"));
}

#[tokio::test]
async fn a_failure_of_the_servers_own_keeps_its_text_to_itself() {
    let answer = get(&app().0, "PATCH /every", None).await;
    assert_eq!((answer.status, answer.header("content-type")), (502, "application/problem+json"));
    assert!(!answer.body.contains("hunter2"), "{}", answer.body);
}

#[tokio::test(start_paused = true)]
async fn lesson_time_outs_are_503_and_the_work_is_dropped() {
    let (app, dropped) = app();
    let started = tokio::time::Instant::now();
    let answer = get(&app, "POST /every", None).await;
    assert_eq!(answer.status, 503);
    assert_eq!(started.elapsed(), Duration::from_millis(50), "the clock is driven by the test");
    dropped.notified().await;
}

#[tokio::test]
async fn handlers_cannot_unset_what_protects() {
    let answer = get(&app().0, "DELETE /every", None).await;
    assert_eq!(answer.header("cache-control"), "no-cache", "how long an answer may be kept is its own to say");
    assert_ne!(answer.header("x-request-id"), "mine");
}

#[tokio::test]
async fn lesson_body_limit_counts_what_arrives() {
    let (app, _) = app();
    let large = format!(r#"{{"text":"{}"}}"#, "x".repeat(1000));
    let declared = send(&app, "POST /notes", None, large.clone()).await;
    assert_eq!(declared.status, 413);
    for line in ["POST /notes", "PUT /notes", "GET /every"] {
        let (method, target) = line.split_once(' ').expect("a method and a target");
        let chunks =
            large.as_bytes().chunks(100).map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec())).collect::<Vec<_>>();
        let body = Body::from_stream(futures_util::stream::iter(chunks));
        let request = Request::builder()
            .method(method)
            .uri(target)
            .header("host", "localhost")
            .header(header::CONTENT_TYPE, "application/json")
            .body(body);
        assert_eq!(answer(&app, request.expect("a request")).await.status, 413, "{line}");
    }
}

#[tokio::test]
async fn refusals_of_other_peoples_extractors_lose_their_text() {
    let answer = send(&app().0, "PUT /notes", None, r#"[1, "hunter2"]"#).await;
    assert_eq!((answer.status, answer.header("content-type")), (422, "application/problem+json"));
    assert!(!answer.body.contains("hunter2") && !answer.body.contains("u8"), "{}", answer.body);
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let answer = get(&app().0, "HEAD /every", None).await;
    assert_eq!((answer.status, answer.header("content-length"), answer.body.as_str()), (200, "5", ""));
}

#[tokio::test]
async fn attack_27_other_methods_are_told_which_are_answered() {
    let (app, _) = app();
    let answer = get(&app, "GET /notes", None).await;
    assert_eq!((answer.status, answer.header("allow")), (405, "POST, PUT, OPTIONS"));
    let answer = get(&app, "OPTIONS /every", None).await;
    assert_eq!((answer.status, answer.header("allow")), (204, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"));
}

/// What answers say, under these settings, when a handler sets `own` for header `name`.
async fn said(variables: &[(&str, &str)], name: &str, own: &[&str]) -> String {
    let variables = [("REROUTE_ENV", "test")].iter().chain(variables).copied();
    let app = App::new(Tree::new([file::<Own>("/own", "own.rs")]));
    let app = testing::service(app, variables).expect("the application starts");
    let mut request = Request::get("/own").header("host", "localhost");
    for own in own {
        request = request.header(format!("own-{name}"), *own);
    }
    let answer = answer(&app, request.body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.status, 200);
    for always in ALWAYS {
        assert_eq!(answer.headers.get_all(always).iter().count(), 1, "{name} {own:?}: {always}");
    }
    assert!(answer.headers.get_all(name).iter().count() <= 1, "{name} {own:?}");
    answer.header(name).to_owned()
}

#[tokio::test]
async fn attack_107_a_handler_may_tighten_and_not_loosen() {
    let loose = [
        ("REROUTE_FRAME_OPTIONS", "SAMEORIGIN"),
        ("REROUTE_REFERRER_POLICY", "strict-origin-when-cross-origin"),
        ("REROUTE_CROSS_ORIGIN_OPENER_POLICY", "same-origin-allow-popups"),
        ("REROUTE_CROSS_ORIGIN_RESOURCE_POLICY", "same-site"),
        ("REROUTE_CROSS_ORIGIN_EMBEDDER_POLICY", "unsafe-none"),
        ("REROUTE_PERMISSIONS_POLICY", "camera=(self), usb=()"),
        ("REROUTE_CONTENT_SECURITY_POLICY", "default-src 'self'"),
    ];
    for (name, strict, between, looser) in [
        ("x-frame-options", "DENY", "SAMEORIGIN", "ALLOWALL"),
        ("referrer-policy", "no-referrer", "strict-origin-when-cross-origin", "unsafe-url"),
        ("cross-origin-opener-policy", "same-origin", "same-origin-allow-popups", "unsafe-none"),
        ("cross-origin-resource-policy", "same-origin", "same-site", "cross-origin"),
        ("cross-origin-embedder-policy", "require-corp", "unsafe-none", "none"),
        ("permissions-policy", "camera=(), usb=()", "camera=(self), usb=()", "camera=*, usb=()"),
    ] {
        assert_eq!(said(&loose, name, &[]).await, between);
        assert_eq!(said(&loose, name, &[strict]).await, strict);
        assert_eq!(said(&loose, name, &[looser]).await, between);
        assert_eq!(said(&loose, name, &[strict, between]).await, strict, "the strictest of several");
        assert_eq!(said(&loose, name, &[looser, strict]).await, strict);
    }
    for (name, own) in [
        ("x-frame-options", "SAMEORIGIN"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "unsafe-none"),
        ("cross-origin-resource-policy", "same-site"),
        ("permissions-policy", "camera=(self)"),
        ("x-content-type-options", ""),
        ("x-xss-protection", "1; mode=block"),
        ("x-request-id", "mine"),
        ("strict-transport-security", "max-age=0"),
        ("content-security-policy", "defualt-src 'self'"),
    ] {
        let own_is_said = said(&[], name, &[own]).await.contains(own) && !own.is_empty();
        assert!(!own_is_said, "{name}");
    }
    assert_eq!(said(&[], "strict-transport-security", &["max-age=31536000"]).await, "", "in clear");
    assert_eq!(said(&[], "x-content-type-options", &[""]).await, "nosniff");
}

#[tokio::test]
async fn attack_107_a_handlers_content_policy_stands_beside_the_configured_one() {
    let policy = "content-security-policy";
    let loose = [("REROUTE_CONTENT_SECURITY_POLICY", "default-src 'self'")];
    assert_eq!(said(&loose, policy, &["default-src *"]).await, "default-src 'self', default-src *");
    assert_eq!(
        said(&loose, policy, &["img-src 'none'", "sandbox, img-src 'none'"]).await,
        "default-src 'self', img-src 'none', sandbox"
    );
    let nonce = "script-src 'nonce-8IBTHwOdqNKAWeKl7plt8g=='";
    assert_eq!(said(&loose, policy, &[nonce]).await, format!("default-src 'self', {nonce}"));
    for own in ["frame-ancestors *", "img-src", "img-src 'none'; img-src *", "", "script-src 'nonce-x'"] {
        assert_eq!(said(&loose, policy, &[own]).await, "default-src 'self'", "{own}");
    }
}

#[tokio::test]
async fn attack_107_loosening_is_the_visible_call() {
    let app = App::new(Tree::new([file::<Own>("/own", "own.rs")])).into_service().expect("the application starts");
    let answer = get(&app, "PUT /own", None).await;
    assert_eq!(answer.header("x-frame-options"), "SAMEORIGIN");
    assert!(answer.header("content-security-policy").ends_with("frame-ancestors 'none', sandbox"));
    assert_eq!(answer.headers.get_all("x-frame-options").iter().count(), 1);
}
