//! What holds for every answer, whatever the route.

use super::support::{Answer, PASSWORD, Shop, newcomer};
use serde_json::json;

/// Each route with the methods that it answers.
pub(crate) const ROUTES: [(&str, &[&str]); 15] = [
    ("/health", &["GET", "HEAD", "OPTIONS"]),
    ("/ready", &["GET", "HEAD", "OPTIONS"]),
    ("/me", &["GET", "HEAD", "OPTIONS"]),
    ("/users", &["GET", "HEAD", "OPTIONS", "POST"]),
    ("/users/1", &["DELETE", "GET", "HEAD", "OPTIONS", "PUT"]),
    ("/users/1/ban", &["OPTIONS", "PUT"]),
    ("/posts", &["GET", "HEAD", "OPTIONS", "POST"]),
    ("/posts/1", &["GET", "HEAD", "OPTIONS"]),
    ("/posts/1/comments", &["GET", "HEAD", "OPTIONS", "POST"]),
    ("/orders", &["GET", "HEAD", "OPTIONS", "POST"]),
    ("/orders/1", &["GET", "HEAD", "OPTIONS"]),
    ("/products", &["GET", "HEAD", "OPTIONS", "POST"]),
    ("/products/1", &["GET", "HEAD", "OPTIONS"]),
    ("/auth/login", &["OPTIONS", "POST"]),
    ("/auth/logout", &["OPTIONS", "POST"]),
];

fn allowed(answer: &Answer) -> Vec<&str> {
    let [allow] = answer.all("allow")[..] else { panic!("one Allow: {answer:?}") };
    let mut methods: Vec<&str> = allow.split(',').map(str::trim).collect();
    methods.sort_unstable();
    methods
}

#[test]
fn health_says_that_the_process_lives() {
    let answer = Shop::shared().get("/health").send().is(200);
    assert_eq!(answer.all("content-type"), ["application/json"]);
    assert_eq!(answer.json(), json!({"status": "ok"}));
}

#[test]
fn ready_says_that_the_database_answers() {
    let answer = Shop::shared().get("/ready").send().is(200);
    assert_eq!(answer.all("content-type"), ["application/json"]);
}

#[test]
fn every_kind_of_answer_carries_the_security_headers_once_and_an_id_of_its_own() {
    let shop = Shop::shared();
    let [ada, root] = ["ada", "root"].map(|name| shop.login(name, PASSWORD));
    let etag = shop.get("/products/1").send().header("etag").map(str::to_owned).expect("a product has an ETag");
    let taken = json!({"username": "ada", "email": "other@example.org", "password": PASSWORD, "age": 30});
    let answers = [
        shop.get("/products").send().is(200),
        shop.post("/users").json(&newcomer()).send().is(201),
        shop.request("OPTIONS", "/users").send().is(204),
        shop.post("/auth/logout").token(&shop.login("bob", PASSWORD)).send().is(204),
        shop.get("/products/1").header("if-none-match", &etag).send().is(304),
        shop.post("/users").text("{").send().is(400),
        shop.get("/me").send().is(401),
        shop.get("/users").token(&ada).send().is(403),
        shop.get("/nothing").send().is(404),
        shop.get("/products/0").send().is(404),
        shop.request("PATCH", "/users").send().is(405),
        shop.post("/users").json(&taken).send().is(409),
        shop.post("/users").text(vec![b' '; 1_048_577]).send().is(413),
        shop.post("/users").body("{}").send().is(415),
        shop.get("/users?page=0").token(&root).send().is(422),
        shop.request("HEAD", "/me").send().is(401),
    ];
    let mut ids: Vec<_> = answers.iter().map(|answer| answer.header("x-request-id")).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), answers.len(), "{ids:?}");
    for answer in &answers {
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("x-frame-options"), Some("DENY"));
        assert_eq!(answer.header("x-xss-protection"), Some("0"));
        assert_eq!(answer.header("cross-origin-opener-policy"), Some("same-origin"));
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"));
    }
}

#[test]
fn a_wrong_method_is_405_and_told_the_right_ones() {
    let shop = Shop::shared();
    for (path, methods) in ROUTES {
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "FOO", "get"] {
            if !methods.contains(&method) {
                let answer = shop.request(method, path).send().is(405);
                assert_eq!(allowed(&answer), methods, "{method} {path}");
                assert_eq!(answer.body.is_empty(), method == "HEAD", "{method} {path}");
            }
        }
    }
}

#[test]
fn options_tells_anyone_what_is_allowed() {
    let shop = Shop::shared();
    for (path, methods) in ROUTES {
        for token in [None, Some("wrong")] {
            let mut request = shop.request("OPTIONS", path);
            if let Some(token) = token {
                request = request.token(token);
            }
            let answer = request.send().is(204);
            assert_eq!(allowed(&answer), methods, "{path}");
            assert!(!answer.headers.iter().any(|(name, _)| name.starts_with("access-control-")), "{path}");
            assert_eq!(answer.header("content-length"), None, "{path}");
        }
    }
    shop.request("OPTIONS", "/nothing").send().is(404);
}

#[test]
fn head_answers_as_get_without_the_body() {
    let shop = Shop::shared();
    let token = shop.login("root", PASSWORD);
    for path in ["/health", "/ready", "/me", "/users/1", "/products?per_page=3", "/products/7", "/users/x", "/nothing"]
    {
        let get = shop.get(path).token(&token).send();
        let head = shop.request("HEAD", path).token(&token).send().is(get.status);
        let names = |answer: &Answer| {
            let mut names: Vec<String> = answer.headers.iter().map(|(name, _)| name.clone()).collect();
            names.sort_unstable();
            names
        };
        assert_eq!(names(&head), names(&get), "{path}");
        assert_eq!(head.header("content-length"), Some(get.body.len().to_string().as_str()), "{path}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
        assert_eq!(head.header("etag"), get.header("etag"), "{path}");
    }
}

#[test]
fn one_spelling_of_a_path_is_answered() {
    let shop = Shop::shared();
    for other in [
        "/health/",
        "//health",
        "/health//",
        "/./health",
        "/health/.",
        "/x/../health",
        "/%2e/health",
        "/%68ealth",
        "/health%2f",
        "/health%00",
        "/health%20",
        "/health;a",
        "/health.json",
        "/Health",
        "/HEALTH",
        "/products/1/",
        "/products//1",
        "/products/%31",
        "/PRODUCTS/1",
        "/auth/../health",
        "/",
        "//",
        "/nothing",
    ] {
        let answer = shop.get(other).send().is(404);
        assert_eq!(answer.header("location"), None, "{other}");
    }
    shop.get("/health?").send().is(200);
    shop.get("/health?x=/../y").send().is(200);
}

#[test]
fn a_parameter_of_the_wrong_type_is_another_path() {
    let shop = Shop::shared();
    let root = shop.login("root", PASSWORD);
    for id in
        ["x", "1.0", "01", "+1", "-0", "1e0", "0x1", "1%20", "1,2", "9223372036854775808", "%EF%BC%91", "null", "me"]
    {
        shop.get(&format!("/products/{id}")).send().is(404);
        shop.get(&format!("/users/{id}")).token(&root).send().is(404);
        shop.request("DELETE", &format!("/users/{id}")).token(&root).send().is(404);
        let update = json!({"username": "nobody", "email": "nobody@example.org"});
        shop.put(&format!("/users/{id}")).token(&root).json(&update).send().is(404);
    }
}
