//! Small values that the browser keeps.

use super::*;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// `POST` encrypts, `PUT` signs.
const BOTH: [&str; 2] = ["POST", "PUT"];

async fn keep(browser: &mut Browser, method: &str, name: &str, text: &str) -> Answer {
    keep_for(browser, method, name, text, 3600).await
}

async fn keep_for(browser: &mut Browser, method: &str, name: &str, text: &str, seconds: u64) -> Answer {
    let form = format!("name={name}&text={text}&seconds={seconds}");
    browser.send(&format!("{method} /drafts"), &[("sec-fetch-site", "same-origin")], &form).await
}

/// What is read of the cookie: what was encrypted, and what was signed.
async fn read(browser: &mut Browser, name: &str) -> String {
    browser.get(&format!("/drafts?name={name}")).await.body
}

fn told(method: &str, text: &str) -> String {
    if method == "POST" { format!("Some({text:?}) None") } else { format!("None Some({text:?})") }
}

#[tokio::test]
async fn attack_116_what_is_kept_comes_back_and_belongs_to_this_host_alone() {
    let running = Running::start().await;
    for method in BOTH {
        let mut browser = running.browser();
        let answer = keep(&mut browser, method, "draft", "Dear+Ada%0D%0A%3B+%E2%82%AC").await;
        let [cookie] = answer.all("set-cookie")[..] else { panic!("{}", answer.head) };
        let value = cookie.strip_prefix("__Host-draft=").and_then(|rest| rest.split(['.', ';']).next());
        let value = URL_SAFE_NO_PAD.decode(value.expect("it is the draft's")).expect("it is Base64");
        let is_readable = value.windows(8).any(|part| part == b"Dear Ada");
        assert_eq!(is_readable, method == "PUT", "{cookie}");
        assert!(cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=3600"), "{cookie}");
        assert_eq!(read(&mut browser, "draft").await, told(method, "Dear Ada\r\n; €"));
        assert_eq!(read(&mut browser, "other").await, "None None");
        let gone = browser.send("DELETE /drafts?name=draft", &[("sec-fetch-site", "same-origin")], "").await;
        let [cookie] = gone.all("set-cookie")[..] else { panic!("{}", gone.head) };
        assert_eq!(cookie, "__Host-draft=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
        assert_eq!(read(&mut browser, "draft").await, "None None");
    }
}

#[tokio::test]
async fn what_is_encrypted_is_another_text_each_time() {
    let running = Running::start().await;
    let (mut one, mut other) = (running.browser(), running.browser());
    keep(&mut one, "POST", "draft", "same").await;
    keep(&mut other, "POST", "draft", "same").await;
    assert_ne!(one.cookies, other.cookies);
}

#[tokio::test]
async fn what_was_changed_or_sealed_for_another_name_is_none() {
    let running = Running::start().await;
    for method in BOTH {
        let mut browser = running.browser();
        keep(&mut browser, method, "draft", "Dear+Ada").await;
        let right = browser.cookies["__Host-draft"].clone();
        // Each character, one after the other; the last two of a part may hold bits that say nothing.
        for at in 0..right.len() {
            let mut wrong = right.clone();
            let other = if right.as_bytes()[at] == b'A' { "B" } else { "A" };
            wrong.replace_range(at..=at, other);
            browser.cookies.insert("__Host-draft".to_owned(), wrong);
            assert_eq!(read(&mut browser, "draft").await, "None None", "{method} {at}");
        }
        for wrong in
            ["", ".", "x", "A.A", &right[1..], &right[..right.len() - 4], &format!("{right}AAAA"), &format!("{right}=")]
        {
            browser.cookies.insert("__Host-draft".to_owned(), wrong.to_owned());
            assert_eq!(read(&mut browser, "draft").await, "None None", "{method} {wrong}");
        }
        browser.cookies.insert("__Host-other".to_owned(), right.clone());
        assert_eq!(read(&mut browser, "other").await, "None None");
        let twice = format!("__Host-draft={right}; __Host-draft={right}");
        assert_eq!(browser.send_only("GET /drafts?name=draft", &[("cookie", &twice)], "").await.body, "None None");
        let once = format!("x=\"; __Host-draft={right}");
        assert_eq!(
            browser.send_only("GET /drafts?name=draft", &[("cookie", &once)], "").await.body,
            told(method, "Dear Ada")
        );
        // Without the prefix, anybody may have set it.
        let plain = format!("draft={right}");
        assert_eq!(browser.send_only("GET /drafts?name=draft", &[("cookie", &plain)], "").await.body, "None None");
    }
}

#[tokio::test]
async fn what_was_signed_is_not_taken_for_encrypted() {
    let running = Running::start().await;
    let mut browser = running.browser();
    keep(&mut browser, "PUT", "draft", "x").await;
    let signed = browser.cookies["__Host-draft"].clone();
    let content = signed.split('.').next().expect("it has parts").to_owned();
    browser.cookies.insert("__Host-draft".to_owned(), content);
    assert_eq!(read(&mut browser, "draft").await, "None None");
}

#[tokio::test]
async fn a_value_is_worth_nothing_after_its_time() {
    let running = Running::start().await;
    for method in BOTH {
        let mut browser = running.browser();
        keep_for(&mut browser, method, "draft", "x", 2).await;
        let kept = browser.cookies.clone();
        // The browser is told to forget it, and need not do so.
        life::until(async || {
            let mut browser = browser.clone();
            browser.cookies.clone_from(&kept);
            read(&mut browser, "draft").await == "None None"
        })
        .await;
        keep_for(&mut browser, method, "draft", "x", u64::MAX).await;
        assert_eq!(read(&mut browser, "draft").await, told(method, "x"));
    }
}

#[tokio::test]
async fn attack_99_no_name_or_value_becomes_an_attribute_or_a_header() {
    let running = Running::start().await;
    for method in BOTH {
        for name in ["a%0D%0Aset-cookie:+b=c", "a%3B+Domain=evil.example", "a=b", "a+b", "%C3%A9", "a%00", "session"] {
            let mut browser = running.browser();
            let answer = keep(&mut browser, method, name, "x").await;
            // The refusal of U+0000 and of control characters is the input's.
            assert!(matches!(answer.status, 400 | 422 | 500), "{name} {}", answer.status);
            assert_eq!(answer.all("set-cookie").len(), 0, "{name}");
        }
        let mut browser = running.browser();
        let answer = keep(&mut browser, method, "a", "%0D%0Aset-cookie:+b=c%3B+Domain=evil.example").await;
        assert_eq!((answer.all("set-cookie").len(), answer.head.contains("evil")), (1, false));
    }
}

#[tokio::test]
async fn a_value_is_as_long_as_browsers_take() {
    let running = Running::start().await;
    for method in BOTH {
        let mut browser = running.browser();
        let text = "x".repeat(2980);
        assert_eq!(keep(&mut browser, method, "draft", &text).await.status, 200);
        assert!("__Host-draft".len() + browser.cookies["__Host-draft"].len() <= 4096);
        assert_eq!(read(&mut browser, "draft").await, told(method, &text));
        let answer = keep(&mut browser, method, "draft", &"x".repeat(3100)).await;
        assert_eq!((answer.status, answer.all("set-cookie").len()), (500, 0));
    }
}

#[tokio::test]
async fn a_new_secret_ends_what_the_last_one_sealed() {
    const FIRST: &str = "Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUuVvAaEeIiOo";
    const NEXT: &str = "b8Qz5Wn2Lx7Rk4Vj1Mt9Hc6Gp3Fd0SsYyEeKkPpNnTtBb";
    let running = Running::with(SessionAuth::new(), &[("SECRET_KEY", FIRST)]).await;
    let again = Running::with(SessionAuth::new(), &[("SECRET_KEY", FIRST)]).await;
    let next = Running::with(SessionAuth::new(), &[("SECRET_KEY", NEXT)]).await;
    for method in BOTH {
        let mut browser = running.browser();
        keep(&mut browser, method, "draft", "x").await;
        assert_eq!(read(&mut browser.at(again.server.address()), "draft").await, told(method, "x"));
        assert_eq!(read(&mut browser.at(next.server.address()), "draft").await, "None None");
    }
}
