//! What emitting an event costs on the thread of the request, beside formatting the same event as JSON.

use super::{event, user};
use crate::report::{Row, Target, median, progress};
use reroute::testing;
use serde::Serialize;
use std::{hint::black_box, net::Ipv4Addr, time::Instant};

const ROUNDS: u32 = 201;

/// Fewer than the queue holds, and than are told apart in a second.
const EVENTS: u32 = 1_000;

/// An event as it is written, without what seals it.
#[derive(Serialize)]
struct Line {
    timestamp: &'static str,
    event_type: &'static str,
    severity: &'static str,
    message: String,
    details: Details,
}

#[derive(Serialize)]
struct Details {
    endpoint: String,
    ip_address: Ipv4Addr,
    owasp: &'static str,
    reason: String,
    request_id: String,
    user: String,
}

/// Measures in alternating rounds: an event made from texts and emitted; a struct made of the same texts and formatted; and one that is there
/// already, formatted alone.
pub(super) fn measure() -> [Row; 2] {
    progress("events, emitted");
    let (mut emitted, mut formatted, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let these = round * EVENTS..(round + 1) * EVENTS;
        let start = Instant::now();
        for nth in these.clone() {
            event(nth).emit();
        }
        emitted.push(nanoseconds(start));
        // The writer is done before the others have their turn.
        testing::flush_security_log();
        let start = Instant::now();
        for nth in these.clone() {
            black_box(serde_json::to_string(&line(nth)).unwrap_or_default());
        }
        formatted.push(nanoseconds(start));
        let lines: Vec<Line> = these.map(line).collect();
        let start = Instant::now();
        for line in &lines {
            black_box(serde_json::to_string(line).unwrap_or_default());
        }
        alone.push(nanoseconds(start));
    }
    let (emitted, formatted, alone) = (median(emitted), median(formatted), median(alone));
    let beside = |what: &str, other: f64, target| {
        let what = format!("log: emitting an event, on the thread of the request / {what}");
        Row::ratio(what, format!("{emitted:.0} ns / {other:.0} ns"), emitted / other, target)
    };
    [
        beside("making the same as a struct and formatting it by `serde_json::to_string`", formatted, None),
        beside("formatting the struct alone", alone, Some(Target::AtMost(2.0))),
    ]
}

fn line(nth: u32) -> Line {
    let reason = "Invalid credentials";
    Line {
        timestamp: "2025-11-28T10:30:00.000Z",
        event_type: "auth_failure",
        severity: "MEDIUM",
        message: format!("Authentication failed: {reason}"),
        details: Details {
            endpoint: "POST /auth/login".to_owned(),
            ip_address: nth.into(),
            owasp: "authn_login_fail",
            reason: reason.to_owned(),
            request_id: "01JDFB4S0Q8XGZ5T7W2N3M6K9P".to_owned(),
            user: user(nth),
        },
    }
}

fn nanoseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e9 / f64::from(EVENTS)
}
