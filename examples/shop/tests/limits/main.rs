//! The shop's limits, over real sockets: in memory, and shared through a real Redis.

#[path = "../../../../crates/reroute/tests/support/redis.rs"]
mod redis_server;
#[path = "../support/mod.rs"]
mod support;

mod keys;
mod memory;
mod outage;
mod shared;

use serde_json::{Value, json};
use std::path::Path;
use support::{Answer, Connection, Shop};

/// Limits that refuse, and the clients of a proxy on this machine.
const ENFORCED: [(&str, &str); 3] = [
    ("REROUTE_RATE_LIMITS", "enforce"),
    ("REROUTE_TRUSTED_PROXIES", "127.0.0.1"),
    ("SECRET_KEY", "Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUuVvAaEeIiOo"),
];

/// A shop that enforces its limits, with these settings beside.
fn enforced(settings: &[(&str, &str)]) -> Shop {
    Shop::start_with(&[&ENFORCED, settings].concat())
}

fn login(shop: &Shop, client: &str, name: &str, password: &str) -> Answer {
    let credentials = json!({"username": name, "password": password});
    shop.post("/auth/login").header("x-forwarded-for", client).json(&credentials).send()
}

/// One more answer over a connection that is kept.
fn health(connection: &mut Connection) -> u16 {
    connection.write("GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n");
    connection.answer().status
}

/// The events in this file, of this type.
fn events(file: &Path, kind: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let events = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON"));
    events.filter(|event| event["event_type"] == kind).collect()
}
