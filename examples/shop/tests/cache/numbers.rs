//! `/admin/cache`: how much is kept.

use super::*;
use serde_json::{Value, json};

/// What is kept, as an admin is told.
#[track_caller]
pub(super) fn of(shop: &Shop, root: &str) -> Value {
    shop.get("/admin/cache").token(root).send().is(200).json()
}

#[test]
fn the_numbers_tell_what_was_found_and_what_was_not() {
    let shop = Shop::start();
    let [ada, root] = ["ada", "root"].map(|name| shop.login(name, PASSWORD));
    let numbers = |entries: u64, hits: u64, misses: u64| {
        let told = of(&shop, &root);
        let expected =
            json!({"entries": entries, "capacity": 1000, "hits": hits, "misses": misses, "evictions": 0, "expired": 0});
        assert_eq!(told, expected);
    };
    numbers(0, 0, 0);
    twice(|| shop.get("/products"), 300);
    numbers(1, 1, 1);
    twice(|| shop.get("/products/1"), 300);
    numbers(2, 2, 2);
    // Results of functions are counted with the answers of handlers.
    for _ in 0..3 {
        shop.get("/expensive/tea").token(&ada).send().is(200);
    }
    numbers(3, 4, 3);
    let new = json!({"product_id": 1, "quantity": 1});
    shop.post("/orders").token(&ada).json(&new).send().is(201);
    numbers(1, 4, 3);
    for _ in 0..2 {
        let gone = shop.request("DELETE", "/admin/cache").token(&root).send().is(204);
        assert!(gone.body.is_empty());
        numbers(0, 4, 3);
    }
    twice(|| shop.get("/products"), 300);
    numbers(1, 5, 4);
    assert_eq!(shop.get("/admin/cache").token(&root).send().is(200).all("cache-control"), ["no-store"]);
}

#[test]
fn only_admins_see_and_clear_what_is_kept() {
    let shop = Shop::start();
    twice(|| shop.get("/products"), 300);
    for method in ["GET", "DELETE"] {
        shop.request(method, "/admin/cache").send().is(401);
        shop.request(method, "/admin/cache").token("wrong").send().is(401);
        for name in ["ada", "mod"] {
            shop.request(method, "/admin/cache").token(&shop.login(name, PASSWORD)).send().is(403);
        }
    }
    is_hit(&shop.get("/products").send().is(200), 300);
    let refused = shop.post("/admin/cache").token(&shop.login("root", PASSWORD)).send().is(405);
    assert_eq!(refused.header("allow"), Some("GET, HEAD, DELETE, OPTIONS"));
}

#[test]
fn attack_47_more_than_a_thousand_keys_are_a_thousand_entries() {
    let shop = Shop::start();
    let root = shop.login("root", PASSWORD);
    let host = shop.address;
    let mut connection = shop.connect();
    let mut ask = |path: String| {
        let head = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {root}\r\n\r\n");
        // Answers of handlers are kept for those without credentials.
        let anonymous = head.replace(&format!("authorization: Bearer {root}\r\n"), "");
        connection.write(if path.starts_with("/expensive") { head } else { anonymous });
        assert_eq!(connection.answer().status, 200, "{path}");
    };
    for page in 1..=1_100 {
        ask(format!("/products?per_page=1&page={page}"));
        if page % 5 == 0 {
            ask(format!("/expensive/{page}"));
        }
        if page % 100 == 0 {
            let numbers = of(&shop, &root);
            assert_eq!(numbers["entries"], 1_000.min(page * 6 / 5), "{numbers}");
        }
    }
    let numbers = of(&shop, &root);
    let all = json!({"entries": 1000, "capacity": 1000, "hits": 0, "misses": 1320, "evictions": 320, "expired": 0});
    assert_eq!(numbers, all);
    // The least recently used went first.
    is_hit(&shop.get("/products?per_page=1&page=1100").send().is(200), 300);
    assert_eq!(status(&shop.get("/products?per_page=1&page=1").send().is(200)), STORED);
}
