//! What the caller of a route is told, and what the log is.

use super::{
    server::{Reply, Server},
    support::ByName,
};
use http_body_util::BodyExt;
use reroute::{App, Tree, axum_core::body::Body, fetch::public_url, file, http::Request, prelude::*, testing};
use serde_json::Value;
use std::{sync::LazyLock, time::Duration};

static LOG: LazyLock<tempfile::NamedTempFile> = LazyLock::new(|| {
    let file = tempfile::NamedTempFile::new().expect("a file can be made");
    testing::open_security_log(file.path(), "Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUuVvAaEeIiOo").expect("it can be opened");
    file
});

#[route]
pub(crate) struct Fetched {
    client: SafeClient,
}

#[route]
impl Fetched {
    #[requires]
    async fn get(&self, #[query(max_length = 500)] url: String) -> Result<String> {
        let request = self.client.get(&url).timeout(Duration::from_millis(300)).max_bytes(1000);
        Ok(request.send().await?.require_success()?.text().await?)
    }
}

#[input]
pub(crate) struct Source {
    #[field(max_length = 200, check = public_url)]
    url: String,
}

#[route]
pub(crate) struct Stored;

#[route]
impl Stored {
    #[public]
    async fn post(&self, client: SafeClient, Json(source): Json<Source>) -> Result<String> {
        Ok(client.validate_url(&source.url)?.into())
    }
}

/// The application under these settings, as `ada` asks it.
async fn ask(settings: &[(&str, &str)], url: &str) -> (u16, Value) {
    ask_as("ada", settings, url).await
}

async fn ask_as(caller: &str, settings: &[(&str, &str)], url: &str) -> (u16, Value) {
    let files = [file::<Fetched>("/fetched", "fetched.rs"), file::<Stored>("/stored", "stored.rs")];
    let app = App::new(Tree::new(files)).authenticate(ByName);
    let settings = settings.iter().copied().chain([("REROUTE_ENV", "test")]);
    let app = testing::service(app, settings).expect("it starts");
    let url = url.replace('%', "%25").replace('#', "%23").replace('&', "%26");
    let request = Request::get(format!("/fetched?url={url}")).header("host", "localhost");
    let request =
        request.header("authorization", format!("Bearer {caller}:customer")).body(Body::empty()).expect("a request");
    answer(app, request).await
}

async fn answer(app: reroute::edge::Edge, request: Request<Body>) -> (u16, Value) {
    use tower_service::Service;
    let mut app = app;
    let response = app.call(request).await.expect("an edge does not fail");
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    let mut body: Value = serde_json::from_slice(&body).unwrap_or_else(|_| String::from_utf8_lossy(&body).into());
    if let Some(problem) = body.as_object_mut() {
        problem.remove("request_id");
    }
    (status, body)
}

#[tokio::test]
async fn attack_124_failures_do_not_tell_themselves_apart() {
    let secret = "internal-dashboard-7";
    let closed = Server::start(|_| Reply::ok("", b"")).await.port();
    let large = format!("{secret}{}", "x".repeat(2000));
    let servers = [
        Server::start(|_| Reply::Stall(Vec::new())).await,
        Server::start(move |_| Reply::Say(format!("SSH-2.0-{secret}\r\n").into())).await,
        Server::start(move |_| Reply::ok("", large.as_bytes())).await,
        Server::start(move |_| Reply::Say(format!("HTTP/1.1 500 {secret}\r\n\r\n{secret}").into())).await,
        Server::start(|_| Reply::Say(Vec::new())).await,
        Server::start(|_| Reply::ok("content-encoding: gzip\r\n", b"no gzip")).await,
        Server::start(|_| Reply::ok("", b"\xff\xfe")).await,
        Server::start(|_| Reply::redirect(302, "/")).await,
    ];
    let ports: Vec<u16> = servers.iter().map(Server::port).chain([closed]).collect();
    let hosts = ports.iter().map(|port| format!("127.0.0.1:{port}")).collect::<Vec<_>>().join(",");
    let settings = [("REROUTE_FETCH_ALLOWED_HOSTS", hosts.as_str()), ("REROUTE_FETCH_DANGER_NETWORKS", "127.0.0.1")];
    for port in ports {
        let (status, body) = ask(&settings, &format!("http://127.0.0.1:{port}/")).await;
        assert_eq!(status, 502, "{body}");
        assert_eq!(body["detail"], "The other server did not answer as it should");
        assert!(!body.to_string().contains(secret) && !body.to_string().contains("127.0.0.1"), "{body}");
    }
}

#[tokio::test]
async fn attack_124_refusals_do_not_tell_themselves_apart() {
    let open = Server::start(|_| Reply::ok("", b"")).await;
    let urls = [
        format!("http://127.0.0.1:{}/", open.port()),
        "http://127.0.0.1/".to_owned(),
        "http://127.0.0.1:1/".to_owned(),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://10.0.0.1/".to_owned(),
        "http://localhost/".to_owned(),
        "http://redis/".to_owned(),
        "http://example.com:22/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "nonsense".to_owned(),
    ];
    let mut told = Vec::new();
    for url in &urls {
        told.push(ask(&[("REROUTE_FETCH_ALLOWED_HOSTS", "*")], url).await);
        told.push(ask(&[], url).await);
    }
    assert!(told.iter().all(|answer| answer.0 == 422 && *answer == told[0]), "{told:?}");
    assert!(open.asked().is_empty());
}

#[tokio::test]
async fn attack_124_each_refusal_is_one_event_that_names_host_and_caller() {
    LazyLock::force(&LOG);
    let any = [("REROUTE_FETCH_ALLOWED_HOSTS", "*")];
    // Each is a caller of its own: else their events are folded.
    ask_as("eve7", &any, "http://100.64.7.7/path-7?token=s3cret-7#s3cret-7").await;
    ask_as("eve8", &any, "http://joe:s3cret-7@100.64.7.8/").await;
    let server = Server::start(|_| Reply::redirect(302, "http://100.64.7.9/s3cret-7")).await;
    let at = format!("127.0.0.1:{}", server.port());
    let one = [("REROUTE_FETCH_ALLOWED_HOSTS", at.as_str()), ("REROUTE_FETCH_DANGER_NETWORKS", "127.0.0.1")];
    ask_as("eve9", &one, &format!("http://{at}/")).await;
    testing::flush_security_log();
    let text = std::fs::read_to_string(LOG.path()).expect("it is there");
    assert!(!text.contains("s3cret-7") && !text.contains("path-7") && !text.contains("joe"), "{text}");
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let suspicious = |host: &str| -> Vec<&Value> {
        let about = |event: &&Value| event["event_type"] == "suspicious_request" && event["details"]["host"] == host;
        events.iter().filter(about).collect()
    };
    for (host, user) in [("100.64.7.7", "eve7"), ("100.64.7.9", "eve9")] {
        let [event] = suspicious(host)[..] else { panic!("{host}: {text}") };
        assert_eq!(event["severity"], "HIGH");
        assert_eq!(event["message"], "Suspicious activity: refused outbound address");
        let details = &event["details"];
        assert_eq!(details["endpoint"], "GET /fetched");
        assert_eq!((&details["user"], &details["port"]), (&user.into(), &80.into()));
        assert_eq!(details["reason"], "its address is not public: shared");
        assert!(details["ip_address"].is_string() && details["request_id"].is_string());
    }
    assert_eq!(events.iter().filter(|event| event["details"]["reason"] == "it holds user-info").count(), 1);
}

#[tokio::test]
async fn urls_are_validated_before_they_are_stored() {
    let app = App::new(Tree::new([file::<Stored>("/stored", "stored.rs")]));
    let app = testing::service(app, [("REROUTE_ENV", "test"), ("REROUTE_FETCH_ALLOWED_HOSTS", "*.example.com")]);
    let app = app.expect("it starts");
    for (url, status, told) in [
        ("https://CDN.example.com./a.png#x", 200, "https://cdn.example.com/a.png"),
        ("http://127.1/", 422, "public_url"),
        ("https://other.example/", 422, "This URL may not be fetched"),
    ] {
        let request = Request::post("/stored").header("host", "localhost").header("content-type", "application/json");
        let request = request.body(Body::from(format!(r#"{{"url":"{url}"}}"#))).expect("a request");
        let (found, body) = answer(app.clone(), request).await;
        assert!(found == status && body.to_string().contains(told), "{url}: {found} {body}");
    }
}
