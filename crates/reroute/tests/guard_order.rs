//! The order of the guard's steps: each tells when it runs, and what comes after a refusal never does.
//!
//! The operation and its policy are made by hand here: the guard needs no macro.
#![allow(missing_docs, reason = "tests are read, not called")]

mod support;

use reroute::{
    App, Tree,
    axum_core::body::Body,
    cache::Cache,
    edge::Edge,
    file,
    guard::{Access, Caching, Check, Limit, LimitStage, Policy, Requirement},
    prelude::*,
    route::{Description, Endpoint, Fields, Operation, Route},
};
use std::{
    future::{Future, ready},
    pin::Pin,
    sync::{Arc, Mutex},
    time::Duration,
};
use support::{Answer, get};

/// The steps that ran, in order; and the one that refuses.
#[derive(Clone, Default)]
struct Trace {
    steps: Arc<Mutex<Vec<&'static str>>>,
    refuse: Arc<Mutex<&'static str>>,
}

impl Trace {
    fn step(&self, name: &'static str) -> Result<()> {
        self.steps.lock().expect("no test panics while it holds the trace").push(name);
        if *self.refuse.lock().expect("no test panics while it holds the trace") == name {
            Err(Error::new(StatusCode::IM_A_TEAPOT))
        } else {
            Ok(())
        }
    }

    fn refusing(step: &'static str) -> Self {
        Self { refuse: Arc::new(Mutex::new(step)), ..Self::default() }
    }

    fn of(cx: &Context) -> &Self {
        cx.state::<Self>().expect("the trace is shared")
    }
}

struct Traced(Trace);

impl Fields for Traced {
    const DEMANDS_CALLER: bool = false;

    fn describe(_: &mut Description) {}

    async fn extract(_: &mut Parts, cx: &Context) -> Result<Self> {
        Trace::of(cx).step("fields")?;
        Ok(Self(Trace::of(cx).clone()))
    }
}

impl Route for Traced {
    fn endpoints() -> Vec<Endpoint> {
        let requirement = Requirement { roles: Some(vec!["admin"]), check: Some(Check::Own(0)), anonymous: false };
        let cache = Caching { duration: Duration::from_secs(60), shared: None, tags: Vec::new() };
        let access = Some(Access::Requires(vec![requirement]));
        let policy = Policy { access, cache: Some(cache), ..Policy::default() };
        vec![Endpoint::new::<Get>(Method::GET, policy, "")]
    }

    async fn before_request(&mut self, _: &RequestHead<'_>) -> Result<()> {
        self.0.step("before_request")
    }

    /// What it changes is kept with the answer, so that it comes before.
    async fn after_request(&self, response: &mut Response) {
        self.0.step("after_request").expect("after_request cannot refuse");
        response.headers_mut().insert("x-after", HeaderValue::from_static("changed"));
    }

    async fn on_error(&self, _: &Error) -> Option<Response> {
        self.0.step("on_error").expect("on_error cannot refuse");
        None
    }
}

struct Get;

impl Operation for Get {
    type Route = Traced;
    type Input = ();
    const READS_BODY: bool = false;

    fn describe(_: &mut Description) {}

    async fn check(_: usize, route: &Traced, _: &mut Parts, _: &Context) -> Result<bool> {
        route.0.step("check")?;
        Ok(true)
    }

    async fn parameters(_: &mut Parts, _: Body, cx: &Context) -> Result<()> {
        Trace::of(cx).step("parameters")
    }

    async fn call(route: &mut Traced, (): ()) -> Response {
        match route.0.step("handler") {
            Ok(()) => "done".into_response(),
            Err(error) => error.into_response(),
        }
    }
}

struct Places;

type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl Limit for Places {
    fn admit<'a>(&'a self, stage: LimitStage, _: &'a Parts, cx: &'a Context) -> Later<'a, Result<()>> {
        Box::pin(ready(Trace::of(cx).step(match stage {
            LimitStage::Address => "limit by address",
            LimitStage::Caller => "limit by caller",
            LimitStage::Input => "limit by input",
        })))
    }
}

impl Authenticate for Places {
    async fn authenticate(&self, parts: &Parts, cx: &Context) -> Result<Option<Principal>> {
        Trace::of(cx).step("authenticate")?;
        let role = parts.headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        Ok(role.map(|role| Principal::new("1", "session").with_roles([role])))
    }
}

fn service(trace: &Trace, cache: &Cache) -> Edge {
    App::new(Tree::new([file::<Traced>("/", "traced.rs")]))
        .state(trace.clone())
        .authenticate(Places)
        .limit(Places)
        .cache(cache.clone())
        .into_service()
        .expect("the application starts")
}

/// The answer, and the steps that ran for it.
async fn ask(app: &Edge, trace: &Trace, caller: Option<&str>) -> (Answer, Vec<&'static str>) {
    let answer = get(app, "GET /", caller).await;
    (answer, std::mem::take(&mut *trace.steps.lock().expect("nothing panicked")))
}

/// The status, and the steps that ran, when `refuse` says no.
async fn run(refuse: &'static str, caller: Option<&str>) -> (u16, Vec<&'static str>) {
    let trace = Trace::refusing(refuse);
    let (answer, steps) = ask(&service(&trace, &Cache::new(10, 1 << 20)), &trace, caller).await;
    (answer.status, steps)
}

/// The steps that tell of themselves. The look-up is between the last limit and the handler, the store after `after_request`.
const WAY: [&str; 10] = [
    "limit by address",
    "authenticate",
    "fields",
    "before_request",
    "check",
    "limit by caller",
    "parameters",
    "limit by input",
    "handler",
    "after_request",
];

/// How many of these run for an answer that is kept.
const BEFORE_LOOK_UP: usize = 8;

#[tokio::test]
async fn the_steps_run_in_the_one_order() {
    assert_eq!(run("nothing", Some("admin")).await, (200, WAY.to_vec()));
}

#[tokio::test]
async fn nothing_runs_after_a_refusal() {
    for (at, step) in WAY.into_iter().enumerate().filter(|(_, step)| *step != "after_request") {
        let (status, steps) = run(step, Some("admin")).await;
        // Once there is a route, it sees what went wrong.
        let mut expected = WAY[..=at].to_vec();
        if at > 2 {
            expected.push("on_error");
        }
        assert_eq!((status, steps), (418, expected), "{step} refuses");
    }
}

#[tokio::test]
async fn attack_50_a_kept_answer_ends_the_way_after_every_limit() {
    let (trace, cache) = (Trace::default(), Cache::new(10, 1 << 20));
    let app = service(&trace, &cache);
    let (first, steps) = ask(&app, &trace, Some("admin")).await;
    assert_eq!((first.header("cache-status"), steps), ("reroute; fwd=uri-miss; stored", WAY.to_vec()));
    let (second, steps) = ask(&app, &trace, Some("admin")).await;
    assert!(second.header("cache-status").starts_with("reroute; hit"), "{second:?}");
    assert_eq!(steps, WAY[..BEFORE_LOOK_UP]);
}

#[tokio::test]
async fn what_after_request_changes_is_kept() {
    let (trace, cache) = (Trace::default(), Cache::new(10, 1 << 20));
    let app = service(&trace, &cache);
    for _ in 0..2 {
        let (answer, _) = ask(&app, &trace, Some("admin")).await;
        assert_eq!(answer.header("x-after"), "changed", "{answer:?}");
    }
    assert_eq!(cache.statistics().hits, 1);
}

/// What is kept lets nobody past a limit or a check that has come to say no.
#[tokio::test]
async fn attack_50_every_step_before_the_look_up_refuses_a_kept_answer() {
    for (at, refuse) in WAY.into_iter().enumerate().take(BEFORE_LOOK_UP) {
        let (trace, cache) = (Trace::default(), Cache::new(10, 1 << 20));
        let app = service(&trace, &cache);
        ask(&app, &trace, Some("admin")).await;
        *trace.refuse.lock().expect("nothing panicked") = refuse;
        let (answer, steps) = ask(&app, &trace, Some("admin")).await;
        assert_eq!((answer.status, &steps[..=at]), (418, &WAY[..=at]));
    }
}

#[tokio::test]
async fn attack_35_nobody_gets_past_authentication_unknown() {
    assert_eq!(run("nothing", None).await, (401, WAY[..=1].to_vec()));
}

#[tokio::test]
async fn a_check_is_not_asked_for_callers_of_another_role() {
    let mut expected = WAY[..=3].to_vec();
    expected.push("on_error");
    assert_eq!(run("nothing", Some("customer")).await, (403, expected));
}
