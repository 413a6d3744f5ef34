//! The order of the guard's steps: each tells when it runs, and what comes after a refusal never does.
//!
//! The operation and its policy are made by hand here: the guard needs no macro.
#![allow(missing_docs, reason = "tests are read, not called")]

mod support;

use reroute::{
    App, Tree,
    axum_core::body::Body,
    file,
    guard::{Access, Cache, Check, Policy, Requirement},
    limit::{Counts, Declared, Key, Limit, Per, StoreFailure},
    prelude::*,
    route::{Description, Endpoint, Fields, Operation, Route},
};
use std::{
    future::{Future, ready},
    pin::Pin,
    sync::{Arc, Mutex},
};
use support::get;

/// The steps that ran, in order; and the one that refuses.
#[derive(Clone, Default)]
struct Trace {
    steps: Arc<Mutex<Vec<&'static str>>>,
    refuse: &'static str,
}

impl Trace {
    fn step(&self, name: &'static str) -> Result<()> {
        self.steps.lock().expect("no test panics while it holds the trace").push(name);
        if self.refuse == name { Err(Error::new(StatusCode::IM_A_TEAPOT)) } else { Ok(()) }
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
        let policy = Policy { access: Some(Access::Requires(vec![requirement])), ..Policy::default() };
        let limited = |per| Policy { limits: vec![once_a_minute(per)], ..policy.clone() };
        vec![
            Endpoint::new::<Get>(Method::GET, policy.clone(), ""),
            Endpoint::new::<Get>(Method::POST, limited(Per::Ip), ""),
            Endpoint::new::<Get>(Method::PUT, limited(Per::Principal), ""),
            Endpoint::new::<Get>(Method::PATCH, limited(Per::Input(0)), ""),
        ]
    }

    async fn before_request(&mut self, _: &RequestHead<'_>) -> Result<()> {
        self.0.step("before_request")
    }

    async fn after_request(&self, _: &mut Response) {
        self.0.step("after_request").expect("after_request cannot refuse");
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

    fn input_keys(_: &RequestHead<'_>, (): &()) -> Vec<Key> {
        vec![Key::of("all")]
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

impl Cache for Places {
    fn look_up<'a>(&'a self, _: &'a Parts, cx: &'a Context) -> Later<'a, Option<Response>> {
        let step = Trace::of(cx).step("cache look-up");
        Box::pin(ready(step.err().map(|_| "kept".into_response())))
    }

    fn store<'a>(&'a self, _: &'a Parts, _: &'a mut Response, cx: &'a Context) -> Later<'a, ()> {
        Trace::of(cx).step("cache store").expect("the store cannot refuse");
        Box::pin(ready(()))
    }
}

impl Authenticate for Places {
    async fn authenticate(&self, parts: &Parts, cx: &Context) -> Result<Option<Principal>> {
        Trace::of(cx).step("authenticate")?;
        let role = parts.headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        Ok(role.map(|role| Principal::new("1", "session").with_roles([role])))
    }
}

/// The status, and the steps that ran, when `refuse` says no.
async fn run(refuse: &'static str, caller: Option<&str>) -> (u16, Vec<&'static str>) {
    run_all(refuse, caller, &["GET /"]).await
}

/// The status of the last request, and the steps that ran for it.
async fn run_all(refuse: &'static str, caller: Option<&str>, lines: &[&str]) -> (u16, Vec<&'static str>) {
    let trace = Trace { refuse, ..Trace::default() };
    let app = App::new(Tree::new([file::<Traced>("/", "traced.rs")]))
        .state(trace.clone())
        .authenticate(Places)
        .cache(Places)
        .into_service()
        .expect("the application starts");
    let mut last = (0, Vec::new());
    for line in lines {
        let status = get(&app, line, caller).await.status;
        last = (status, std::mem::take(&mut *trace.steps.lock().expect("nothing panicked")));
    }
    last
}

const WAY: [&str; 9] = [
    "authenticate",
    "fields",
    "before_request",
    "check",
    "parameters",
    "cache look-up",
    "handler",
    "after_request",
    "cache store",
];

#[tokio::test]
async fn the_steps_run_in_the_one_order() {
    assert_eq!(run("nothing", Some("admin")).await, (200, WAY.to_vec()));
}

#[tokio::test]
async fn nothing_runs_after_a_refusal() {
    for (at, step) in WAY
        .into_iter()
        .enumerate()
        .filter(|(_, step)| !matches!(*step, "cache look-up" | "after_request" | "cache store"))
    {
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
async fn a_limit_by_address_comes_first() {
    // Not even the route sees it.
    assert_eq!(run_all("nothing", Some("admin"), &["POST /"; 2]).await, (429, vec![]));
}

#[tokio::test]
async fn a_limit_by_caller_is_asked_of_callers_who_may_call_before_their_parameters_are_read() {
    let way = ["authenticate", "fields", "before_request", "check", "on_error"];
    assert_eq!(run_all("nothing", Some("admin"), &["PUT /"; 2]).await, (429, way.to_vec()));
}

#[tokio::test]
async fn a_limit_by_input_is_asked_of_valid_parameters_before_the_cache() {
    let way = ["authenticate", "fields", "before_request", "check", "parameters", "on_error"];
    assert_eq!(run_all("nothing", Some("admin"), &["PATCH /"; 2]).await, (429, way.to_vec()));
}

#[tokio::test]
async fn a_kept_answer_ends_the_way() {
    assert_eq!(run("cache look-up", Some("admin")).await, (200, WAY[..=5].to_vec()));
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
