use super::*;
use crate::log::kind::Kind;
use proptest::prelude::*;
use serde_json::json;

fn line(message: &str, details: Value) -> Value {
    let mut facts = Facts::new(Kind::AuthFailure, message.to_owned());
    let Value::Object(members) = details else { panic!("details are an object") };
    facts.details = members;
    read(render(facts))
}

fn read(mut line: Vec<u8>) -> Value {
    line.push(b'}');
    assert!(line.len() + SEAL <= LONGEST);
    assert!(!line.iter().any(u8::is_ascii_control));
    let text = std::str::from_utf8(&line).expect("it is UTF-8");
    assert!(!text.contains(['\u{2028}', '\u{2029}', '\u{85}', '\u{202e}']));
    serde_json::from_str(text).expect("it is JSON")
}

#[test]
fn attack_135_secrets_go_by_name_at_every_depth_and_by_looks_in_every_text() {
    let written = line(
        "Authentication failed: Authorization: Bearer abcdefghijklmnop",
        json!({"password": "hunter2", "a": [{"userPassword": ["hunter2"]}, "token=hunter2", "{\"api_key\": \"hunter2\"}"],
               "token=hunter2": 1, "card": 4111111111111111_u64}),
    );
    let text = written.to_string();
    assert!(!text.contains("hunter2") && !text.contains("abcdefgh") && !text.contains("4111"), "{text}");
    assert_eq!(written["details"]["password"], REDACTED);
    assert_eq!(written["details"]["a"][0]["userPassword"], REDACTED);
}

#[test]
fn attack_138_lines_are_one_line_each_and_never_too_long() {
    let long = "x\r\n\u{1b}\u{2028}\u{85}\0\u{202e}ü".repeat(100_000);
    let many = vec![long.clone(); 3];
    let written =
        line(&long, json!({"reason": long, "many": many, "list": vec!["y".repeat(90); 5_000], (long.clone()): 1}));
    assert_eq!(written["details"]["truncated"], true);
    assert!(written["details"]["reason"].as_str().is_some_and(|reason| reason.starts_with("x\r\n\u{1b}\u{2028}")));
}

#[test]
fn what_is_nested_too_deep_is_cut() {
    let mut deep = json!("hunter2");
    for _ in 0..100 {
        deep = json!([deep]);
    }
    assert!(!line("x", json!({"deep": deep})).to_string().contains("hunter2"));
}

#[test]
fn the_guides_line() {
    let mut facts = Facts::new(Kind::AuthFailure, "Authentication failed: Invalid password".to_owned());
    facts.at = SystemTime::UNIX_EPOCH + std::time::Duration::from_millis(1_764_325_800_000);
    facts.user = Some("john@example.com".to_owned());
    facts.ip = Some([192, 168, 1, 100].into());
    facts.details.insert("reason".to_owned(), "Invalid password".into());
    let written = read(render(facts));
    assert_eq!(
        written,
        json!({
            "timestamp": "2025-11-28T10:30:00.000Z",
            "event_type": "auth_failure",
            "severity": "MEDIUM",
            "message": "Authentication failed: Invalid password",
            "details": {"user": "john@example.com", "ip_address": "192.168.1.100", "reason": "Invalid password", "owasp": "authn_login_fail"},
        })
    );
}

fn any_json(secret: &'static str) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-z ]{0,9}".prop_map(move |before| Value::from(format!("{before} password={secret}"))),
        "[a-z ]{0,9}".prop_map(move |before| Value::from(format!("{before} Bearer {secret}"))),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6).prop_map(move |members| Value::Object(
                members.into_iter().chain([("api_key".to_owned(), Value::from(secret))]).collect()
            )),
        ]
    })
}

proptest! {
    #[test]
    fn every_line_is_one_json_object_and_holds_no_planted_secret(message in any::<String>(), value in any_json("s3cr3t-planted-here")) {
        let written = line(&message, json!({"anything": value}));
        prop_assert!(written.is_object() && !written.to_string().contains("planted"));
    }
}
