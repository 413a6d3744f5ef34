//! Who may call: what a caller sees of each declared rule.
#![allow(missing_docs, reason = "tests are read, not called")]

mod support;

use reroute::{App, Tree, file, prelude::*};
use support::{get, refusal, send, service};

#[route]
pub struct Open;

#[route]
impl Open {
    #[public]
    async fn get(&self, me: Option<Principal>) -> String {
        me.map_or("nobody".to_owned(), |me| me.name().to_owned())
    }

    #[requires]
    async fn post(&self) -> &'static str {
        "signed in"
    }

    #[requires("admin", "moderator")]
    async fn put(&self) -> &'static str {
        "trusted"
    }

    #[requires("admin", check = Self::is_root)]
    async fn delete(&self) -> &'static str {
        "root"
    }

    fn is_root(&self, me: Principal) -> bool {
        me.name() == "root"
    }
}

#[route]
pub struct Checked {
    #[init]
    known: bool,
}

#[route]
impl Checked {
    async fn before_request(&mut self, head: &RequestHead<'_>) -> Result<()> {
        self.known = head.headers().contains_key("x-key");
        Ok(())
    }

    /// The check itself authenticates.
    #[requires(check = Self::is_known, anonymous)]
    async fn get(&self) -> &'static str {
        "known"
    }

    #[requires(check = Self::errs)]
    async fn post(&self) -> &'static str {
        "never"
    }

    #[requires(check = Self::panics)]
    async fn put(&self) -> &'static str {
        "never"
    }

    #[requires(check = outside)]
    async fn patch(&self) -> &'static str {
        "outside"
    }

    #[requires(check = Self::away)]
    async fn delete(&self) -> &'static str {
        "never"
    }

    async fn is_known(&self) -> bool {
        self.known
    }

    async fn errs(&self) -> Result<bool, std::fmt::Error> {
        Err(std::fmt::Error)
    }

    fn panics(&self) -> bool {
        panic!("the check broke at secret-place")
    }

    async fn away() -> Result<bool> {
        Err(Error::unavailable("the rules cannot be asked"))
    }
}

async fn outside(me: Principal, method: Method) -> Result<bool> {
    Ok(me.name() == "ada" && method == Method::PATCH)
}

fn app() -> reroute::edge::Edge {
    service([file::<Open>("/open", "open.rs"), file::<Checked>("/checked", "checked.rs")])
}

#[tokio::test]
async fn lesson_status_codes_each_refusal_has_its_own() {
    let app = app();
    for (line, caller, status) in [
        ("GET /open", None, 200),
        ("POST /open", None, 401),
        ("POST /open", Some("ada:customer"), 200),
        ("PUT /open", None, 401),
        ("PUT /open", Some("ada:customer"), 403),
        ("PUT /open", Some("mod:moderator"), 200),
        ("DELETE /open", Some("root:customer"), 403),
        ("DELETE /open", Some("ada:admin"), 403),
        ("DELETE /open", Some("root:admin"), 200),
        ("PATCH /checked", Some("ada:customer"), 200),
        ("PATCH /checked", Some("bob:customer"), 403),
    ] {
        assert_eq!(get(&app, line, caller).await.status, status, "{line} as {caller:?}");
    }
}

#[tokio::test]
async fn a_wrong_credential_is_never_taken_for_none() {
    let answer = get(&app(), "GET /open", Some("bad:x")).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.json()["detail"], "Invalid token");
}

#[tokio::test]
async fn lesson_errors_keep_www_authenticate() {
    let answer = get(&app(), "POST /open", None).await;
    assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"test\"");
    assert_eq!(answer.json()["detail"], "Missing authentication token");
}

#[tokio::test]
async fn attack_33_what_cannot_be_asked_lets_nobody_in() {
    let answer = get(&app(), "POST /open", Some("away:admin")).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "1"));
    let answer = get(&app(), "DELETE /checked", Some("ada:admin")).await;
    assert_eq!(answer.status, 503);
}

#[tokio::test]
async fn lesson_authorization_an_erring_or_panicking_check_denies_with_500() {
    let app = app();
    for line in ["POST /checked", "PUT /checked"] {
        let answer = get(&app, line, Some("ada:admin")).await;
        assert_eq!(answer.status, 500, "{line}");
        assert!(!answer.body.contains("secret-place"), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_check_may_authenticate_by_itself() {
    let app = app();
    let unknown = get(&app, "GET /checked", None).await;
    assert_eq!((unknown.status, unknown.header("www-authenticate")), (401, "Bearer realm=\"test\""));
    let known = reroute::http::Request::get("/checked")
        .header("host", "localhost")
        .header("x-key", "1")
        .body(Default::default());
    assert_eq!(support::answer(&app, known.expect("a request")).await.status, 200);
}

#[tokio::test]
async fn attack_20_head_runs_the_same_guard() {
    let app = app();
    let refused = get(&app, "HEAD /checked", None).await;
    assert_eq!((refused.status, refused.body.as_str()), (401, ""));
}

#[scope]
#[requires("staff")]
#[timeout("1 s")]
pub struct Staff;

#[scope]
#[requires(check = not_eve)]
pub struct NotEve;

fn not_eve(me: Principal) -> bool {
    me.name() != "eve"
}

#[route]
pub struct Reports;

impl reroute::route::ScopeRequires for Reports {}

#[route]
impl Reports {
    async fn get(&self) -> &'static str {
        "reports"
    }

    #[requires("admin")]
    async fn post(&self) -> &'static str {
        "both roles"
    }
}

#[tokio::test]
async fn attack_28_a_scope_only_tightens() {
    let app = service([file::<Reports>("/staff/reports", "reports.rs").within::<Staff>().within::<NotEve>()]);
    for (line, caller, status) in [
        ("GET /staff/reports", None, 401),
        ("GET /staff/reports", Some("ada:customer"), 403),
        ("GET /staff/reports", Some("ada:staff"), 200),
        ("GET /staff/reports", Some("eve:staff"), 403),
        // The scope's role and the handler's: one alone is not enough.
        ("POST /staff/reports", Some("ada:admin"), 403),
        ("POST /staff/reports", Some("ada:staff"), 403),
    ] {
        assert_eq!(send(&app, line, caller, "").await.status, status, "{line} as {caller:?}");
    }
}

#[test]
fn a_public_handler_in_a_scope_that_requires_stops_the_start() {
    let app = App::new(Tree::new([file::<Open>("/staff/open", "src/routes/staff/open.rs").within::<Staff>()]));
    let refusal = refusal(app.authenticate(support::ByName));
    assert!(
        refusal.contains("src/routes/staff/open.rs: GET is `#[public]`, but a scope above it demands a caller"),
        "{refusal}"
    );
}

#[test]
fn attack_18_a_handler_that_nobody_declared_stops_the_start() {
    // The compiler refuses it first; a hand-written marker gets no further.
    let refusal =
        refusal(App::new(Tree::new([file::<Reports>("/reports", "reports.rs")])).authenticate(support::ByName));
    assert!(refusal.contains("reports.rs: GET /reports: nobody declared who may call"), "{refusal}");
}

#[test]
fn without_an_authenticator_the_routes_that_need_one_are_named() {
    let refusal = refusal(App::new(Tree::new([file::<Open>("/open", "open.rs")])));
    assert!(refusal.contains("open.rs: POST /open: it needs a caller"), "{refusal}");
    assert!(refusal.contains("open.rs: DELETE /open: it needs a caller"), "{refusal}");
}
