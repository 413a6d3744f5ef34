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
    guard::{Access, Caching, Check, Policy, Requirement},
    limit::{Counts, Declared, Key, Limit, Per, StoreFailure},
    prelude::*,
    route::{Description, Endpoint, Fields, Operation, Route},
};
use std::{
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

/// A route whose one limit, if it has one, is asked at this step.
struct Traced<const LIMIT: u8>(Trace);

const NONE: u8 = 0;
const BY_ADDRESS: u8 = 1;
const BY_CALLER: u8 = 2;
const BY_INPUT: u8 = 3;

impl<const LIMIT: u8> Fields for Traced<LIMIT> {
    const DEMANDS_CALLER: bool = false;

    fn describe(_: &mut Description) {}

    async fn extract(_: &mut Parts, cx: &Context) -> Result<Self> {
        Trace::of(cx).step("fields")?;
        Ok(Self(Trace::of(cx).clone()))
    }
}

impl<const LIMIT: u8> Route for Traced<LIMIT> {
    fn endpoints() -> Vec<Endpoint> {
        let requirement = Requirement { roles: Some(vec!["admin"]), check: Some(Check::Own(0)), ..Default::default() };
        let cache = Caching { duration: Duration::from_secs(60), shared: None, tags: Vec::new() };
        let access = Some(Access::Requires(vec![requirement]));
        let limits = match LIMIT {
            NONE => Vec::new(),
            BY_ADDRESS => vec![once_a_minute(Per::Ip)],
            BY_CALLER => vec![once_a_minute(Per::Principal)],
            _ => vec![once_a_minute(Per::Input(0))],
        };
        let policy = Policy { access, cache: Some(cache), limits, ..Policy::default() };
        vec![Endpoint::new::<Get<LIMIT>>(Method::GET, policy, "")]
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

fn once_a_minute(per: Per) -> Limit {
    Limit {
        rate: "1/min".parse().expect("a rate"),
        per,
        counts: Counts::All,
        if_store_fails: StoreFailure::Local,
        declared: Declared::Handler,
    }
}

struct Get<const LIMIT: u8>;

impl<const LIMIT: u8> Operation for Get<LIMIT> {
    type Route = Traced<LIMIT>;
    type Input = ();
    const READS_BODY: bool = false;

    fn describe(_: &mut Description) {}

    async fn check(_: usize, route: &Traced<LIMIT>, _: &mut Parts, _: &Context) -> Result<bool> {
        route.0.step("check")?;
        Ok(true)
    }

    async fn parameters(_: &mut Parts, _: Body, cx: &Context) -> Result<()> {
        Trace::of(cx).step("parameters")
    }

    fn input_keys(_: &RequestHead<'_>, (): &()) -> Vec<Key> {
        vec![Key::of("all")]
    }

    async fn call(route: &mut Traced<LIMIT>, (): ()) -> Response {
        match route.0.step("handler") {
            Ok(()) => "done".into_response(),
            Err(error) => error.into_response(),
        }
    }
}

struct Places;

impl Authenticate for Places {
    async fn authenticate(&self, parts: &Parts, cx: &Context) -> Result<Option<Principal>> {
        Trace::of(cx).step("authenticate")?;
        let role = parts.headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        Ok(role.map(|role| Principal::new("1", "session").with_roles([role])))
    }
}

fn service(trace: &Trace, cache: &Cache) -> Edge {
    let files = [
        file::<Traced<NONE>>("/", "traced.rs"),
        file::<Traced<BY_ADDRESS>>("/by/address", "address.rs"),
        file::<Traced<BY_CALLER>>("/by/caller", "caller.rs"),
        file::<Traced<BY_INPUT>>("/by/input", "input.rs"),
    ];
    App::new(Tree::new(files))
        .state(trace.clone())
        .authenticate(Places)
        .cache(cache.clone())
        .into_service()
        .expect("the application starts")
}

/// The answer, and the steps that ran for it.
async fn ask(app: &Edge, trace: &Trace, caller: Option<&str>) -> (Answer, Vec<&'static str>) {
    ask_at(app, trace, "/", caller).await
}

async fn ask_at(app: &Edge, trace: &Trace, path: &str, caller: Option<&str>) -> (Answer, Vec<&'static str>) {
    let answer = get(app, &format!("GET {path}"), caller).await;
    (answer, std::mem::take(&mut *trace.steps.lock().expect("nothing panicked")))
}

/// The status, and the steps that ran, when `refuse` says no.
async fn run(refuse: &'static str, caller: Option<&str>) -> (u16, Vec<&'static str>) {
    let trace = Trace::refusing(refuse);
    let (answer, steps) = ask(&service(&trace, &Cache::new(10, 1 << 20)), &trace, caller).await;
    (answer.status, steps)
}

/// The steps that tell of themselves. The look-up is between the last limit and the handler, the store after `after_request`.
const WAY: [&str; 7] = ["authenticate", "fields", "before_request", "check", "parameters", "handler", "after_request"];

/// How many of these run for an answer that is kept.
const BEFORE_LOOK_UP: usize = 5;

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
        if at > 1 {
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

/// The status and the steps of the second request to a route whose limit takes one. The first was kept.
async fn second(path: &str) -> (u16, Vec<&'static str>) {
    let trace = Trace::default();
    let app = service(&trace, &Cache::new(10, 1 << 20));
    assert_eq!(ask_at(&app, &trace, path, Some("admin")).await.0.status, 200);
    let (answer, steps) = ask_at(&app, &trace, path, Some("admin")).await;
    (answer.status, steps)
}

#[tokio::test]
async fn a_limit_by_address_comes_first() {
    // Not even the route sees it.
    assert_eq!(second("/by/address").await, (429, vec![]));
}

#[tokio::test]
async fn a_limit_by_caller_is_asked_of_callers_who_may_call_before_their_parameters_are_read() {
    let way = ["authenticate", "fields", "before_request", "check", "on_error"];
    assert_eq!(second("/by/caller").await, (429, way.to_vec()));
}

#[tokio::test]
async fn a_limit_by_input_is_asked_of_valid_parameters_before_the_cache() {
    let way = ["authenticate", "fields", "before_request", "check", "parameters", "on_error"];
    assert_eq!(second("/by/input").await, (429, way.to_vec()));
}

#[tokio::test]
async fn attack_35_nobody_gets_past_authentication_unknown() {
    assert_eq!(run("nothing", None).await, (401, WAY[..=0].to_vec()));
}

#[tokio::test]
async fn a_check_is_not_asked_for_callers_of_another_role() {
    let mut expected = WAY[..=2].to_vec();
    expected.push("on_error");
    assert_eq!(run("nothing", Some("customer")).await, (403, expected));
}
