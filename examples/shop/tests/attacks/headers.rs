//! 111 to 114: what is in the head of an answer, and what is not in an error.

use super::support::{PASSWORD, Shop};
use reroute::sea_orm::sea_query::Table;
use serde_json::json;

#[test]
fn attack_111_what_is_private_or_wrong_is_stored_nowhere() {
    let shop = Shop::shared();
    let root = shop.login("root", PASSWORD);
    let credentials = json!({"username": "ada", "password": PASSWORD});
    for answer in [
        shop.get("/me").token(&root).send().is(200),
        shop.get("/users").token(&root).send().is(200),
        shop.get("/users/1").token(&root).send().is(200),
        shop.post("/auth/login").json(&credentials).send().is(200),
        shop.get("/me").send().is(401),
        shop.get("/products/0").send().is(404),
        shop.get("/products?page=0").send().is(422),
        shop.request("PATCH", "/products").send().is(405),
    ] {
        assert_eq!(answer.all("cache-control"), ["no-store"], "{answer:?}");
        assert!(answer.header("etag").is_none(), "{answer:?}");
    }
}

#[test]
fn attack_112_a_500_says_nothing_but_an_id_that_the_log_knows() {
    let mut shop = Shop::start();
    shop.execute(Table::rename().table("products", "lost"));
    let answers = [
        shop.get("/products").send().is(500),
        shop.get("/products/1").send().is(500),
        shop.get("/products?order_by=name&per_page=7").send().is(500),
    ];
    for answer in &answers {
        let problem = answer.json();
        let members: Vec<&String> = problem.as_object().expect("a problem is an object").keys().collect();
        assert_eq!(members, ["detail", "request_id", "status", "title", "type"]);
        assert_eq!(problem["title"], "Internal Server Error");
        let text = answer.text().to_lowercase();
        for inner in ["products", "lost", "sql", "table", "panic", "error:", "thread", "0x", "backtrace", "::"] {
            assert!(!text.contains(inner), "{inner}: {text}");
        }
    }
    super::support::kill("TERM", shop.id());
    let (log, _) = shop.ended();
    for answer in answers {
        let id = answer.header("x-request-id").unwrap_or_default();
        assert!(log.contains(id), "{id}: {log}");
    }
    // As SQLite says it, or PostgreSQL.
    assert!(log.contains("no such table") || log.contains("does not exist"), "{log}");
}

#[test]
fn attack_113_a_request_id_from_anybody_is_not_taken() {
    let shop = Shop::shared();
    let long = "x".repeat(5000);
    for id in ["mine", "x y", "<script>", "\u{e9}", "../..", "", "a\tb", &long, "0123456789abcdef0123456789abcdef"] {
        for name in ["x-request-id", "X-Request-Id"] {
            let answer = shop.get("/me").header(name, id).send().is(401);
            let own = answer.header("x-request-id").unwrap_or_default();
            assert_ne!(own, id);
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            assert!((1..=128).contains(&own.len()) && own.bytes().all(is_plain), "{own}");
            assert!(id.is_empty() || !answer.text().contains(id), "{answer:?}");
        }
    }
}

#[test]
fn attack_114_no_answer_names_what_made_it() {
    let shop = Shop::shared();
    for answer in [
        shop.get("/health").send().is(200),
        shop.get("/nothing").send().is(404),
        shop.request("TRACE", "/health").send().is(405),
        shop.post("/users").text("{").send().is(400),
    ] {
        for name in ["server", "x-powered-by", "via", "x-runtime", "x-version"] {
            assert!(answer.header(name).is_none(), "{answer:?}");
        }
        let text = format!("{answer:?}").to_lowercase();
        for name in ["reroute", "hyper", "axum", "rust", "tokio"] {
            assert!(!text.contains(name), "{name}: {text}");
        }
    }
}
