//! The Big List of Naughty Strings, in every field, parameter and header that a caller can write: nothing of it makes the
//! shop fail, fall silent or end.
//!
//! `cargo xtask test` fetches the npm package `big-list-of-naughty-strings`.

mod support;

use serde_json::{Value, json};
use std::{path::Path, thread};
use support::{Account, Answer, PASSWORD, Request, Shop, kill};

/// How many send at once.
const SENDERS: usize = 4;

/// What is written as it is into a header; where it tells hyper how long a body is, other tests take over.
const HEADERS: [&str; 22] = [
    "host",
    "cookie",
    "authorization",
    "x-request-id",
    "origin",
    "referer",
    "user-agent",
    "accept",
    "accept-encoding",
    "accept-language",
    "content-type",
    "content-encoding",
    "if-none-match",
    "if-modified-since",
    "range",
    "sec-fetch-site",
    "access-control-request-method",
    "access-control-request-headers",
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
];

#[test]
fn naughty_strings_in_bodies() {
    in_a_shop(|shop, me, root, text| {
        let bodies = [
            (
                "POST",
                "/users".to_owned(),
                None,
                json!({"username": "u", "email": "e", "password": PASSWORD, "age": 30}),
            ),
            ("POST", "/auth/login".to_owned(), None, json!({"username": "ada", "password": "p"})),
            ("PUT", format!("/users/{}", me.id), Some(&me.token), json!({"username": me.username, "email": me.email})),
            ("POST", "/posts".to_owned(), Some(&me.token), json!({"title": "t", "content": "c"})),
            ("POST", "/posts/1/comments".to_owned(), Some(&me.token), json!({"comment": "c"})),
            ("POST", "/orders".to_owned(), Some(&me.token), json!({"product_id": 1, "quantity": 1})),
            (
                "POST",
                "/products".to_owned(),
                Some(root),
                json!({"name": "n", "description": "d", "price_cents": 1, "stock": 1}),
            ),
        ];
        for (method, target, token, body) in bodies {
            let ask = || {
                let request = shop.request(method, &target);
                token.map_or(shop.request(method, &target), |token| request.token(token))
            };
            let fields = body.as_object().expect("a body is an object");
            for name in fields.keys() {
                if target == "/auth/login" && name == "username" {
                    // A password is compared whoever is named: each request costs a hash, so both are in one below.
                    continue;
                }
                let mut changed = body.clone();
                changed[name.as_str()] = text.into();
                if target == "/auth/login" {
                    changed["username"] = text.into();
                }
                let answer = holds(ask().json(&changed), text);
                if answer.status < 300 {
                    continue;
                }
                assert!([401, 409, 422].contains(&answer.status), "{method} {target} {name} {text:?}: {answer:?}");
            }
            // The text for a name, for a number without its quotes, and for all of the body.
            let named = holds_but_names(ask().json(&json!({text: 1})), text);
            assert_eq!(named.status, 422, "{method} {target} {text:?}: {named:?}");
            for raw in [text.to_owned(), format!("{{\"age\": {text}, \"quantity\": {text}}}")] {
                let answer = holds_but_names(ask().text(raw), text);
                assert!([400, 422].contains(&answer.status), "{method} {target} {text:?}: {answer:?}");
            }
        }
    });
}

#[test]
fn naughty_strings_in_paths_and_queries() {
    in_a_shop(|shop, me, root, text| {
        let encoded = encoded(text);
        let is_number = text.parse::<i64>().is_ok();
        for folder in ["users", "products", "posts", "orders"] {
            let answer = holds(shop.get(&format!("/{folder}/{encoded}")).token(root), text);
            assert!(answer.status == 404 || (is_number && answer.status == 200), "{folder} {text:?}: {answer:?}");
            for method in ["PUT", "DELETE"] {
                let target = format!("/{folder}/{encoded}");
                let answer = holds(shop.request(method, &target).token(&me.token).json(&json!({})), text);
                assert!(answer.status >= 400, "{method} {folder} {text:?}: {answer:?}");
            }
        }
        for target in [format!("/posts/{encoded}/comments"), format!("/users/{encoded}/ban"), format!("/{encoded}")] {
            holds(shop.get(&target).token(&me.token), text);
            holds(shop.post(&target).token(&me.token).json(&json!({"comment": "c"})), text);
            holds(shop.put(&target).token(&me.token).json(&json!({"banned": true})), text);
        }
        // As it is: much of it is no HTTP any more.
        holds(shop.get(&format!("/products/{text}")), text);
        holds(shop.get(&format!("/products?order_by={text}")), text);
        for list in ["/users", "/products", "/posts", "/posts/1/comments", "/orders"] {
            for name in ["page", "per_page", "order_by", "direction"] {
                let answer = holds(shop.get(&format!("{list}?{name}={encoded}")).token(root), text);
                assert!([200, 422].contains(&answer.status), "{list} {name} {text:?}: {answer:?}");
            }
            let answer = holds(shop.get(&format!("{list}?{encoded}=1&{encoded}")).token(root), text);
            assert_eq!(answer.status, 200, "{list} {text:?}: {answer:?}");
        }
    });
}

#[test]
fn naughty_strings_in_headers() {
    in_a_shop(|shop, me, _, text| {
        for name in HEADERS {
            holds(shop.get("/me").header(name, text), text);
            holds(shop.post("/posts").token(&me.token).header(name, text).json(&json!({"title": "t"})), text);
            holds(shop.request("OPTIONS", "/products").header(name, text), text);
        }
        holds(shop.get("/me").header("authorization", &format!("Bearer {text}")), text);
        holds(shop.get("/me").header("authorization", &format!("Basic {text}")), text);
        holds(shop.get("/me").header("cookie", &format!("session={text}; a={text}")), text);
        holds(shop.get("/me").header("host", &format!("{text}:80")), text);
        holds(shop.get("/me").header("host", &format!("localhost:{text}")), text);
        holds(shop.post("/posts").header("origin", &format!("https://{text}")).json(&json!({})), text);
        holds(shop.post("/posts").header("content-type", &format!("application/json; {text}")).body("{}"), text);
        holds(shop.post("/posts").header("content-type", &format!("application/{text}+json")).body("{}"), text);
    });
}

/// Does `work` with each of the strings, in a shop of its own that is there at the end and has not panicked.
fn in_a_shop(work: impl Fn(&Shop, &Account, &String, &str) + Sync) {
    let mut shop = Shop::start();
    let texts = texts();
    thread::scope(|scope| {
        for share in texts.chunks(texts.len().div_ceil(SENDERS)) {
            let (shop, work) = (&shop, &work);
            scope.spawn(move || {
                let (me, root) = (shop.newcomer(), shop.login("root", PASSWORD));
                // The one that comments are written to.
                shop.post("/posts").token(&me.token).json(&json!({"title": "t", "content": "c"})).send().is(201);
                share.iter().for_each(|text| work(shop, &me, &root, text));
            });
        }
    });
    shop.get("/health").send().is(200);
    kill("TERM", shop.id());
    let (log, status) = shop.ended();
    assert!(status.success() && !log.contains("panicked"), "{status}: {log:.2000}");
}

/// The answer: ours, and no failure; or hyper's own refusal of what is no HTTP.
#[track_caller]
fn holds(request: Request, text: &str) -> Answer {
    let answer = holds_but_names(request, text);
    if answer.status >= 400 && answer.header("x-request-id").is_some() {
        answer.is_dressed();
    }
    answer
}

/// [`holds`], where the answer may tell back what the caller called a field.
#[track_caller]
fn holds_but_names(request: Request, text: &str) -> Answer {
    let answer = request.try_send().unwrap_or_else(|error| panic!("no answer to {text:?}: {error}"));
    assert!(answer.status < 500, "{text:?}: {answer:?}");
    if answer.header("x-request-id").is_none() {
        assert!([400, 414, 431].contains(&answer.status) && answer.body.is_empty(), "{text:?}: {answer:?}");
    } else if answer.status >= 400 {
        assert_eq!(answer.all("content-type"), ["application/problem+json"], "{text:?}: {answer:?}");
    }
    answer
}

fn texts() -> Vec<String> {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("big-list-of-naughty-strings/package/blns.json");
    let list = std::fs::read(&file).unwrap_or_else(|error| {
        panic!(
            "the Big List of Naughty Strings is not at {} ({error}): `cargo xtask corpora` fetches it",
            file.display()
        )
    });
    let texts: Vec<Value> = serde_json::from_slice(&list).expect("the list is JSON");
    let texts: Vec<String> = texts.iter().filter_map(|text| Some(text.as_str()?.to_owned())).collect();
    assert!(texts.len() > 400, "the list is not whole");
    texts
}

/// Every byte but letters and digits.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| {
        if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(byte).collect()
}
