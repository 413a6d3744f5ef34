//! What a proxy says of the client, and whether it is believed.

use super::{production, secure, support::Shop};
use serde_json::json;

const TRUSTED: (&str, &str) = ("REROUTE_TRUSTED_PROXIES", "127.0.0.1/32");
const HOST: &str = "shop.example.com";

#[test]
fn attacks_108_and_109_what_came_in_clear_is_sent_to_https_on_the_configured_host() {
    let shop = production(&[TRUSTED]);
    for (target, location) in [
        ("/products", "https://shop.example.com/products"),
        ("/products?page=2&x=%2F%0d", "https://shop.example.com/products?page=2&x=%2F%0d"),
        ("/nothing?x", "https://shop.example.com/nothing?x"),
        ("/", "https://shop.example.com/"),
        ("//evil.com/x", "https://shop.example.com/"),
        ("///evil.com", "https://shop.example.com/"),
        ("//evil.com%2f..", "https://shop.example.com/"),
        ("/%2fevil.com", "https://shop.example.com/%2fevil.com"),
        ("/@evil.com", "https://shop.example.com/@evil.com"),
        ("http://v1.shop.example.com/products", "https://shop.example.com/products"),
        ("http://v1.shop.example.com//evil.com", "https://shop.example.com/"),
    ] {
        for method in ["GET", "HEAD"] {
            let request = shop.request(method, target).header("host", "v1.shop.example.com");
            let request = request.header("x-forwarded-proto", "http").header("origin", "https://evil.com");
            // Never in clear: `is` finds no `strict-transport-security`.
            let answer = request.send().is(301);
            assert_eq!(answer.all("location"), [location], "{target}: {answer:?}");
            assert!(!answer.text().contains("evil"), "{answer:?}");
        }
    }
    for told in ["evil.com", "v1.shop.example.com, evil.com", "shop.example.com@evil.com"] {
        let request = shop.get("/products").header("host", HOST).header("x-forwarded-proto", "http");
        request.header("x-forwarded-host", told).send().is(400);
    }
    // A proxy may ask by address, where it says by which name it was asked itself.
    for (host, told) in [(HOST, "shop.example.org"), ("10.0.0.1:7376", HOST), (HOST, "evil.com, shop.example.org")] {
        let request = shop.get("/products").header("host", host).header("x-forwarded-proto", "http");
        let answer = request.header("x-forwarded-host", told).send().is(301);
        assert_eq!(answer.all("location"), ["https://shop.example.com/products"], "{answer:?}");
    }
}

#[test]
fn what_was_written_in_clear_is_refused_and_changes_nothing() {
    let shop = production(&[TRUSTED]);
    let clear = |method: &str, target: &str| {
        shop.request(method, target).header("host", HOST).header("x-forwarded-proto", "http")
    };
    let new = json!({"username": "in_clear", "email": "clear@example.com", "password": "Correct-Horse-7", "age": 30});
    let answer = clear("POST", "/users").json(&new).send().is(403);
    assert!(answer.header("location").is_none(), "{answer:?}");
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO", "get"] {
        let answer = clear(method, "/products").send().is(403);
        assert!(answer.header("location").is_none(), "{answer:?}");
    }
    let credentials = json!({"username": "in_clear", "password": "Correct-Horse-7"});
    let login = shop.post("/auth/login").header("host", HOST).header("x-forwarded-proto", "https");
    secure(login.json(&credentials).send(), 401);
    // Load balancers ask over plain HTTP.
    for target in ["/health", "/ready"] {
        shop.get(target).header("x-forwarded-proto", "http").send().is(200);
    }
}

#[test]
fn attack_108_browsers_are_held_to_https_only_over_https() {
    let shop = production(&[TRUSTED]);
    let get = |target: &str| shop.get(target).header("host", HOST);
    for (target, status) in [("/products", 200), ("/nothing", 404), ("/me", 401), ("/products?page=0", 422)] {
        secure(get(target).header("x-forwarded-proto", "https").send(), status);
    }
    secure(shop.get("/health").header("x-forwarded-proto", "https").send(), 200);
    secure(get("/products").header("x-forwarded-proto", "HTTPS").send(), 200);
    let other = shop.get("/products").header("host", "evil.com").header("x-forwarded-proto", "https");
    secure(other.send(), 400);
    // Nobody says how it came.
    get("/products").send().is(200);
    // A proxy in front that says nothing is asked, and not the one before it.
    get("/products").header("x-forwarded-proto", "https, http").send().is(301);
}

/// A proxy's word is taken where it is one of the words that there are.
#[test]
fn a_scheme_that_is_none_is_not_https() {
    let shop = production(&[TRUSTED]);
    for proto in ["", "ftp", "httpss", "https;q=1", "\"https\"", "on", "https http"] {
        let answer = shop.get("/products").header("host", HOST).header("x-forwarded-proto", proto).send();
        answer.is_dressed();
        assert!(matches!(answer.status, 200 | 301), "{proto}: {answer:?}");
    }
    // Of two lines the last is from the proxy that is nearest.
    let request = shop.get("/products").header("host", HOST).header("x-forwarded-proto", "https");
    request.header("x-forwarded-proto", "http").send().is(301);
}

#[test]
fn attack_113_the_id_of_a_trusted_proxy_is_taken_over() {
    let shop = production(&[TRUSTED]);
    let ask = |target: &str, ids: &[&str]| {
        let request = shop.get(target).header("host", HOST).header("x-forwarded-proto", "https");
        ids.iter().fold(request, |request, id| request.header("x-request-id", id)).send()
    };
    let longest = "x".repeat(128);
    for id in ["a", "a-1_b.C", "0", "...", &longest] {
        for (target, status) in [("/products", 200), ("/nothing", 404), ("/me", 401), ("/products?page=0", 422)] {
            let answer = secure(ask(target, &[id]), status);
            // `is` compares the problem's with the header's.
            assert_eq!(answer.all("x-request-id"), [id], "{answer:?}");
        }
    }
    let refused = shop.get("/products").header("host", "evil.com").header("x-request-id", "of-400").send().is(400);
    assert_eq!((refused.header("x-request-id"), &refused.json()["request_id"]), (Some("of-400"), &json!("of-400")));
    let sent = shop.get("/products").header("host", HOST).header("x-request-id", "of-301");
    assert_eq!(sent.header("x-forwarded-proto", "http").send().is(301).header("x-request-id"), Some("of-301"));
    let long = "x".repeat(129);
    for ids in [
        &[""][..],
        &["a b"],
        &["<script>"],
        &["a;b"],
        &["a/b"],
        &["\u{e9}"],
        &["a,b"],
        &[&long],
        &["one", "two"],
        &["one", "one"],
    ] {
        let answer = secure(ask("/nothing", ids), 404);
        let own = answer.header("x-request-id").unwrap_or_default();
        assert!(!ids.contains(&own) && !own.is_empty(), "{answer:?}");
    }
}

#[test]
fn whom_nobody_trusts_changes_nothing() {
    let told = [
        ("x-forwarded-proto", "http"),
        ("x-forwarded-host", "evil.com"),
        ("x-forwarded-for", "1.2.3.4"),
        ("forwarded", "for=1.2.3.4;proto=http;host=evil.com"),
        ("x-request-id", "mine"),
        ("x-real-ip", "1.2.3.4"),
        ("x-original-url", "/me"),
        ("x-rewrite-url", "/me"),
        ("x-http-method-override", "DELETE"),
    ];
    // Elsewhere is elsewhere, whatever a client says; and a trusted network without the client in it trusts it in nothing.
    for settings in [
        &[("REROUTE_HTTPS", "elsewhere")][..],
        &[("REROUTE_HTTPS", "elsewhere"), ("REROUTE_TRUSTED_PROXIES", "10.0.0.0/8,::1")],
    ] {
        let shop = production(settings);
        for (method, target, status) in [
            ("GET", "/products/1", 200),
            ("HEAD", "/products/1", 200),
            ("GET", "/nothing", 404),
            ("POST", "/users", 415),
        ] {
            let request = || shop.request(method, target).header("host", HOST);
            let plain = secure(request().send(), status);
            let answer = secure(
                told.iter().fold(request(), |request, (name, value)| request.header(name, value)).send(),
                status,
            );
            assert_ne!(answer.header("x-request-id"), Some("mine"));
            if method == "GET" {
                assert_eq!(answer.essence(), plain.essence());
            }
        }
    }
    let shop = production(&[("REROUTE_TRUSTED_PROXIES", "10.0.0.0/8")]);
    for proto in ["http", "https"] {
        // Nobody who is believed says how it came: neither a redirect nor a promise.
        shop.get("/products").header("host", HOST).header("x-forwarded-proto", proto).send().is(200);
        shop.get("/products").header("host", HOST).header("forwarded", &format!("proto={proto}")).send().is(200);
    }
    let shop = Shop::start();
    shop.get("/products").header("x-forwarded-proto", "https").send().is(200);
    shop.get("/products").header("x-forwarded-proto", "http").send().is(200);
}

#[test]
fn the_header_that_is_configured_is_the_one_that_is_read() {
    let shop = production(&[TRUSTED, ("REROUTE_PROXY_HEADER", "forwarded")]);
    let get = || shop.get("/products").header("host", HOST);
    secure(get().header("forwarded", "for=1.2.3.4;proto=https").header("x-forwarded-proto", "http").send(), 200);
    let answer =
        get().header("forwarded", "for=1.2.3.4;Proto=http").header("x-forwarded-proto", "https").send().is(301);
    assert_eq!(answer.header("location"), Some("https://shop.example.com/products"));
    secure(get().header("forwarded", "host=evil.com;proto=https").send(), 400);
    get().header("x-forwarded-proto", "https").send().is(200);
}

#[test]
fn every_security_header_comes_once_whatever_becomes_of_the_request() {
    let shop = production(&[TRUSTED, ("CORS_ORIGINS", "https://app.example.com")]);
    let clear =
        |method: &str| shop.request(method, "/products").header("host", HOST).header("x-forwarded-proto", "http");
    clear("GET").send().is(301);
    clear("POST").send().is(403);
    let sealed = |method: &str, target: &str| {
        shop.request(method, target).header("host", HOST).header("x-forwarded-proto", "https")
    };
    secure(shop.get("/products").header("host", "evil.com").header("x-forwarded-proto", "https").send(), 400);
    secure(sealed("POST", "/users").header("cookie", "a=b").header("sec-fetch-site", "cross-site").send(), 403);
    for origin in ["https://app.example.com", "https://evil.com"] {
        let preflight =
            sealed("OPTIONS", "/users").header("origin", origin).header("access-control-request-method", "POST");
        let answer = secure(preflight.send(), 204);
        assert!(
            answer.header("content-length").is_none_or(|length| length == "0")
                && answer.header("content-type").is_none(),
            "{answer:?}"
        );
    }
    secure(sealed("OPTIONS", "/users").send(), 204);
    secure(sealed("PATCH", "/users").send(), 405);
    secure(sealed("POST", "/users").header("content-length", "1048577").send(), 413);
    secure(sealed("POST", "/users").text("{").send(), 400);
    secure(sealed("HEAD", "/products").send(), 200);
    for _ in 0..2 {
        let answer = secure(sealed("GET", "/products").send(), 200);
        assert!(answer.header("server").is_none() && answer.header("x-powered-by").is_none());
    }
}
