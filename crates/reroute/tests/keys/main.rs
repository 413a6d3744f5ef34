//! Every key of the settings: what it does, and what a wrong value is told.

#![allow(missing_docs, reason = "tests are read, not called")]

#[path = "../support/mod.rs"]
mod support;

/// A test for each key, which bears its name.
mod effects;
mod wrong;

use reroute::{App, Tree, file, prelude::*, testing};
use std::{collections::BTreeSet, future::pending};

#[route]
pub struct Echo;

#[route]
impl Echo {
    #[public]
    async fn get(&self, cx: Seen) -> String {
        format!("{} {}", cx.client, if cx.is_https { "https" } else { "http" })
    }

    #[public]
    #[raw_body]
    async fn post(&self, body: String) -> String {
        body.len().to_string()
    }

    #[public]
    async fn patch(&self) -> &'static str {
        "patched"
    }
}

pub struct Seen {
    client: std::net::IpAddr,
    is_https: bool,
}

impl FromRequestParts<Context> for Seen {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, cx: &Context) -> Result<Self> {
        Ok(Self { client: cx.client(), is_https: cx.is_https() })
    }
}

#[route]
pub struct Broken;

#[route]
impl Broken {
    #[public]
    async fn get(&self) -> Result<String> {
        Err(Error::internal("the cellar is flooded"))
    }

    /// Never comes to an end.
    #[public]
    async fn post(&self) -> String {
        pending().await
    }
}

#[route]
pub struct Health;

#[route]
impl Health {
    #[public]
    async fn get(&self) -> &'static str {
        "ok"
    }
}

fn app() -> App {
    App::new(Tree::new([
        file::<Echo>("/echo", "echo.rs"),
        file::<Broken>("/broken", "broken.rs"),
        file::<Health>("/health", "health.rs"),
    ]))
}

type Variables<'a> = &'a [(&'a str, &'a str)];

/// Why the application does not start under these variables: nothing, if it does.
fn reasons(variables: Variables<'_>) -> Vec<String> {
    match testing::service(app(), variables.iter().copied()) {
        Ok(_) => Vec::new(),
        Err(refused) => refused.to_string().lines().map(str::to_owned).collect(),
    }
}

/// There is one reason, and it names this setting.
#[track_caller]
fn is_one_about(reasons: &[String], setting: &str) {
    assert_eq!(reasons.len(), 1, "{setting}: {reasons:?}");
    assert!(reasons[0].starts_with(&format!("{setting}: ")), "{reasons:?}");
}

/// Keys whose effect no service shows that is called in process, each with who shows it.
const SHOWN_ELSEWHERE: [(&str, &str); 36] = [
    ("password_memory", "the tests of the cost of passwords"),
    ("rate_limit_keys", "the tests of the memory store"),
    ("redis_url", "the shop's limits"),
    ("redis_timeout_ms", "the shop's limits"),
    ("redis_failure", "the shop's limits"),
    ("fetch_allowed_hosts", "the tests of requests to other servers"),
    ("page_content_security_policy", "the tests of pages"),
    ("security_log", "the shop's events"),
    ("security_log_max_size", "the shop's events"),
    ("security_log_keep", "the tests of the log"),
    ("security_log_authz_success", "the tests of events"),
    ("security_log_syslog", "the shop's events"),
    ("security_log_tracing", "the shop's events"),
    ("host", "a start of a program"),
    ("port", "a start of a program"),
    ("unix_socket", "a start of a program"),
    ("tls_certificate", "the tests of the server"),
    ("tls_key", "the tests of the server"),
    ("database_url", "a start of a program"),
    ("database_connections", "the tests of the database"),
    ("database_acquire_timeout", "the tests of the database"),
    ("database_statement_timeout", "the tests of the database"),
    ("cache_entries", "the tests of the cache"),
    ("cache_bytes", "the tests of the cache"),
    ("header_timeout", "the tests of the server"),
    ("idle_timeout", "the tests of the server"),
    ("body_timeout", "the tests of the server"),
    ("min_body_rate", "the tests of the server"),
    ("write_timeout", "the tests of the server"),
    ("shutdown_timeout", "the tests of the server"),
    ("max_header_size", "the tests of the server"),
    ("max_headers", "the tests of the server"),
    ("max_connections", "the tests of the server"),
    ("max_connections_per_client", "the tests of the server"),
    ("max_streams", "the tests of the server"),
    ("max_resets", "the tests of the server"),
];

/// The rows of the reference page: key and what it holds.
fn table() -> Vec<(String, String)> {
    let page = reroute::config::reference();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(" | ").collect();
        (cells[0].trim_end_matches('`').to_owned(), cells[2].to_owned())
    };
    rows.map(row).collect()
}

#[test]
fn every_key_of_the_table_has_its_rows() {
    let keys: Vec<String> = table().into_iter().map(|(key, _)| key).collect();
    let keys: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
    assert!(keys.len() > 40, "the page is read wrongly: {keys:?}");
    let tests = include_str!("effects.rs").split("#[tokio::test]\nasync fn ").skip(1);
    let shown_here: Vec<&str> = tests.filter_map(|test| test.split('(').next()).collect();
    let elsewhere = SHOWN_ELSEWHERE.map(|(key, _)| key);
    let shown: BTreeSet<&str> = shown_here.iter().copied().chain(elsewhere).collect();
    assert_eq!(shown, keys, "left: keys whose effect is shown; right: keys that there are");
    assert_eq!(shown.len(), shown_here.len() + elsewhere.len(), "a key stands in both lists");
    let wrong: BTreeSet<&str> = wrong::WRONG.iter().map(|(key, ..)| *key).chain(wrong::TAKE_ANY_TEXT).collect();
    assert_eq!(wrong, keys, "left: keys whose wrong values are told; right: keys that there are");
}
