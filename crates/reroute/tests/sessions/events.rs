//! What the security log is told.

use super::*;
use reroute::testing::{flush_security_log, open_security_log};
use serde_json::Value;

fn events_of(text: &str, user: &str) -> Vec<String> {
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON"));
    let own = lines.filter(|line| line["details"]["user"] == user);
    own.map(|line| line["event_type"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn attack_65_logins_and_logouts_are_told_and_no_id_or_token_is() {
    let file = tempfile::NamedTempFile::new().expect("a file can be made");
    open_security_log(file.path(), "Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUuVvAaEeIiOo").expect("it can be opened");
    let running = Running::start().await;
    let mut browser = running.signed_in("eventful").await;
    let first = browser.session().to_owned();
    let token = browser.get("/transfers").await.body;
    browser.login("eventful").await;
    let second = browser.session().to_owned();
    assert_eq!(browser.post("/transfers", &format!("form_token={token}")).await.status, 403);
    browser.post("/logout", "").await;
    // Nobody was signed in.
    browser.with_session(&first).post("/logout", "").await;
    let wrong = running.browser().with_session(&second).get("/me").await;
    assert_eq!(wrong.status, 401);
    flush_security_log();
    let text = std::fs::read_to_string(file.path()).expect("it can be read");
    let mut events = events_of(&text, "eventful");
    events.retain(|event| event.starts_with("auth_"));
    events.sort();
    assert_eq!(events, ["auth_logout", "auth_success", "auth_success"], "{text}");
    assert!(text.contains("a form without the token of its session") && text.contains("malicious_csrf"), "{text}");
    assert!(text.lines().any(|line| line.contains("auth_failure") && line.contains("GET /me")), "{text}");
    for secret in [&first, &second, &token] {
        assert!(!text.contains(&**secret), "{text}");
    }
}
