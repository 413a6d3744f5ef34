//! Writes that other sites' pages send, with a user's cookies or without.

use super::support::{PASSWORD, Request, Shop, newcomer};
use serde_json::{Value, json};

/// What shows that a write comes from elsewhere; the first fails to show that one with a cookie does not.
const FOREIGN: [&[(&str, &str)]; 16] = [
    &[],
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[("sec-fetch-site", "")],
    &[("sec-fetch-site", "Same-Origin")],
    &[("sec-fetch-site", "same-origin, same-origin")],
    &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.com")],
    &[("sec-fetch-site", "none"), ("origin", "https://evil.com")],
    &[("sec-fetch-site", "cross-site"), ("origin", "http://localhost")],
    &[("origin", "https://evil.com")],
    &[("origin", "https://localhost")],
    &[("origin", "http://localhost:1")],
    &[("origin", "http://localhost.evil.com")],
    &[("origin", "null")],
    &[("origin", "http://localhost"), ("origin", "http://localhost")],
];

fn with(request: Request, headers: &[(&str, &str)]) -> Request {
    headers.iter().fold(request, |request, (name, value)| request.header(name, value))
}

/// All that the writes of these tests could change.
fn state(shop: &Shop, token: &str) -> [Value; 3] {
    ["/users?per_page=100", "/products?per_page=100", "/me"]
        .map(|path| shop.get(path).token(token).send().is(200).json())
}

#[test]
fn attacks_62_and_63_a_write_from_another_site_is_refused_and_changes_nothing() {
    let shop = Shop::start();
    let root = shop.login("root", PASSWORD);
    let before = state(&shop, &root);
    let hat = json!({"name": "Hat", "description": "", "price_cents": 1, "stock": 1});
    let update = json!({"username": "taken_over", "email": "over@example.com"});
    for headers in FOREIGN {
        for request in [
            shop.post("/users").json(&newcomer()),
            // Whoever sends a cookie too is no better off with a token.
            shop.post("/products").token(&root).json(&hat),
            shop.put("/users/1").token(&root).json(&update),
            shop.request("DELETE", "/users/2").token(&root),
            shop.post("/auth/logout").token(&root),
            shop.post("/auth/login").json(&json!({"username": "ada", "password": PASSWORD})),
            shop.post("/nothing"),
            shop.request("FOO", "/users"),
            shop.request("post", "/users").json(&newcomer()),
            shop.request("PATCH", "/users"),
        ] {
            let request = request.header("host", "localhost").header("cookie", "__Host-session=x");
            let answer = with(request, headers).send();
            assert_eq!(answer.status, 403, "{headers:?}: {answer:?}");
            let answer = answer.is(403);
            assert!(answer.header("set-cookie").is_none() && !answer.text().contains("evil"), "{answer:?}");
        }
    }
    assert_eq!(state(&shop, &root), before);
}

#[test]
fn attack_62_it_is_refused_before_its_body_comes() {
    let shop = Shop::start();
    for cookie in ["cookie: a=b\r\n", ""] {
        let mut connection = shop.connect();
        connection.write(format!("POST /users HTTP/1.1\r\nhost: localhost\r\n{cookie}sec-fetch-site: cross-site\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n"));
        connection.answer().is(403);
    }
}

#[test]
fn reading_and_writes_of_our_own_pages_go_through() {
    let shop = Shop::start();
    let cookie = |request: Request| request.header("host", "localhost").header("cookie", "__Host-session=x");
    for headers in FOREIGN {
        with(cookie(shop.get("/products")), headers).send().is(200);
        with(cookie(shop.request("HEAD", "/products")), headers).send().is(200);
        with(cookie(shop.request("OPTIONS", "/users")), headers).send().is(204);
    }
    // No browser, and nobody's authority but its own.
    shop.post("/users").header("host", "localhost").json(&newcomer()).send().is(201);
    // The user's own doing, for which no page's cookie is needed.
    let own = [("sec-fetch-site", "none")];
    with(shop.post("/users").header("host", "localhost").json(&newcomer()), &own).send().is(201);
    with(cookie(shop.post("/users").json(&newcomer())), &own).send().is(403);
    for headers in [
        &[("sec-fetch-site", "same-origin")][..],
        &[("origin", "http://localhost")],
        &[("origin", "http://localhost:80")],
        &[("sec-fetch-site", "same-origin"), ("origin", "http://localhost")],
        &[("sec-fetch-site", "same-origin"), ("origin", "null")],
    ] {
        // A default port is never written by a browser.
        let status = if headers[0].1.ends_with(":80") { 403 } else { 201 };
        for request in [
            cookie(shop.post("/users").json(&newcomer())),
            shop.post("/users").header("host", "localhost").json(&newcomer()),
        ] {
            let answer = with(request, headers).send();
            assert_eq!(answer.status, status, "{headers:?}: {answer:?}");
        }
    }
}

/// Any endpoint may set a session: another site's form signs its visitor in to an account of its own.
#[test]
fn attacks_62_and_65_another_site_signs_nobody_in_and_changes_nothing() {
    let shop = Shop::start();
    let root = shop.login("root", PASSWORD);
    let before = state(&shop, &root);
    for headers in &FOREIGN[1..] {
        for request in [
            shop.post("/auth/login").json(&json!({"username": "ada", "password": PASSWORD})),
            shop.post("/users").json(&newcomer()),
            shop.post("/nothing"),
            shop.request("FOO", "/users"),
            shop.request("DELETE", "/users/2"),
            shop.post("/auth/login").header("authorization", "Basic YWRhOng="),
        ] {
            let answer = with(request.header("host", "localhost"), headers).send();
            assert_eq!(answer.status, 403, "{headers:?}: {answer:?}");
            let answer = answer.is(403);
            assert!(answer.header("set-cookie").is_none() && !answer.text().contains("token"), "{answer:?}");
        }
    }
    assert_eq!(state(&shop, &root), before);
}

#[test]
fn attack_63_a_token_is_no_browsers_doing_and_passes_alone() {
    let shop = Shop::start();
    let ada = shop.login("ada", PASSWORD);
    let update = |headers: &[(&str, &str)]| {
        let update = json!({"username": "ada", "email": "ada@example.org"});
        with(shop.put("/users/1").token(&ada).header("host", "localhost").json(&update), headers).send().status
    };
    let alone = update(&[]);
    assert_ne!(alone, 403);
    for headers in &FOREIGN[1..] {
        assert_eq!(update(headers), alone, "{headers:?}");
        assert_eq!(update(&[&[("cookie", "a=b")], *headers].concat()), 403, "{headers:?}");
    }
}

#[test]
fn attack_65_a_page_of_a_listed_origin_signs_in_for_a_token_without_cookies() {
    let login = |shop: &Shop, origin: &str| {
        let request = shop.post("/auth/login").header("sec-fetch-site", "cross-site").header("origin", origin);
        request.json(&json!({"username": "ada", "password": PASSWORD})).send()
    };
    let shop = Shop::start_with(&[("CORS_ORIGINS", "https://app.example.com")]);
    login(&shop, "https://app.example.com").is(200);
    for origin in ["https://app.example.com.evil.com", "http://app.example.com", "null", "https://app.example.com/"] {
        login(&shop, origin).is(403);
    }
    login(&Shop::start(), "https://app.example.com").is(403);
}

#[test]
fn a_page_that_may_send_cookies_may_write_and_one_that_may_only_read_may_not() {
    for (credentials, status) in [("true", 201), ("false", 403)] {
        let settings = [("CORS_ORIGINS", "https://app.example.com"), ("REROUTE_CORS_ALLOW_CREDENTIALS", credentials)];
        let shop = Shop::start_with(&settings);
        let write = |origin: &str| {
            let request = shop.post("/users").header("cookie", "a=b").header("sec-fetch-site", "cross-site");
            request.header("origin", origin).json(&newcomer()).send()
        };
        write("https://app.example.com").is(status);
        write("https://app.example.com.evil.com").is(403);
        write("null").is(403);
    }
}

/// A handshake is a `GET` that opens a door for the page that sent it.
#[test]
fn attack_34_an_upgrade_is_a_write() {
    let shop = Shop::start();
    for (site, status) in [("cross-site", 403), ("same-origin", 200)] {
        let request = || shop.get("/products").header("sec-fetch-site", site).header("upgrade", "websocket");
        request().header("cookie", "a=b").send().is(status);
        request().send().is(status);
    }
    shop.get("/products").header("upgrade", "h2c").send().is(200);
}
