//! `/admin/security/events`: the newest events of the process.

use super::*;
use serde_json::json;
use support::{Answer, PASSWORD};

fn ask(shop: &Shop, token: &str, query: &str) -> Answer {
    shop.get(&format!("/admin/security/events{query}")).token(token).send()
}

/// What is listed, once it is so many: what is folded comes after its second.
fn items(shop: &Shop, token: &str, query: &str) -> Vec<Value> {
    let listing = ask(shop, token, query).is(200).json();
    listing["items"].as_array().expect("a list").clone()
}

#[test]
fn the_newest_come_first_exactly_as_they_stand_in_the_log() {
    let (home, log) = place();
    let shop = start(&home, &log, &[("REROUTE_TRUSTED_PROXIES", "127.0.0.1")]);
    let root = shop.login("root", PASSWORD);
    for nth in 1..=5 {
        let request = shop.get("/me").header("x-forwarded-for", &format!("10.0.0.{nth}"));
        request.header("authorization", "Bearer Typed-Secret-1").send().is(401);
        // Emitted before the question, it is in the answer.
        let newest = &items(&shop, &root, "?limit=1")[0];
        assert_eq!(newest["details"]["ip_address"], format!("10.0.0.{nth}"));
    }
    let answer = ask(&shop, &root, "").is(200);
    let listing = answer.json();
    assert_eq!((&listing["page"], &listing["per_page"], &listing["total"]), (&json!(1), &json!(100), &json!(6)));
    let all = listing["items"].as_array().expect("a list");
    let numbers: Vec<_> = all.iter().map(|event| event["seq"].as_u64().expect("a number")).collect();
    assert_eq!(numbers, [6, 5, 4, 3, 2, 1]);
    let body = answer.text();
    let text = std::fs::read_to_string(&log).expect("it is there");
    assert!(text.lines().all(|line| body.contains(line)), "byte by byte: {body}");
    assert!(!body.contains("Typed-Secret") && !body.contains(&root) && !body.contains(PASSWORD));
    assert_eq!(answer.all("cache-control"), ["no-store"]);
}

#[test]
fn one_type_can_be_asked_for_and_there_are_bounds() {
    let (home, log) = place();
    let shop = start(&home, &log, &[]);
    let root = shop.login("root", PASSWORD);
    shop.post("/auth/login").json(&json!({"username": "ada", "password": "wrong"})).send().is(401);
    shop.get("/me").header("authorization", "Bearer x").send().is(401);
    let failures = items(&shop, &root, "?event_type=auth_failure&limit=500");
    assert_eq!(failures.len(), 2);
    assert!(failures.iter().all(|event| event["event_type"] == "auth_failure"));
    let listing = ask(&shop, &root, "?event_type=auth_failure&limit=1").is(200).json();
    assert_eq!((listing["items"].as_array().map(Vec::len), &listing["total"]), (Some(1), &json!(2)));
    assert_eq!(items(&shop, &root, "?event_type=config_change"), Vec::<Value>::new());
    for limit in ["0", "501", "-1", "x", "", "1.5", "99999999999999999999"] {
        let refused = ask(&shop, &root, &format!("?limit={limit}")).is(422).json();
        assert!(refused.to_string().contains("limit"), "{refused}");
    }
    let refused = ask(&shop, &root, "?event_type=nothing").is(422).json().to_string();
    assert!(refused.contains("must be one of: auth_success, auth_failure") && refused.contains("store_available"));
}

#[test]
fn nobody_but_an_admin_sees_them() {
    let (home, log) = place();
    let shop = start(&home, &log, &[]);
    shop.get("/admin/security/events").send().is(401);
    for name in ["ada", "mod"] {
        ask(&shop, &shop.login(name, PASSWORD), "").is(403);
    }
    // And that they asked is one.
    let refused = items(&shop, &shop.login("root", PASSWORD), "?event_type=authz_failure");
    assert_eq!(refused[0]["details"]["endpoint"], "GET /admin/security/events");
}

#[test]
#[cfg(target_os = "linux")]
fn a_standard_output_that_nobody_reads_stops_no_question() {
    use std::process::Stdio;
    let (home, _) = place();
    let mut command = command(home.path());
    command.env("SECRET_KEY", KEY).env("REROUTE_TRUSTED_PROXIES", "127.0.0.1");
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let address = written::address(&mut process);
    let request = |method, path| support::Request::new(address, method, path);
    let answer = request("POST", "/auth/login").json(&json!({"username": "root", "password": PASSWORD})).send();
    let token = answer.is(200).json()["access_token"].as_str().expect("a token").to_owned();
    // Some hundred kilobytes of events, for a pipe of 64 KiB.
    for nth in 0..500 {
        let client = format!("10.1.{}.{}", nth / 250, nth % 250);
        let request = request("GET", "/me").header("x-forwarded-for", &client);
        request.header("authorization", "Bearer x").send().is(401);
    }
    let listing = request("GET", "/admin/security/events?limit=500").token(&token).send().is(200).json();
    let count = listing["items"].as_array().map_or(0, Vec::len);
    assert!((1..500).contains(&count), "what was written before is there: {count}");
    // Nobody reads the end of it either.
    support::kill("KILL", process.id());
    process.wait().expect("it is our own");
}
