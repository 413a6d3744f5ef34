//! Which pages of other origins may read answers, and what their preflights are told.

use super::{
    support::{Answer, PASSWORD, Request, Shop},
    told_to_pages,
};
use serde_json::json;

const APP: &str = "https://app.example.com";
const ADMIN: &str = "https://admin.example.com:8443";

const ALLOWED: [(&str, &str); 1] =
    [("CORS_ORIGINS", "https://app.example.com, https://admin.example.com:8443,http://localhost:3000")];

/// What looks like an allowed origin, and is none.
const STRANGERS: [&str; 20] = [
    "https://evil.com",
    "https://app.example.com.evil.com",
    "https://evilapp.example.com",
    "https://example.com",
    "https://a.app.example.com",
    "http://app.example.com",
    "https://app.example.com:8443",
    "https://app.example.com:443",
    "https://admin.example.com",
    "https://app.example.com.",
    "https://APP.example.com",
    "HTTPS://app.example.com",
    "https://app.example.com/",
    "https://app.example.com/x",
    "https://app.example.com,https://evil.com",
    "https://user@app.example.com",
    "http://localhost",
    "null",
    "*",
    "",
];

/// A request for each kind of answer, with the status that it gets.
fn kinds(shop: &Shop) -> Vec<(Request, u16)> {
    let mut kinds = from_anywhere(shop);
    kinds.extend(writes(shop));
    kinds
}

/// The same, with the status that each gets when a page of an origin that is not allowed sends it.
fn kinds_of_strangers(shop: &Shop) -> Vec<(Request, u16)> {
    let mut kinds = from_anywhere(shop);
    kinds.extend(writes(shop).into_iter().map(|(request, _)| (request, 403)));
    kinds
}

/// Those that are answered alike whichever page sends them.
fn from_anywhere(shop: &Shop) -> Vec<(Request, u16)> {
    let ada = shop.login("ada", PASSWORD);
    vec![
        (shop.get("/products"), 200),
        (shop.get("/health"), 200),
        (shop.request("HEAD", "/products"), 200),
        (shop.post("/auth/logout").token(&shop.login("ada", PASSWORD)), 204),
        (shop.request("OPTIONS", "/products"), 204),
        (shop.get("/products").header("host", "evil.com"), 400),
        (shop.get("/me"), 401),
        (shop.get("/users").token(&ada), 403),
        (shop.post("/users").header("cookie", "a=b").header("sec-fetch-site", "cross-site"), 403),
        (shop.get("/nothing"), 404),
        (shop.get("/products/0"), 404),
        (shop.get("/products?page=0"), 422),
    ]
}

/// Those that change something and bring no token.
fn writes(shop: &Shop) -> Vec<(Request, u16)> {
    vec![
        (shop.post("/users").text("{"), 400),
        (shop.request("PATCH", "/products"), 405),
        (shop.post("/users").text("").header("content-length", "1048577"), 413),
        (shop.post("/users").text(vec![b' '; 1_048_577]).chunked(), 413),
        (shop.post("/users").body("x"), 415),
        (shop.post("/users").json(&json!({})), 422),
    ]
}

/// That answers differ by the origin is said once, and other reasons beside it.
#[track_caller]
fn varies(answer: &Answer) {
    let said = answer.all("vary").join(",").to_ascii_lowercase();
    assert_eq!(said.split(',').filter(|name| name.trim() == "origin").count(), 1, "{answer:?}");
}

#[test]
fn attack_59_a_page_of_an_allowed_origin_reads_every_answer() {
    let shop = Shop::start_with(&ALLOWED);
    for origin in [APP, ADMIN, "http://localhost:3000"] {
        for (request, status) in kinds(&shop) {
            let answer = request.header("origin", origin).send().is(status);
            assert_eq!(told_to_pages(&answer), ["access-control-allow-origin"], "{answer:?}");
            assert_eq!(answer.header("access-control-allow-origin"), Some(origin), "{answer:?}");
            varies(&answer);
        }
    }
}

#[test]
fn lesson_cors_attacks_53_and_55_all_others_are_told_nothing() {
    let shop = Shop::start_with(&ALLOWED);
    for (request, status) in kinds(&shop) {
        let answer = request.send().is(status);
        assert!(told_to_pages(&answer).is_empty(), "{answer:?}");
        varies(&answer);
    }
    for origin in STRANGERS {
        for (target, status) in [("/products", 200), ("/nothing", 404), ("/me", 401)] {
            let answer = shop.get(target).header("origin", origin).send().is(status);
            assert!(told_to_pages(&answer).is_empty(), "{origin}: {answer:?}");
            varies(&answer);
        }
    }
    for (request, status) in kinds_of_strangers(&shop) {
        let answer = request.header("origin", "https://evil.com").send().is(status);
        assert!(told_to_pages(&answer).is_empty(), "{answer:?}");
        varies(&answer);
    }
    for (first, second) in [(APP, APP), (APP, "https://evil.com"), ("https://evil.com", APP)] {
        let answer = shop.get("/products").header("origin", first).header("origin", second).send().is(200);
        assert!(told_to_pages(&answer).is_empty(), "{answer:?}");
        varies(&answer);
    }
}

#[test]
fn attack_52_without_origins_there_is_no_cors() {
    let off = [("CORS_ORIGINS", APP), ("REROUTE_ENABLE_CORS", "false")];
    for shop in [Shop::start(), Shop::start_with(&off), Shop::start_with(&[("CORS_ORIGINS", "")])] {
        for origin in [APP, "null", "*"] {
            for (request, status) in kinds_of_strangers(&shop) {
                let answer = request.header("origin", origin).send().is(status);
                assert!(told_to_pages(&answer).is_empty(), "{answer:?}");
                assert!(answer.header("vary").is_none_or(|vary| vary == "accept-encoding"), "{answer:?}");
            }
        }
        let asked =
            shop.request("OPTIONS", "/users").header("origin", APP).header("access-control-request-method", "POST");
        let answer = asked.send().is(204);
        assert!(told_to_pages(&answer).is_empty(), "{answer:?}");
        assert!(answer.header("allow").is_some(), "it is an OPTIONS like any other: {answer:?}");
    }
}

fn preflight(shop: &Shop, target: &str, origin: &str, method: &str, headers: Option<&str>) -> Answer {
    let request =
        shop.request("OPTIONS", target).header("origin", origin).header("access-control-request-method", method);
    match headers {
        Some(headers) => request.header("access-control-request-headers", headers).send(),
        None => request.send(),
    }
}

#[test]
fn attack_56_a_preflight_for_what_is_allowed() {
    let shop = Shop::start_with(&ALLOWED);
    // Whether the caller is known does not matter: a preflight carries no credentials.
    for (target, method) in [
        ("/users", "POST"),
        ("/users", "GET"),
        ("/users/1", "PUT"),
        ("/users/1", "DELETE"),
        ("/me", "GET"),
        ("/products", "GET"),
        ("/auth/logout", "POST"),
        ("/health", "GET"),
    ] {
        for headers in [
            None,
            Some(""),
            Some("authorization"),
            Some("Content-Type,AUTHORIZATION"),
            Some(" content-type , authorization "),
        ] {
            let answer = preflight(&shop, target, APP, method, headers).is(204);
            let told = [
                ("access-control-allow-origin", APP),
                ("access-control-allow-methods", "GET, POST, PUT, DELETE"),
                ("access-control-allow-headers", "authorization, content-type"),
                ("access-control-max-age", "600"),
            ];
            assert_eq!(told_to_pages(&answer).len(), told.len(), "{answer:?}");
            for (name, value) in told {
                assert_eq!(answer.all(name), [value], "{answer:?}");
            }
            varies(&answer);
            assert!(answer.header("location").is_none() && answer.header("www-authenticate").is_none(), "{answer:?}");
        }
    }
}

#[test]
fn attack_56_a_preflight_for_what_is_not_allowed_is_told_nothing() {
    let shop = Shop::start_with(&ALLOWED);
    let long = "authorization,".repeat(1000);
    for (method, headers) in [
        ("PATCH", None),
        ("TRACE", None),
        ("CONNECT", None),
        ("FOO", None),
        ("get", None),
        ("GET,POST", None),
        ("", None),
        ("*", None),
        // Allowed in general, and not answered here.
        ("DELETE", None),
        ("PUT", None),
        ("POST", Some("x-secret")),
        ("POST", Some("authorization, x-secret")),
        ("POST", Some("*")),
        ("POST", Some("authorization;x")),
        ("POST", Some(&long)),
    ] {
        let answer = preflight(&shop, "/users", APP, method, headers).is(204);
        assert!(told_to_pages(&answer).is_empty(), "{method} {headers:?}: {answer:?}");
        varies(&answer);
    }
    for origin in STRANGERS {
        let answer = preflight(&shop, "/users", origin, "POST", None).is(204);
        assert!(told_to_pages(&answer).is_empty(), "{origin}: {answer:?}");
        varies(&answer);
    }
    let network =
        shop.request("OPTIONS", "/users").header("origin", APP).header("access-control-request-method", "POST");
    let answer = network.header("access-control-request-private-network", "true").send().is(204);
    assert!(answer.header("access-control-allow-private-network").is_none(), "attack 57: {answer:?}");
    preflight(&shop, "/nothing", APP, "GET", None).is(404);
}

/// A preflight runs nothing: an `OPTIONS` that is none is not one, and none is a way around the guard.
#[test]
fn attack_21_what_is_no_preflight_is_none() {
    let shop = Shop::start_with(&ALLOWED);
    let plain = || shop.request("OPTIONS", "/users");
    for request in [plain(), plain().header("origin", APP), plain().header("access-control-request-method", "POST")] {
        let answer = request.send().is(204);
        assert!(answer.header("allow").is_some(), "{answer:?}");
        assert!(answer.header("access-control-allow-methods").is_none(), "{answer:?}");
    }
    let asked = |method: &str, target: &str| {
        shop.request(method, target).header("origin", APP).header("access-control-request-method", "GET")
    };
    asked("GET", "/me").send().is(401);
    asked("POST", "/products").send().is(401);
    asked("DELETE", "/users/1").send().is(401);
}

#[test]
fn credentials_are_allowed_where_it_is_said_and_nowhere_else() {
    let shop = Shop::start_with(&[ALLOWED[0], ("REROUTE_CORS_ALLOW_CREDENTIALS", "true")]);
    for (request, status) in kinds(&shop) {
        // What a trusted page writes is let through to its 415.
        let status = if status == 403 { None } else { Some(status) };
        let answer = request.header("origin", APP).send();
        answer.is_dressed();
        assert!(status.is_none_or(|status| answer.status == status), "{answer:?}");
        assert_eq!(answer.all("access-control-allow-credentials"), ["true"], "{answer:?}");
        assert_eq!(answer.all("access-control-allow-origin"), [APP], "{answer:?}");
    }
    let answer = preflight(&shop, "/users", APP, "POST", None).is(204);
    assert_eq!(answer.all("access-control-allow-credentials"), ["true"]);
    for origin in STRANGERS {
        let answer = shop.get("/products").header("origin", origin).send().is(200);
        assert!(told_to_pages(&answer).is_empty(), "{answer:?}");
        assert!(told_to_pages(&preflight(&shop, "/users", origin, "POST", None)).is_empty());
    }
}

#[test]
fn any_origin_without_credentials_is_for_development() {
    let shop = Shop::start_with(&[("CORS_ORIGINS", "*")]);
    let answer = shop.get("/products").header("origin", "https://anybody.example").send().is(200);
    assert!(
        matches!(answer.header("access-control-allow-origin"), Some("*" | "https://anybody.example")),
        "{answer:?}"
    );
    assert!(answer.header("access-control-allow-credentials").is_none(), "{answer:?}");
    let answer = shop.get("/products").header("origin", "null").send().is(200);
    assert!(told_to_pages(&answer).is_empty(), "`null` is never allowed: {answer:?}");
}
