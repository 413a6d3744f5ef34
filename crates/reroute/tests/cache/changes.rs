//! What a write forgets by itself.

use super::{Runs, Service, is_hit};
use reroute::{file, prelude::*};

#[route]
pub struct Things {
    runs: State<Runs>,
}

#[route]
impl Things {
    #[public]
    #[cache("60 s", shared)]
    async fn get(&self, #[query] page: Option<u32>) -> String {
        format!("{page:?} {}", self.runs.next())
    }

    /// Fails, or leads to what was made.
    #[public]
    async fn post(&self, Json(location): Json<String>) -> Result<Response> {
        if location.is_empty() {
            return Err(Error::conflict("as asked"));
        }
        let status = if location == "/elsewhere" { StatusCode::SEE_OTHER } else { StatusCode::CREATED };
        Ok((status, [("location", location)]).into_response())
    }
}

#[route]
pub struct Thing {
    runs: State<Runs>,
}

#[route]
impl Thing {
    #[public]
    #[cache("60 s", shared)]
    async fn get(&self, Path(id): Path<u32>) -> String {
        format!("{id} {}", self.runs.next())
    }

    #[public]
    async fn put(&self) {}

    #[public]
    async fn delete(&self) -> StatusCode {
        StatusCode::NO_CONTENT
    }

    #[public]
    async fn patch(&self) -> StatusCode {
        StatusCode::BAD_REQUEST
    }
}

fn service() -> Service {
    Service::of([file::<Things>("/things", "things.rs"), file::<Thing>("/things/{id}", "thing.rs")])
}

const ALL: [&str; 4] = ["/things", "/things?page=2", "/things/1", "/things/2"];

/// Which of these are forgotten by one request.
async fn forgotten_by(line: &str, body: &str) -> Vec<&'static str> {
    let service = service();
    for target in ALL {
        service.get(target).await;
    }
    super::support::send(&service.app, line, None, body.to_owned()).await;
    let mut forgotten = Vec::new();
    for target in ALL {
        if !is_hit(&service.get(target).await) {
            forgotten.push(target);
        }
    }
    forgotten
}

#[tokio::test]
async fn attack_50_a_write_that_succeeds_forgets_its_path() {
    assert_eq!(forgotten_by("PUT /things/1", "").await, ["/things/1"]);
    assert_eq!(forgotten_by("DELETE /things/2", "").await, ["/things/2"]);
    assert_eq!(forgotten_by("POST /things", "\"/elsewhere\"").await, ["/things", "/things?page=2"]);
}

#[tokio::test]
async fn what_the_answer_points_to_is_forgotten_on_this_host_alone() {
    let lists = ["/things", "/things?page=2"];
    for (location, other) in [
        ("/things/1", Some("/things/1")),
        ("/things/1?x=1#y", Some("/things/1")),
        ("http://LOCALHOST/things/2", Some("/things/2")),
        ("http://example.com/things/2", None),
        ("//example.com/things/2", None),
        ("nowhere at all", None),
    ] {
        let expected: Vec<&str> = lists.into_iter().chain(other).collect();
        assert_eq!(forgotten_by("POST /things", &format!("{location:?}")).await, expected, "{location}");
    }
}

#[tokio::test]
async fn a_write_that_fails_forgets_nothing() {
    assert!(forgotten_by("POST /things", "\"\"").await.is_empty());
    assert!(forgotten_by("PATCH /things/1", "").await.is_empty());
    assert!(forgotten_by("OPTIONS /things/1", "").await.is_empty());
}
