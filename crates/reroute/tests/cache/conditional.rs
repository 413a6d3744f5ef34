//! `HEAD`, `If-None-Match`, and what the edge says on a kept answer.

use super::{Runs, Service, is_hit, is_stored};
use reroute::{edge::LoosenHeader, file, http::header::X_FRAME_OPTIONS, prelude::*};

#[route]
pub struct Text {
    runs: State<Runs>,
}

#[route]
impl Text {
    #[public]
    #[cache("60 s", shared)]
    async fn get(&self) -> Response {
        let text = format!("text {}", self.runs.next()).into_response();
        text.loosen_header(X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"))
    }
}

fn service() -> Service {
    Service::of([file::<Text>("/text", "text.rs")])
}

#[tokio::test]
async fn attack_45_head_and_get_share_an_entry() {
    for first in ["HEAD", "GET"] {
        let service = service();
        let one = service.send(&format!("{first} /text"), &[]).await;
        assert!(is_stored(&one));
        let head = service.send("HEAD /text", &[]).await;
        let get = service.send("GET /text", &[("range", "bytes=0-1")]).await;
        assert!(is_hit(&head) && is_hit(&get), "{head:?} {get:?}");
        assert_eq!((head.body.as_str(), head.header("content-length"), get.body.as_str()), ("", "6", "text 1"));
        assert_eq!(head.header("etag"), get.header("etag"));
    }
}

#[tokio::test]
async fn who_has_it_already_is_told_so() {
    let service = service();
    let tag = service.get("/text").await.header("etag").to_owned();
    for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
        for method in ["GET", "HEAD"] {
            let answer = service.send(&format!("{method} /text"), &[("if-none-match", &known)]).await;
            assert_eq!((answer.status, answer.body.as_str()), (304, ""), "{known}");
            assert!(is_hit(&answer) && answer.header("etag") == tag, "{answer:?}");
            assert!(answer.header("content-type").is_empty() && answer.header("content-length").is_empty());
        }
    }
    assert_eq!(service.send("GET /text", &[("if-none-match", "\"x\"")]).await.status, 200);
    // A fresh answer, too.
    service.cache.clear();
    let answer = service.send("GET /text", &[("if-none-match", "*")]).await;
    assert!(answer.status == 304 && is_stored(&answer), "{answer:?}");
    assert_eq!(service.get("/text").await.body, "text 2");
}

#[tokio::test]
async fn attack_49_the_edge_dresses_each_answer_anew() {
    let service = service();
    let first = service.get("/text").await;
    let second = service.get("/text").await;
    assert!(is_hit(&second));
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
    for answer in [&first, &second] {
        assert_eq!(answer.header("x-frame-options"), "SAMEORIGIN", "what was loosened stays so");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        for name in ["x-request-id", "etag", "age", "cache-status", "cache-control"] {
            assert_eq!(answer.headers.get_all(name).iter().count(), 1, "{name}");
        }
    }
}
