//! sqlmap, of the highest risk that writes nothing, against every parameter that comes to a query, with limits that only count: it finds
//! nothing, though it finds what is there to find.
//!
//! These tests need sqlmap, which `cargo xtask test` installs; `cargo xtask sqlmap` takes every parameter, where the tests take a part.

#[path = "../../../../crates/reroute/tests/support/postgres.rs"]
mod postgres;
#[path = "../support/mod.rs"]
mod support;
mod targets;
mod tool;

use postgres::PostgresServer;
use serde_json::json;
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::Arc,
};
use support::{PASSWORD, Shop, kill, soak};
use targets::{Caller, Target};
use tempfile::TempDir;
use tool::{Scan, Verdict};

#[test]
fn sqlmap_finds_what_is_injectable() {
    let server = Injectable::start();
    let target = |method, path, body, parameters| Target { method, path, caller: Caller::Nobody, body, parameters };
    let mut targets = vec![
        target("GET", "/search?query=tea", None, &["query"][..]),
        target("GET", "/items/1*", None, &["#1*"]),
        target("POST", "/find", Some(json!({"name": "Plain Teapot"})), &["name"]),
    ];
    if soak() > 1 {
        // No answer tells whether this sorts: it takes sqlmap half a minute.
        targets.push(target("GET", "/list?order_by=id", None, &["order_by"]));
    }
    for target in targets {
        let verdict = Scan::new(server.port).run(&target, &[]);
        assert!(matches!(verdict, Verdict::Injectable(_)), "{}: {verdict:?}", target.path);
    }
    let keyed = target("GET", "/keyed", None, &["X-API-Key #1*"]);
    let verdict = Scan::new(server.port).run(&keyed, &["X-API-Key: Plain Teapot*".to_owned()]);
    assert!(matches!(verdict, Verdict::Injectable(_)), "{verdict:?}");
}

#[test]
fn sqlmap_finds_nothing_on_sqlite() {
    let home = Arc::new(tempfile::tempdir().expect("a directory can be made"));
    let url = support::database_url(home.path());
    scanned(home, &url);
}

#[test]
fn sqlmap_finds_nothing_on_postgres() {
    let server = PostgresServer::start();
    let home = Arc::new(tempfile::tempdir().expect("a directory can be made"));
    scanned(home, &server.database("shop"));
}

#[test]
fn every_route_that_asks_the_database_is_a_target() {
    let home = tempfile::tempdir().expect("a directory can be made");
    let listed = support::command(home.path()).arg("routes").output().expect("the shop can be run").stdout;
    let listed = String::from_utf8(listed).expect("it is text");
    let routes: Vec<(&str, &str)> = listed
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.next()?))
        })
        .collect();
    assert!(routes.len() > 30, "{listed}");
    for (method, pattern) in routes {
        let is_target = targets::all().iter().any(|target| target.method == method && target.is_of(pattern));
        assert!(is_target || targets::WITHOUT_QUERY.contains(&(method, pattern)), "{method} {pattern} is no target");
    }
}

/// Scans all targets, or those that `cargo xtask test` has time for; then looks at what they were answered.
#[expect(clippy::print_stderr, reason = "how much was tried is what whoever runs it wants to know")]
fn scanned(home: Arc<TempDir>, database: &str) {
    let mut shop = Shop::start_at(
        home,
        &[
            ("DATABASE_URL", database),
            ("RUST_LOG", "reroute::access=info"),
            // Thousands of sign-ups and logins are not to take their time in hashing.
            ("REROUTE_PASSWORD_MEMORY", "7 MiB"),
            ("REROUTE_PASSWORD_PASSES", "1"),
        ],
    );
    let ada = shop.login("ada", PASSWORD);
    let root = shop.login("root", PASSWORD);
    shop.post("/posts").token(&ada).json(&json!({"title": "t", "content": "c"})).send().is(201);
    shop.post("/posts/1/comments").token(&ada).json(&json!({"comment": "c"})).send().is(201);
    shop.post("/orders").token(&ada).json(&json!({"product_id": 2, "quantity": 1})).send().is(201);
    let key = json!({"name": "k", "rate_limit": "1000/hour"});
    let key = shop.post("/api-keys").token(&ada).json(&key).send().is(201).json();
    let key = key["key"].as_str().expect("a key has a text").to_owned();
    let targets = if soak() > 1 { targets::all() } else { targets::some() };
    let mut parameters = 0;
    for target in &targets {
        let headers = match target.caller {
            Caller::Nobody => vec![],
            Caller::Ada => vec![format!("Authorization: Bearer {ada}")],
            Caller::Root => vec![format!("Authorization: Bearer {root}")],
            Caller::Key => vec![format!("X-API-Key: {key}")],
            Caller::TokenUnderTest => vec![format!("Authorization: Bearer {ada}*")],
            Caller::KeyUnderTest => vec![format!("X-API-Key: {key}*")],
        };
        let verdict = Scan::new(shop.address.port()).run(target, &headers);
        assert_eq!(verdict, Verdict::Clean(target.parameters.len()), "{} {}", target.method, target.path);
        parameters += target.parameters.len();
    }
    kill("TERM", shop.id());
    let (log, status) = shop.ended();
    assert!(status.success() && !log.contains("panicked"), "{status}");
    let answers = answers(&log);
    let total: usize = answers.values().sum();
    assert!(total > 300 * parameters, "{total} requests for {parameters} parameters: {answers:?}");
    assert!(answers.keys().all(|status| *status < 500), "{answers:?}");
    let refused = answers.get(&429).copied().unwrap_or(0);
    assert!(refused * 100 < total, "{refused} of {total} are 429");
    eprintln!("{parameters} parameters, {total} requests: {answers:?}");
}

/// How many answers there were of each status, by the access log.
fn answers(log: &str) -> BTreeMap<u16, usize> {
    let mut answers = BTreeMap::new();
    for line in log.split("INFO reroute::access").skip(1) {
        let status = line.split("status=").nth(1).and_then(|rest| rest.get(..3)?.parse().ok());
        *answers.entry(status.expect("a line tells the status")).or_default() += 1;
    }
    answers
}

/// `injectable.py`, as long as this is held.
struct Injectable {
    process: Child,
    port: u16,
}

impl Injectable {
    fn start() -> Self {
        let script = tool::here().join("injectable.py");
        let started = Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut process = started.expect("Python starts");
        let mut line = String::new();
        let said = BufReader::new(process.stdout.take().expect("it is piped")).read_line(&mut line);
        said.expect("it tells its port");
        Self { process, port: line.trim().parse().expect("a port is a number") }
    }
}

impl Drop for Injectable {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
