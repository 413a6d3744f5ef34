//! What stands beside the files: plain axum routers, sockets and streams, all through the same guard.
#![allow(missing_docs, reason = "tests are read, not called")]

mod support;

use axum::{
    Router,
    extract::ws::WebSocketUpgrade,
    routing::{any, get as on_get},
};
use futures_util::{SinkExt, StreamExt, stream};
use reroute::{App, MountAccess, Tree, axum_core::body::Body, file, http::Extensions, prelude::*, testing::Server};
use std::time::Duration;
use support::{ByName, get, refusal};
use tokio_tungstenite::tungstenite::{self, client::IntoClientRequest};

#[route]
pub struct Home;

#[route]
impl Home {
    #[public]
    async fn get(&self) -> &'static str {
        "the file"
    }
}

/// Echoes over a WebSocket, to signed-in callers.
#[route]
pub struct Socket;

#[route]
impl Socket {
    #[requires]
    async fn get(&self, upgrade: WebSocketUpgrade) -> Response {
        upgrade.on_upgrade(|mut socket| async move {
            while let Some(Ok(message)) = socket.recv().await {
                if socket.send(message).await.is_err() {
                    break;
                }
            }
        })
    }
}

/// Sends an event, then another after the time for an answer is over.
#[route]
pub struct Events;

#[route]
impl Events {
    #[requires]
    #[timeout("0.05 s")]
    async fn get(&self) -> ([(&'static str, &'static str); 1], Body) {
        let events = stream::unfold(0, |nth| async move {
            if nth == 1 {
                tokio::time::sleep(Duration::from_secs(3600)).await;
            }
            (nth < 2).then(|| (Ok::<_, std::io::Error>(format!("data: {nth}\n\n")), nth + 1))
        });
        ([("content-type", "text/event-stream")], Body::from_stream(events))
    }
}

fn router() -> Router {
    Router::new()
        .route("/", on_get(|| async { "root" }))
        .route(
            "/who",
            on_get(|extensions: Extensions| async move {
                extensions.get::<Principal>().map_or("nobody".to_owned(), |me| me.name().to_owned())
            }),
        )
        .route(
            "/deep/{id}",
            any(|axum::extract::Path(id): axum::extract::Path<String>, uri: reroute::http::Uri| async move {
                format!("{id} at {uri}")
            }),
        )
        .route("/fails", on_get(|| async { (StatusCode::INTERNAL_SERVER_ERROR, "no such table: users") }))
}

fn app() -> App {
    let tree = Tree::new([
        file::<Home>("/staff/home", "home.rs"),
        file::<Socket>("/socket", "socket.rs"),
        file::<Events>("/events", "events.rs"),
    ]);
    App::new(tree)
        .authenticate(ByName)
        .mount("/open", router(), MountAccess::public())
        .mount("/staff", router(), MountAccess::roles(["staff"]))
        .mount("/in", router(), MountAccess::signed_in())
}

#[tokio::test]
async fn a_mounted_router_answers_below_its_path_under_its_access() {
    let app = app().into_service().expect("the application starts");
    for (line, caller, status, body) in [
        ("GET /open", None, 200, "root"),
        ("GET /open/", None, 200, "root"),
        ("GET /open/who", None, 200, "nobody"),
        ("PUT /open/deep/7?x=1", None, 200, "7 at /deep/7?x=1"),
        ("GET /in/who", Some("ada:customer"), 200, "ada"),
        ("GET /staff/who", Some("ada:staff"), 200, "ada"),
        // A file stands before what is mounted.
        ("GET /staff/home", None, 200, "the file"),
    ] {
        let answer = get(&app, line, caller).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body), "{line}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{line}");
    }
    for (line, caller, status) in [
        ("GET /in/who", None, 401),
        ("GET /in/nothing", None, 401),
        ("GET /staff/who", Some("ada:customer"), 403),
        ("OPTIONS /staff/who", None, 401),
        ("GET /open/nothing", None, 404),
        ("GET /open//who", None, 404),
        ("GET /open/%2e%2e/staff/who", None, 404),
        ("GET /opener", None, 404),
        ("GET /open/fails", None, 500),
    ] {
        let answer = get(&app, line, caller).await;
        assert_eq!((answer.status, answer.header("content-type")), (status, "application/problem+json"), "{line}");
        assert!(!answer.body.contains("table"), "{line}");
    }
}

#[tokio::test]
async fn a_router_mounted_at_the_root_answers_what_no_file_does() {
    let tree = Tree::new([file::<Home>("/deep/home", "home.rs")]);
    let app =
        App::new(tree).mount("/", router(), MountAccess::public()).into_service().expect("the application starts");
    for (line, body) in
        [("GET /", "root"), ("GET /who", "nobody"), ("GET /deep/home", "the file"), ("GET /deep/7", "7 at /deep/7")]
    {
        assert_eq!(get(&app, line, None).await.body, body, "{line}");
    }
}

#[test]
fn mounts_are_checked_at_start() {
    let mount = |path: &str| refusal(App::new(Tree::new([])).mount(path, router(), MountAccess::public()));
    for path in ["", "legacy", "/legacy/", "/{x}", "/a//b"] {
        assert!(mount(path).contains("a mount's path is plain and canonical"), "{path}");
    }
    let refused = refusal(App::new(Tree::new([])).mount("/in", router(), MountAccess::signed_in()));
    assert!(refused.contains("mounted at /in: it needs a caller"), "{refused}");
    let twice = App::new(Tree::new([])).mount("/a", router(), MountAccess::public()).mount(
        "/a",
        router(),
        MountAccess::public(),
    );
    assert!(refusal(twice).contains("two services are mounted at `/a`"));
}

#[tokio::test]
async fn attack_34_an_upgrade_goes_through_the_guard() {
    let server = Server::start(app()).await.expect("the application starts");
    let request = || format!("ws://{}/socket", server.address()).into_client_request().expect("a request");
    match tokio_tungstenite::connect_async(request()).await {
        Err(tungstenite::Error::Http(refused)) => assert_eq!(refused.status(), 401),
        other => panic!("an anonymous caller got {other:?}"),
    }
    let mut known = request();
    known.headers_mut().insert("authorization", HeaderValue::from_static("Bearer ada:customer"));
    let (mut socket, accepted) = tokio_tungstenite::connect_async(known).await.expect("ada is let in");
    assert_eq!(accepted.headers()["x-content-type-options"], "nosniff");
    for text in ["one", "two"] {
        socket.send(text.into()).await.expect("the socket is open");
        let echo = socket.next().await.expect("an echo").expect("a message");
        assert_eq!(echo.into_text().expect("text").as_str(), text);
    }
    drop(socket);
    server.stop().await.expect("the server stops");
}

#[tokio::test(start_paused = true)]
async fn a_stream_goes_on_after_the_time_for_its_head() {
    let app = app().into_service().expect("the application starts");
    let started = tokio::time::Instant::now();
    let answer = get(&app, "GET /events", Some("ada:x")).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "data: 0\n\ndata: 1\n\n"));
    assert_eq!(started.elapsed(), Duration::from_secs(3600), "the clock is driven by the test");
    assert_eq!(get(&app, "GET /events", None).await.status, 401);
}
