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

/// A name of what is secret, in any spelling that is in use.
fn sensitive_name() -> impl Strategy<Value = String> {
    let words = [
        "password",
        "passwd",
        "passphrase",
        "pwd",
        "secret",
        "token",
        "authorization",
        "cookie",
        "credential",
        "otp",
        "cvv",
        "pin",
        "ssn",
        "jwt",
        "dsn",
        "api key",
        "private key",
        "secret key",
        "access key",
        "card number",
        "credit card",
        "session id",
        "database url",
        "redis url",
        "connection string",
    ];
    let others = ["", "user", "new", "old", "my", "x", "db"];
    let chosen = (prop::sample::select(others.to_vec()), prop::sample::select(words.to_vec()), 0..8);
    chosen.prop_map(|(other, word, spelling)| {
        let words: Vec<&str> = other.split(' ').chain(word.split(' ')).filter(|word| !word.is_empty()).collect();
        let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
        let capitals = || words.iter().map(|word| capital(word)).collect::<Vec<_>>();
        match spelling {
            0 => words.join("_"),
            1 => words.join("-"),
            2 => words.join("."),
            3 => words.join("_").to_uppercase(),
            4 => capitals().join("-"),
            5 => capitals().concat(),
            6 => words[0].to_owned() + &capitals()[1..].concat(),
            _ => words.join(" "),
        }
    })
}

const PLANTED: &str = "pl4ntedS3cr3tV4lu3";

/// A text with a secret in a form that is known by its looks.
fn known_by_looks() -> impl Strategy<Value = String> {
    let forms = [
        "Bearer {}",
        "eyJhbGciOiJIUzI1NiJ9.{}.c2ln",
        "key_{}",
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----",
        "https://ada:{}@example.com/",
        "password={}&a=1",
    ];
    let text = ("[a-z \\n\u{2028}ü]{0,12}", prop::sample::select(forms.to_vec()), "[a-z \\n\u{2028}ü]{0,12}");
    text.prop_map(|(before, form, after)| format!("{before} {} {after}", form.replace("{}", PLANTED)))
}

/// The value behind so many levels of lists and objects.
fn nested(value: Value, levels: &[bool]) -> Value {
    levels
        .iter()
        .fold(value, |inner, is_list| if *is_list { json!([1, inner]) } else { json!({"a": 1, "inner": inner}) })
}

proptest! {
    #[test]
    fn attack_135_no_line_holds_a_secret_under_a_sensitive_name_or_of_a_known_form(
        name in sensitive_name(),
        texts in prop::array::uniform3(known_by_looks()),
        inner in prop::collection::vec(any::<bool>(), 0..5),
        outer in prop::collection::vec(any::<bool>(), 0..8),
    ) {
        let [message, user, detail] = texts;
        let mut facts = Facts::new(Kind::AuthFailure, message);
        facts.user = Some(user.clone());
        facts.endpoint = Some(detail.clone());
        // Under the name a whole tree of values goes.
        let mut members = Map::new();
        members.insert(name.clone(), nested(json!(PLANTED), &inner));
        members.insert(user, json!(1));
        facts.details.insert("tree".to_owned(), nested(Value::Object(members), &outer));
        facts.details.insert("text".to_owned(), nested(json!(detail), &outer));
        facts.details.insert(name.clone(), json!(PLANTED));
        let written = read(render(facts));
        prop_assert!(written.is_object() && !written.to_string().contains(PLANTED), "{}: {}", name, written);
    }

    #[test]
    fn a_shortened_line_is_one_of_json_that_is_short(message in any::<String>(), value in any_json("s3cr3t-planted-here"), most in 1024_usize..4096) {
        let mut facts = Facts::new(Kind::AuthFailure, message.repeat(50));
        facts.details.insert("anything".to_owned(), value);
        let mut line = String::from_utf8(render(facts)).expect("it is UTF-8");
        line.push('}');
        match shortened(&line, most) {
            None => prop_assert!(line.len() <= most),
            Some(short) => {
                let is_one_line = !short.contains(['\n', '\u{2028}', '\u{202e}']);
                prop_assert!(line.len() > most && short.len() <= most && is_one_line);
                let (whole, short): (Value, Value) = (serde_json::from_str(&line).expect("JSON"), serde_json::from_str(&short).expect("JSON"));
                prop_assert_eq!(&short["details"]["truncated"], true);
                prop_assert_eq!(&short["timestamp"], &whole["timestamp"]);
            }
        }
    }
}
