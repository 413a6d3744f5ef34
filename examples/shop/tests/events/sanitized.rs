//! What is told where something was taken out of HTML.

use super::{place, start, wait_for};
use serde_json::json;

#[test]
fn what_was_taken_out_is_told_once_and_nothing_of_what_stood_there() {
    let (home, log) = place();
    let shop = start(&home, &log, &[]);
    let ada = shop.newcomer();
    let post =
        |content: &str| shop.post("/posts").token(&ada.token).json(&json!({"title": "x", "content": content})).send();
    // Written otherwise, and nothing of it lost.
    post("<P>Hi & <STRONG>you</STRONG><br/>").is(201);
    post("<p>Hi</p><script>secret_thing()</script>").is(201);
    // Refused for another reason, and told all the same.
    post(&format!("<b>{}</b>", "x".repeat(20_001))).is(422);
    let told = wait_for(&log, "input_sanitized", 2);
    let count: u64 = told.iter().map(|event| event["details"]["count"].as_u64().unwrap_or(1)).sum();
    assert_eq!(count, 2, "{told:?}");
    assert_eq!((&told[0]["severity"], &told[0]["message"]), (&json!("LOW"), &json!("Input sanitized: content")));
    assert_eq!(told[0]["details"]["endpoint"], "POST /posts");
    assert!(told[0]["details"]["ip_address"].is_string() && told[0]["details"]["request_id"].is_string());
    assert!(!std::fs::read_to_string(&log).expect("it is there").contains("secret_thing"));
}
