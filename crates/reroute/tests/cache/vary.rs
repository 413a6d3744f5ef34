//! `Vary` of an answer.

use super::{Runs, Service, is_hit, is_stored};
use reroute::{cache::Cache, file, prelude::*};

#[route]
pub struct Varied {
    runs: State<Runs>,
}

#[route]
impl Varied {
    /// Answers with the `Vary` that it is told.
    #[public]
    #[cache("60 s", shared)]
    async fn get(&self, #[query] by: Vec<String>) -> Response {
        let mut response = self.runs.next().to_string().into_response();
        for by in by {
            response.headers_mut().append("vary", HeaderValue::try_from(by).expect("a value"));
        }
        response
    }
}

fn service() -> Service {
    Service::with([file::<Varied>("/", "index.rs")], Cache::new(100, 1 << 20))
}

#[tokio::test]
async fn attack_41_what_an_answer_varies_by_is_told_apart() {
    let service = service();
    let target = "GET /?by=Accept,%20accept-LANGUAGE&by=Origin";
    let asked: [&[(&str, &str)]; 4] = [
        &[("accept-language", "de")],
        &[("accept-language", "en")],
        &[("accept-language", "en"), ("accept", "text/html")],
        &[("accept-language", "en"), ("origin", "http://localhost")],
    ];
    for headers in asked {
        assert!(is_stored(&service.send(target, headers).await), "{headers:?}");
        assert!(is_hit(&service.send(target, headers).await), "{headers:?}");
    }
    assert!(is_hit(&service.send(target, &[("accept-language", "de"), ("x-other", "1")]).await));
}

#[tokio::test]
async fn attack_41_an_endpoint_that_varies_by_too_much_keeps_no_more() {
    let service = service();
    let by = |names: std::ops::Range<u32>| {
        let names: Vec<String> = names.map(|nth| format!("by=x-{nth}")).collect();
        format!("/?{}", names.join("&"))
    };
    assert!(is_stored(&service.get(&by(0..8)).await));
    assert!(is_hit(&service.get(&by(0..8)).await));
    for _ in 0..2 {
        assert_eq!(service.get(&by(8..9)).await.header("cache-status"), "reroute; fwd=uri-miss; detail=vary");
    }
}
