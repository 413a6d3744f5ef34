//! Which answers are kept, and what they carry.

use super::{Runs, Service, is_hit, is_stored};
use reroute::{axum_core::body::Body, file, prelude::*};

#[route]
pub struct Odd {
    runs: State<Runs>,
}

#[route]
impl Odd {
    /// Answers as it is told.
    #[public]
    #[cache("60 s", shared)]
    async fn get(&self, #[query] how: String) -> Response {
        let body = self.runs.next().to_string();
        match how.as_str() {
            "cookie" => ([("set-cookie", "a=1")], body).into_response(),
            "private" => ([("cache-control", "max-age=60, Private")], body).into_response(),
            "no-store" => ([("cache-control", "no-store")], body).into_response(),
            "broken" => ([("cache-control", "max-age=\"60")], body).into_response(),
            "vary-any" => ([("vary", "*")], body).into_response(),
            "etag" => ([("etag", "\"own\""), ("cache-control", "max-age=60")], body).into_response(),
            "stream" => Body::new(Endless).into_response(),
            "error" => Error::not_found().into_response(),
            "panic" => panic!("as asked"),
            status => (status.parse::<StatusCode>().expect("a status"), body).into_response(),
        }
    }
}

/// Never ends, and has never begun either.
struct Endless;

impl http_body::Body for Endless {
    type Data = bytes::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<bytes::Bytes>, Self::Error>>> {
        std::task::Poll::Pending
    }
}

fn service() -> Service {
    Service::of([file::<Odd>("/odd", "odd.rs")])
}

#[tokio::test]
async fn a_kept_answer_says_so() {
    let service = service();
    let first = service.get("/odd?how=200").await;
    assert!(is_stored(&first) && first.header("age") == "0", "{first:?}");
    let second = service.get("/odd?how=200").await;
    assert!(is_hit(&second), "{second:?}");
    assert_eq!((first.body.as_str(), second.body.as_str(), service.runs.count()), ("1", "1", 1));
    for name in ["etag", "content-type", "cache-control", "age"] {
        assert_eq!(first.header(name), second.header(name), "{name}");
    }
    assert_eq!(second.header("cache-control"), "public, no-cache");
}

#[tokio::test]
async fn attack_40_attack_44_what_must_not_be_kept_is_not() {
    let service = service();
    for how in [
        "cookie", "private", "no-store", "broken", "vary-any", "error", "panic", "201", "203", "204", "206", "301",
        "304", "400", "404", "410", "429", "500",
    ] {
        let target = format!("/odd?how={how}");
        let runs = service.runs.count();
        for _ in 0..2 {
            let answer = service.get(&target).await;
            assert!(!is_hit(&answer) && !is_stored(&answer), "{how}: {answer:?}");
            assert!(answer.header("age").is_empty(), "{how}");
        }
        let expected = if matches!(how, "error" | "panic") { 0 } else { 2 };
        assert_eq!(service.runs.count() - runs, 2.max(expected), "{how}");
    }
    assert_eq!(service.cache.statistics().entries, 0);
}

#[tokio::test]
async fn a_request_that_says_no_store_is_not_kept() {
    let service = service();
    let answer = service.send("GET /odd?how=200", &[("cache-control", "No-Store")]).await;
    assert_eq!(answer.header("cache-status"), "reroute; fwd=uri-miss; detail=no-store");
    assert!(is_stored(&service.get("/odd?how=200").await));
    assert!(
        is_hit(&service.send("GET /odd?how=200", &[("cache-control", "no-cache")]).await),
        "callers cannot empty it"
    );
}

#[tokio::test]
async fn attack_38_credentials_make_no_shared_entry() {
    let service = service();
    for credential in [("authorization", "Bearer ada:customer"), ("cookie", "session=1")] {
        for _ in 0..2 {
            let answer = service.send("GET /odd?how=200", &[credential]).await;
            assert_eq!(answer.header("cache-status"), "reroute; fwd=uri-miss; detail=credentials");
        }
    }
    assert_eq!(service.cache.statistics().entries, 0);
    service.get("/odd?how=200").await;
    assert!(
        is_hit(&service.send("GET /odd?how=200", &[("cookie", "session=1")]).await),
        "what is everybody's is theirs, too"
    );
}

#[tokio::test]
async fn an_answers_own_tag_stands_and_its_freshness_does_not() {
    let service = service();
    for _ in 0..2 {
        let answer = service.get("/odd?how=etag").await;
        assert_eq!((answer.header("etag"), answer.header("cache-control")), ("\"own\"", "public, no-cache"));
    }
}

#[tokio::test]
async fn a_stream_passes_untouched() {
    let service = service();
    // Its body never comes: collecting it would never end.
    let response = service.app.handle(super::request("GET /odd?how=stream", &[])).await;
    assert_eq!(response.headers()["cache-status"], "reroute; fwd=uri-miss; detail=size");
    assert_eq!(service.cache.statistics().entries, 0);
}
