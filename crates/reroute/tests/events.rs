//! What the framework writes into the security log by itself, and where.
#![allow(missing_docs, reason = "tests are read, not called")]

mod support;

use reroute::{edge::Edge, file, http::Request, prelude::*, testing};
use serde_json::{Value, json};
use std::{net::IpAddr, sync::LazyLock};
use support::{Answer, service};

static LOG: LazyLock<tempfile::NamedTempFile> = LazyLock::new(|| {
    let file = tempfile::NamedTempFile::new().expect("a file can be made");
    testing::open_security_log(file.path(), "Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUuVvAaEeIiOo").expect("it can be opened");
    file
});

#[route]
pub struct Users;

/// Belongs to whom its id is named after.
struct Note(String);

impl Owned for Note {
    fn owner(&self) -> impl ToString {
        self.0.clone()
    }
}

#[route]
pub struct Notes;

#[route]
impl Notes {
    #[requires]
    async fn get(&self, me: Principal, Path(id): Path<u32>) -> Result<StatusCode> {
        if id == 0 {
            return Err(Error::not_found());
        }
        me.require_owner_or("admin", &Note(id.to_string()))?;
        Ok(StatusCode::NO_CONTENT)
    }

    #[requires]
    async fn put(&self, me: Principal, Path(id): Path<u32>) -> Result<StatusCode> {
        me.require_owner(&Note(id.to_string())).map_err(Error::openly)?;
        Ok(StatusCode::NO_CONTENT)
    }

    /// Somebody else's is another answer, and no refusal.
    #[requires]
    async fn post(&self, me: Principal, Path(id): Path<u32>) -> Result<StatusCode> {
        Ok(if me.require_owner(&Note(id.to_string())).is_ok() { StatusCode::CREATED } else { StatusCode::ACCEPTED })
    }

    #[requires(check = Self::is_owner)]
    async fn delete(&self) -> StatusCode {
        StatusCode::NO_CONTENT
    }

    fn is_owner(&self, me: Principal, Path(id): Path<u32>) -> Result<bool> {
        me.require_owner(&Note(id.to_string()))?;
        Ok(true)
    }
}

#[input]
pub struct New {
    #[field(min_length = 3)]
    name: String,
    #[field(min_length = 12)]
    password: String,
}

#[route]
impl Users {
    #[requires("admin")]
    async fn get(&self) -> &'static str {
        "all"
    }

    #[public]
    async fn post(&self, Json(new): Json<New>) -> StatusCode {
        let _ = (new.name, new.password);
        StatusCode::CREATED
    }

    #[public]
    #[rate_limit("2/min")]
    async fn put(&self) -> StatusCode {
        StatusCode::NO_CONTENT
    }

    #[public]
    async fn delete(&self) -> StatusCode {
        panic!("with hunter2 in hand")
    }
}

fn app() -> Edge {
    let _ = &*LOG;
    service([file::<Users>("/users", "users.rs"), file::<Notes>("/notes/{id}", "notes.rs")])
}

/// Each test asks from an address of its own, so that it finds its events.
async fn ask(client: u8, request: reroute::http::request::Builder, body: &'static str) -> (Answer, Vec<Value>) {
    let client = IpAddr::from([198, 51, 100, client]);
    let app = testing::with_client(&app(), client);
    let request = request.header("content-type", "application/json").body(body.into()).expect("a request");
    let answer = support::answer(&app, request).await;
    (answer, events(|event| event["details"]["ip_address"] == client.to_string()))
}

fn events(is_wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
    testing::flush_security_log();
    let text = std::fs::read_to_string(LOG.path()).expect("it is there");
    text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).filter(is_wanted).collect()
}

fn to(method: &str, target: &str) -> reroute::http::request::Builder {
    Request::builder().method(method).uri(target).header("host", "localhost")
}

#[track_caller]
fn is_one(events: &[Value], kind: &str, severity: &str, message: &str, owasp: &str) {
    assert_eq!(events.len(), 1, "{events:?}");
    let event = &events[0];
    assert_eq!((&event["event_type"], &event["severity"]), (&json!(kind), &json!(severity)));
    assert_eq!((&event["message"], &event["details"]["owasp"]), (&json!(message), &json!(owasp)));
    assert!(event["details"]["request_id"].is_string(), "{event}");
}

#[tokio::test]
async fn attack_139_a_wrong_credential_is_an_event_and_a_missing_one_is_not() {
    let (answer, told) = ask(1, to("GET", "/users").header("authorization", "Bearer bad:x"), "").await;
    assert_eq!(answer.status, 401);
    is_one(&told, "auth_failure", "MEDIUM", "Authentication failed: Invalid token", "authn_login_fail");
    let details = &told[0]["details"];
    assert_eq!((&details["user"], &details["reason"]), (&json!("unknown"), &json!("Invalid token")));
    assert_eq!(details["endpoint"], "GET /users");
    assert_eq!(answer.header("x-request-id"), details["request_id"]);
    let (answer, told) = ask(2, to("GET", "/users"), "").await;
    assert_eq!((answer.status, told), (401, vec![]));
}

#[tokio::test]
async fn attack_139_a_known_caller_who_may_not_is_an_event() {
    let (answer, told) = ask(3, to("GET", "/users").header("authorization", "Bearer ada:customer"), "").await;
    assert_eq!(answer.status, 403);
    is_one(&told, "authz_failure", "MEDIUM", "Authorization denied for resource: /users", "authz_fail");
    let details = &told[0]["details"];
    assert_eq!((&details["user"], &details["resource"]), (&json!("ada"), &json!("/users")));
    assert_eq!(details["required_roles"], json!(["admin"]));
}

#[tokio::test]
async fn one_who_may_is_one_where_the_setting_says_so() {
    let (answer, told) = ask(4, to("GET", "/users").header("authorization", "Bearer root:admin"), "").await;
    assert_eq!((answer.status, &told[0]["event_type"]), (200, &json!("authz_success")));
    assert_eq!(told[0]["details"]["user"], "root");
}

#[tokio::test]
async fn attack_139_broken_constraints_are_told_without_values() {
    let (answer, told) = ask(5, to("POST", "/users"), r#"{"name": "xy", "password": "hunter2"}"#).await;
    assert_eq!(answer.status, 422);
    is_one(&told, "validation_failure", "LOW", "Validation failed for endpoint: POST /users", "input_validation_fail");
    let errors = json!([{"field": "name", "code": "min_length"}, {"field": "password", "code": "min_length"}]);
    assert_eq!(told[0]["details"]["errors"], errors);
    assert!(!told[0].to_string().contains("hunter2"));
}

#[tokio::test]
async fn attack_139_a_write_from_another_site_is_one() {
    let write = to("POST", "/users").header("origin", "https://evil.example").header("cookie", "a=b");
    let (answer, told) = ask(6, write, "{}").await;
    assert_eq!(answer.status, 403);
    is_one(&told, "suspicious_request", "HIGH", "Suspicious activity: a write from another site", "malicious_csrf");
    assert_eq!(told[0]["details"]["endpoint"], "POST /users");
}

#[tokio::test]
async fn a_host_that_is_not_allowed_is_one() {
    let request = Request::builder().method("GET").uri("/users").header("host", "evil.example");
    let (answer, told) = ask(7, request, "").await;
    assert_eq!(answer.status, 400);
    let message = "Suspicious activity: a request for a host that is not allowed";
    is_one(&told, "suspicious_request", "HIGH", message, "malicious_extraneous");
}

#[tokio::test]
async fn a_path_that_leaves_its_folder_is_one_however_it_is_spelled() {
    let spelled =
        ["/../etc/passwd", "/users/..%2f..%2fetc", "/a/%2e%2e/b", "/a/%252e%252e%252fb", "/a/..%5cb", "/a/.%2E"];
    for (client, path) in (10..).zip(spelled) {
        let (answer, told) = ask(client, to("GET", path), "").await;
        assert_eq!(answer.status, 404);
        let message = "Suspicious activity: a path traversal attempt";
        is_one(&told, "suspicious_request", "HIGH", message, "malicious_direct_reference");
        assert_eq!(told[0]["details"]["endpoint"], "GET (no route)");
    }
    let (_, told) = ask(30, to("GET", "/a..b/...%20/x%2ey?q=../.."), "").await;
    assert_eq!(told, Vec::<Value>::new());
}

#[tokio::test]
async fn a_limit_that_is_hit_again_and_again_is_told_once_and_then_counted() {
    let app = testing::with_client(&app(), [203, 0, 113, 9].into());
    for _ in 0..50 {
        support::get(&app, "PUT /users", None).await;
    }
    let told = events(|event| event["details"]["ip_address"] == "203.0.113.9");
    assert!(told.iter().all(|event| event["event_type"] == "rate_limit_exceeded"));
    let count: u64 = told.iter().map(|event| event["details"]["count"].as_u64().unwrap_or(1)).sum();
    assert_eq!(count, 48);
    // A slow machine may take more than one second for them.
    assert!(told.len() <= 10, "{told:?}");
    assert_eq!(told[0]["details"]["limit"], "2/min");
}

#[tokio::test]
async fn a_handler_that_panics_is_one_without_its_message() {
    let (answer, _) = ask(8, to("DELETE", "/users"), "").await;
    assert_eq!(answer.status, 500);
    let id = answer.header("x-request-id").to_owned();
    let told = events(|event| event["details"]["request_id"] == id.as_str());
    assert_eq!((&told[0]["event_type"], &told[0]["severity"]), (&json!("security_error"), &json!("HIGH")));
    assert!(!told[0].to_string().contains("hunter2"));
}

/// The same, without what says that somebody may call the endpoint.
async fn refused(client: u8, request: reroute::http::request::Builder, body: &'static str) -> (Answer, Vec<Value>) {
    let (answer, mut told) = ask(client, request, body).await;
    told.retain(|event| event["event_type"] != "authz_success");
    (answer, told)
}

#[tokio::test]
async fn attack_29_reaching_for_what_is_somebody_elses_is_one_event_and_what_is_missing_is_none() {
    let as_caller = |method: &str, path: &str, caller: &str| {
        to(method, path).header("authorization", format!("Bearer {caller}:customer"))
    };
    let (missing, told) = refused(40, as_caller("GET", "/notes/0", "8"), "").await;
    assert_eq!((missing.status, told), (404, vec![]));
    let (foreign, told) = refused(41, as_caller("GET", "/notes/7", "8"), "").await;
    let message = "Authorization denied for resource: /notes/7";
    is_one(&told, "authz_failure", "MEDIUM", message, "malicious_direct_reference");
    let details = &told[0]["details"];
    assert_eq!((&details["user"], &details["resource"]), (&json!("8"), &json!("/notes/7")));
    assert_eq!((&details["required_roles"], &details["endpoint"]), (&json!(["admin"]), &json!("GET /notes/{id}")));
    // But for the request's id, nobody can tell the two answers apart.
    let body = |answer: &Answer| {
        let mut body = answer.json();
        assert_eq!(body["request_id"], answer.header("x-request-id"));
        body["request_id"] = Value::Null;
        body
    };
    assert_eq!((foreign.status, body(&foreign)), (404, body(&missing)));
    assert_eq!(foreign.headers.keys().collect::<Vec<_>>(), missing.headers.keys().collect::<Vec<_>>());

    let (answer, told) = refused(42, as_caller("PUT", "/notes/7", "8"), "").await;
    assert_eq!((answer.status, answer.json()["detail"].clone()), (403, json!("You may not do this")));
    is_one(&told, "authz_failure", "MEDIUM", message, "malicious_direct_reference");
    assert!(told[0]["details"].get("required_roles").is_none());

    let (answer, told) = refused(43, as_caller("DELETE", "/notes/7", "8"), "").await;
    assert_eq!(answer.status, 404);
    is_one(&told, "authz_failure", "MEDIUM", message, "malicious_direct_reference");
}

#[tokio::test]
async fn attack_29_ones_own_and_what_the_handler_answers_otherwise_is_no_refusal() {
    for (client, method, caller, status) in [
        (44, "GET", "7:customer", 204),
        (45, "GET", "8:admin", 204),
        (46, "POST", "8:customer", 202),
        (47, "DELETE", "7:x", 204),
    ] {
        let request = to(method, "/notes/7").header("authorization", format!("Bearer {caller}"));
        let (answer, told) = refused(client, request, "").await;
        assert_eq!(answer.status, status, "{method} as {caller}");
        assert_eq!(told, Vec::<Value>::new(), "{method} as {caller}");
    }
}
