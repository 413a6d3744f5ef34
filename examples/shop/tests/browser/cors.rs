//! 52 to 59: which pages of other origins may read what the shop answers.

use super::{
    Browser, Site,
    support::{PASSWORD, Shop},
};
use serde_json::{Value, json};

/// A shop that trusts the pages of one name, a browser, and a site with many names.
fn trusting(settings: &[(&str, &str)]) -> (Shop, Browser, Site) {
    let site = Site::start();
    site.show("/", "<!doctype html><title>Another site</title>");
    let origin = site.origin("app.test");
    let settings = [&[("CORS_ORIGINS", origin.as_str())], settings].concat();
    (Shop::start_with(&settings), Browser::start(), site)
}

/// What a page of the shown origin gets: status and body, or that it gets nothing.
fn fetched(browser: &mut Browser, url: &str, options: &Value) -> Value {
    browser.run(&format!(
        "fetch({url:?}, {options}).then(async answer => [answer.status, await answer.text(), answer.headers.get('x-request-id')], error => error.name)"
    ))
}

const JSON: (&str, &str) = ("content-type", "application/json");

#[test]
fn attacks_52_53_56_and_59_a_page_of_an_allowed_origin_reads_and_no_other_does() {
    let (shop, mut browser, site) = trusting(&[]);
    let token = shop.login("ada", PASSWORD);
    let bearer = format!("Bearer {token}");
    let login = json!({"username": "ada", "password": PASSWORD}).to_string();
    let requests = [
        // Simple: it is sent without asking.
        ("/products", json!({}), 200),
        ("/nothing", json!({}), 404),
        ("/products?page=0", json!({}), 422),
        ("/me", json!({}), 401),
        // The browser asks first.
        ("/me", json!({"headers": {"authorization": bearer}}), 200),
        ("/auth/login", json!({"method": "POST", "headers": {JSON.0: JSON.1}, "body": login}), 200),
        ("/users/1", json!({"method": "PUT", "headers": {JSON.0: JSON.1}, "body": "{}"}), 401),
    ];
    browser.goto(&site.origin("app.test"));
    for (path, options, status) in &requests {
        let answer = fetched(&mut browser, &format!("http://{}{path}", shop.address), options);
        assert_eq!(answer[0], *status, "{path} {options}: {answer}");
        assert!(answer[1].as_str().is_some_and(|text| text.starts_with('{')), "{answer}");
        assert!(answer[2].is_null(), "only what is exposed: {answer}");
    }
    // Another port, another host, and one that the allowed one ends with.
    let other = Site::start();
    other.show("/", "<!doctype html>");
    for origin in
        [other.origin("app.test"), site.origin("evil.test"), site.origin("my.app.test"), site.origin("localhost")]
    {
        browser.goto(&origin);
        for (path, options, _) in &requests {
            let answer = fetched(&mut browser, &format!("http://{}{path}", shop.address), options);
            assert_eq!(answer, "TypeError", "{origin} {path} {options}");
        }
    }
}

#[test]
fn attack_53_a_page_without_an_origin_reads_nothing() {
    let (shop, mut browser, site) = trusting(&[]);
    let url = format!("http://{}/products", shop.address);
    let frame = format!(
        "<iframe sandbox=allow-scripts srcdoc=\"<script>fetch('{url}').then(() => 'read', error => error.name)\
         .then(what => parent.postMessage([origin, what], '*'))</script>\"></iframe>"
    );
    let page = format!("<script>told = new Promise(tell => onmessage = event => tell(event.data))</script>{frame}");
    browser.goto(&(site.origin("app.test") + site.show("/sandbox", &page)));
    assert_eq!(browser.run("told"), json!(["null", "TypeError"]));
}

#[test]
fn attack_54_cookies_are_sent_along_where_it_is_said_and_nowhere_else() {
    let credentials = json!({"credentials": "include"});
    for (setting, read) in [("true", true), ("false", false)] {
        let (shop, mut browser, site) = trusting(&[("REROUTE_CORS_ALLOW_CREDENTIALS", setting)]);
        let url = format!("http://{}/products", shop.address);
        browser.goto(&site.origin("app.test"));
        assert_eq!(fetched(&mut browser, &url, &json!({}))[0], 200);
        let answer = fetched(&mut browser, &url, &credentials);
        assert_eq!(answer[0] == 200, read, "{setting}: {answer}");
        browser.goto(&site.origin("evil.test"));
        assert_eq!(fetched(&mut browser, &url, &credentials), "TypeError");
    }
}

#[test]
fn attack_56_a_page_asks_for_no_more_than_is_allowed() {
    let (shop, mut browser, site) = trusting(&[]);
    browser.goto(&site.origin("app.test"));
    for options in [
        json!({"method": "PATCH"}),
        json!({"method": "FOO"}),
        json!({"method": "POST", "headers": {"x-secret": "1"}}),
        json!({"method": "DELETE"}),
    ] {
        let answer = fetched(&mut browser, &format!("http://{}/users", shop.address), &options);
        assert_eq!(answer, "TypeError", "{options}");
    }
}
