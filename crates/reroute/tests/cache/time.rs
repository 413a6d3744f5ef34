//! How long.

use super::{Runs, Service, is_hit, is_stored};
use reroute::{
    App, Tree,
    cache::Cache,
    file,
    guard::{Access, Caching, Policy, Shared},
    prelude::*,
    route::{Description, Endpoint, Fields, Operation, Route},
};
use std::time::Duration;
use tokio::time::advance;

#[route]
pub struct Minute {
    runs: State<Runs>,
}

#[route]
impl Minute {
    #[public]
    #[cache("60 s", shared)]
    async fn get(&self, #[query] n: Option<u32>) -> String {
        format!("{n:?} {}", self.runs.next())
    }
}

fn service() -> Service {
    Service::of([file::<Minute>("/", "index.rs")])
}

#[tokio::test(start_paused = true)]
async fn attack_51_what_is_over_is_never_given() {
    let service = service();
    service.get("/").await;
    advance(Duration::from_millis(59_900)).await;
    let last = service.get("/").await;
    assert_eq!((last.header("cache-status"), last.header("age")), ("reroute; hit; ttl=0", "59"));
    advance(Duration::from_millis(200)).await;
    let next = service.get("/").await;
    assert!(is_stored(&next) && next.header("age") == "0" && next.body == "None 2", "{next:?}");
    assert_eq!(service.cache.statistics().expired, 1);
}

#[tokio::test(start_paused = true)]
async fn a_hit_makes_nothing_last_longer() {
    let service = service();
    service.get("/").await;
    for seconds in [20, 40] {
        advance(Duration::from_secs(20)).await;
        assert_eq!(service.get("/").await.header("age"), seconds.to_string());
    }
    advance(Duration::from_secs(20)).await;
    assert!(!is_hit(&service.get("/").await));
}

/// An endpoint whose policy is made by hand.
struct ByHand;

impl Fields for ByHand {
    const DEMANDS_CALLER: bool = false;

    fn describe(_: &mut Description) {}

    async fn extract(_: &mut Parts, _: &Context) -> Result<Self> {
        Ok(Self)
    }
}

macro_rules! route_for {
    ($route:ident, $method:ident, $duration:expr) => {
        struct $route(ByHand);

        impl Fields for $route {
            const DEMANDS_CALLER: bool = false;

            fn describe(description: &mut Description) {
                ByHand::describe(description);
            }

            async fn extract(parts: &mut Parts, cx: &Context) -> Result<Self> {
                ByHand::extract(parts, cx).await.map(Self)
            }
        }

        impl Route for $route {
            fn endpoints() -> Vec<Endpoint> {
                let cache = Caching { duration: $duration, shared: Some(Shared::Public), tags: Vec::new() };
                let policy = Policy { access: Some(Access::Public), cache: Some(cache), ..Policy::default() };
                vec![Endpoint::new::<Answer<$route>>(Method::$method, policy, "")]
            }
        }
    };
}

struct Answer<R>(std::marker::PhantomData<fn() -> R>);

impl<R: Route> Operation for Answer<R> {
    type Route = R;
    type Input = ();
    const READS_BODY: bool = false;

    fn describe(_: &mut Description) {}

    async fn parameters(_: &mut Parts, _: reroute::axum_core::body::Body, _: &Context) -> Result<()> {
        Ok(())
    }

    async fn call(_: &mut R, (): ()) -> Response {
        "done".into_response()
    }
}

route_for!(Zero, GET, Duration::ZERO);
route_for!(Huge, GET, Duration::MAX);
route_for!(Long, GET, Duration::from_secs(366 * 86_400));
route_for!(Posts, POST, Duration::from_secs(60));

#[tokio::test(start_paused = true)]
async fn attack_51_no_duration_is_too_short_or_too_long() {
    let files = [file::<Zero>("/zero", "zero.rs"), file::<Huge>("/huge", "huge.rs"), file::<Long>("/long", "long.rs")];
    let service = Service::of(files);
    for target in ["/zero", "/huge", "/long"] {
        assert_eq!(service.get(target).await.body, "done", "{target}");
    }
    assert!(!is_hit(&service.get("/zero").await), "zero keeps nothing");
    assert!(is_hit(&service.get("/long").await));
}

#[test]
fn only_answers_to_get_and_head_are_kept() {
    let app = App::new(Tree::new([file::<Posts>("/", "index.rs")])).cache(Cache::new(1, 1));
    let reason = super::support::refusal(app);
    assert!(reason.contains("only answers to GET and HEAD can be kept"), "{reason}");
}
