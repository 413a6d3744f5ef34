//! What belongs to one request, and what is shared.
#![allow(missing_docs, reason = "tests are read, not called")]

mod support;

use reroute::{App, Tree, file, prelude::*};
use std::sync::Arc;
use support::{get, refusal, service};
use tokio::sync::Barrier;

#[route]
pub struct Profile {
    #[init]
    current_user: Option<String>,
    both: State<Arc<Barrier>>,
}

#[route]
impl Profile {
    async fn before_request(&mut self, head: &RequestHead<'_>) -> Result<()> {
        self.current_user = head.caller().await?.map(|caller| caller.name().to_owned());
        Ok(())
    }

    #[requires]
    async fn get(&self) -> String {
        // Both requests have set their user, and neither has answered.
        self.both.wait().await;
        self.current_user.clone().unwrap_or_default()
    }
}

#[tokio::test]
async fn lesson_identity_two_callers_interleave_and_stay_themselves() {
    let tree = Tree::new([file::<Profile>("/profile", "profile.rs")]);
    let app = App::new(tree).authenticate(support::ByName).state(Arc::new(Barrier::new(2)));
    let app = app.into_service().expect("the application starts");
    for _ in 0..100 {
        let (ada, bob) =
            tokio::join!(get(&app, "GET /profile", Some("ada:x")), get(&app, "GET /profile", Some("bob:x")));
        assert_eq!((ada.body.as_str(), bob.body.as_str()), ("ada", "bob"));
    }
}

#[test]
fn a_missing_state_stops_the_start() {
    let app = App::new(Tree::new([file::<Profile>("/profile", "profile.rs")])).authenticate(support::ByName);
    let refusal = refusal(app);
    assert!(refusal.contains("profile.rs: GET /profile: it needs a state of type"), "{refusal}");
    assert!(refusal.contains("Barrier"), "{refusal}");
}

#[route]
pub struct Pair;

#[route]
impl Pair {
    #[public]
    async fn get(&self, Path((a, b)): Path<(i64, String)>) -> String {
        format!("{a}{b}")
    }
}

#[input]
struct Named {
    year: u16,
    slug: String,
}

#[route]
pub struct ByName;

#[route]
impl ByName {
    #[public]
    async fn get(&self, Path(named): Path<Named>) -> String {
        format!("{} {}", named.year, named.slug)
    }
}

#[route]
pub struct Renamed;

use axum::extract::Path as Foreign;

#[route]
impl Renamed {
    #[public]
    async fn get(&self, path: Foreign<i64>) -> String {
        path.0.to_string()
    }
}

#[test]
fn a_path_that_does_not_fit_its_pattern_stops_the_start() {
    for (pattern, why) in
        [("/{a}", "its `Path` takes 2 parameters, and the path has 1"), ("/", "takes 2 parameters, and the path has 0")]
    {
        let refusal = refusal(App::new(Tree::new([file::<Pair>(pattern, "pair.rs")])));
        assert!(refusal.contains(why), "{refusal}");
    }
    let refusal = refusal(App::new(Tree::new([file::<ByName>("/{year}/{name}", "named.rs")])));
    assert!(refusal.contains("its `Path` names `slug`, which is no parameter of the path"), "{refusal}");
}

#[test]
fn axums_path_under_another_name_stops_the_start() {
    let refusal = refusal(App::new(Tree::new([file::<Renamed>("/{id}", "renamed.rs")])));
    assert!(refusal.contains("reads a private table of axum's router: use `reroute::Path`"), "{refusal}");
}

#[tokio::test]
async fn path_parameters_are_typed() {
    let app = service([file::<Pair>("/pair/{a}/{b}", "pair.rs"), file::<ByName>("/posts/{year}/{slug}", "named.rs")]);
    assert_eq!(get(&app, "GET /pair/-7/caf%C3%A9%20x", None).await.body, "-7café x");
    assert_eq!(get(&app, "GET /posts/2026/%25", None).await.body, "2026 %");
    for line in
        ["GET /pair/x/y", "GET /pair/+7/y", "GET /pair/07/y", "GET /pair/-0/y", "GET /posts/70000/x", "GET /posts/-1/x"]
    {
        assert_eq!(get(&app, line, None).await.status, 404, "{line}");
    }
}
