//! What a credential that is limited to scopes is good for, and endpoints that ask for a kind of credential.
#![allow(missing_docs, reason = "tests are read, not called")]

mod support;

use reroute::{App, MountAccess, Tree, file, http::Request, prelude::*};
use support::{Answer, answer};

/// `x-by: SCHEME`, and `x-scopes: a b` where the credential is limited.
struct ByHeaders;

impl Authenticate for ByHeaders {
    async fn authenticate(&self, parts: &Parts, _: &Context) -> Result<Option<Principal>> {
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let scheme = match text("x-by") {
            None => return Ok(None),
            Some("api_key") => "api_key",
            Some(_) => "session",
        };
        let me = Principal::new("7", scheme).with_roles(["admin"]);
        Ok(Some(match text("x-scopes") {
            Some(scopes) => me.with_scopes(scopes.split_whitespace()),
            None => me,
        }))
    }
}

#[route]
pub struct Orders;

#[route]
impl Orders {
    #[requires(scope = "orders:read")]
    async fn get(&self) {}

    #[requires("admin", scope = "orders:read")]
    #[requires(scope = "orders:write")]
    async fn post(&self) {}

    #[requires("admin")]
    async fn delete(&self) {}

    #[requires(scheme = "api_key", scope = "orders:read", check = Self::yes)]
    async fn put(&self) {}

    #[public]
    async fn patch(&self, me: Option<Principal>) -> String {
        me.map(|me| me.subject().to_owned()).unwrap_or_default()
    }

    fn yes(&self) -> bool {
        true
    }
}

#[scope]
#[requires(scope = "staff")]
pub struct Staff;

#[route]
pub struct Below;

#[route]
impl Below {
    #[requires]
    async fn get(&self) {}
}

fn app() -> reroute::edge::Edge {
    let files = [file::<Orders>("/orders", "orders.rs"), file::<Below>("/staff", "staff.rs").within::<Staff>()];
    let mounted = || axum::Router::new().route("/", axum::routing::get(|| async {}));
    App::new(Tree::new(files))
        .authenticate(ByHeaders)
        .mount("/tool", mounted(), MountAccess::signed_in())
        .mount("/open", mounted(), MountAccess::public())
        .into_service()
        .expect("it starts")
}

async fn ask(line: &str, by: &str, scopes: Option<&str>) -> Answer {
    let (method, path) = line.split_once(' ').expect("a method and a path");
    let mut request = Request::builder().method(method).uri(path).header("host", "localhost");
    request = request.header("x-by", by);
    if let Some(scopes) = scopes {
        request = request.header("x-scopes", scopes);
    }
    answer(&app(), request.body(Default::default()).expect("a request")).await
}

#[tokio::test]
async fn a_limited_credential_is_good_for_what_names_its_scopes_and_for_nothing_else() {
    for (line, scopes, status) in [
        ("GET /orders", Some("orders:read"), 200),
        ("GET /orders", Some("x orders:read y"), 200),
        ("GET /orders", Some("orders:write"), 403),
        ("GET /orders", Some("orders:rea orders:readx ORDERS:READ"), 403),
        ("GET /orders", Some(""), 403),
        ("GET /orders", None, 200),
        // All that are named, from wherever.
        ("POST /orders", Some("orders:read"), 403),
        ("POST /orders", Some("orders:write"), 403),
        ("POST /orders", Some("orders:read orders:write"), 200),
        ("POST /orders", None, 200),
        // Nobody thought of scopes: closed, role or not.
        ("DELETE /orders", Some("orders:read admin"), 403),
        ("DELETE /orders", None, 200),
        ("GET /staff", Some("orders:read"), 403),
        ("GET /staff", Some("staff"), 200),
        ("GET /tool", Some("orders:read"), 403),
        ("GET /tool", None, 200),
        // Open to everybody, and so to it.
        ("PATCH /orders", Some(""), 200),
        ("GET /open", Some(""), 200),
    ] {
        let answer = ask(line, "session", scopes).await;
        assert_eq!(answer.status, status, "{line} with {scopes:?}");
        if status == 403 {
            assert_eq!(answer.json()["detail"], "This credential is limited to other scopes");
        }
    }
}

#[tokio::test]
async fn another_kind_of_credential_is_not_the_one_that_is_missing() {
    assert_eq!(ask("PUT /orders", "api_key", None).await.status, 200);
    assert_eq!(ask("PUT /orders", "api_key", Some("orders:read")).await.status, 200);
    assert_eq!(ask("PUT /orders", "api_key", Some("x")).await.status, 403);
    let refused = ask("PUT /orders", "session", None).await;
    assert_eq!((refused.status, refused.header("www-authenticate")), (401, "Bearer"));
    assert_eq!(refused.json()["detail"], "Missing authentication token");
}
