//! What changes is seen at once.

use super::{support::at_once, *};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};

fn hat(stock: i64) -> Value {
    json!({"name": support::unique("Hat"), "description": "", "price_cents": 1250, "stock": stock})
}

fn order(product: i64, quantity: i64) -> Value {
    json!({"product_id": product, "quantity": quantity})
}

#[test]
fn attack_50_a_new_product_is_in_every_list_at_once() {
    let shop = Shop::start();
    let root = shop.login("root", PASSWORD);
    let lists = ["/products", "/products?order_by=id&direction=desc", "/products?page=2&per_page=30"];
    for total in 31..34 {
        for list in lists {
            twice(|| shop.get(list), 300);
        }
        let made = shop.post("/products").token(&root).json(&hat(1)).send().is(201).json();
        for list in lists {
            let page = shop.get(list).send().is(200);
            assert_eq!(status(&page), STORED, "{list}");
            assert_eq!(page.json()["total"], total, "{list}");
        }
        assert_eq!(shop.get(lists[1]).send().is(200).json()["items"][0], made);
        shop.request("DELETE", "/admin/cache").token(&root).send().is(204);
    }
}

#[test]
fn a_refused_change_forgets_nothing() {
    let shop = Shop::start();
    let [ada, root] = ["ada", "root"].map(|name| shop.login(name, PASSWORD));
    twice(|| shop.get("/products"), 300);
    shop.post("/products").json(&hat(1)).send().is(401);
    shop.post("/products").token(&ada).json(&hat(1)).send().is(403);
    shop.post("/products").token(&root).json(&json!({"name": ""})).send().is(422);
    shop.post("/orders").token(&ada).json(&order(1, 0)).send().is(422);
    shop.post("/orders").token(&ada).json(&order(999_999, 1)).send().is(422);
    is_hit(&shop.get("/products").send().is(200), 300);
    shop.post("/orders").token(&ada).json(&order(1, 100)).send().is(201);
    twice(|| shop.get("/products"), 300);
    shop.post("/orders").token(&ada).json(&order(1, 1)).send().is(409);
    is_hit(&shop.get("/products").send().is(200), 300);
}

#[test]
fn an_order_shows_the_new_stock_at_once() {
    let shop = Shop::start();
    let ada = shop.login("ada", PASSWORD);
    let (before, _) = twice(|| shop.get("/products/3"), 300);
    twice(|| shop.get("/products"), 300);
    shop.post("/orders").token(&ada).json(&order(3, 4)).send().is(201);
    let after = shop.get("/products/3").header("if-none-match", before.header("etag").expect("it has one"));
    assert_eq!(after.send().is(200).json()["stock"], 96);
    assert_eq!(shop.get("/products").send().is(200).json()["items"][2]["stock"], 96);
    // And these are kept again.
    is_hit(&shop.get("/products/3").send().is(200), 300);
}

/// Its end is the end of the readers.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

#[test]
fn no_old_stock_is_kept_by_those_who_read_while_orders_are_taken() {
    let shop = Shop::start();
    let ada = shop.login("ada", PASSWORD);
    let is_over = AtomicBool::new(false);
    let hits: usize = at_once(3, |nth| {
        if nth == 0 {
            // Also when the buyer fails.
            let _over = Over(&is_over);
            for left in (50..100).rev() {
                shop.post("/orders").token(&ada).json(&order(5, 1)).send().is(201);
                // With the token nothing is stored: it is the readers' answer, or a fresh one.
                let seen = shop.get("/products/5").token(&ada).send().is(200).json();
                assert_eq!(seen["stock"], left);
            }
            return 0;
        }
        let (mut connection, mut hits) = (shop.connect(), 0);
        while !is_over.load(Ordering::Acquire) {
            let host = shop.address;
            connection.write(format!("GET /products/5 HTTP/1.1\r\nhost: {host}\r\n\r\n"));
            hits += usize::from(status(&connection.answer().is(200)).contains("; hit;"));
        }
        hits
    })
    .into_iter()
    .sum();
    assert!(hits > 0);
    assert_eq!(shop.get("/products/5").send().is(200).json()["stock"], 50);
}

#[test]
fn the_posts_of_an_account_that_is_deleted_are_gone_at_once() {
    let shop = Shop::start();
    let root = shop.login("root", PASSWORD);
    let (path, author) = post(&shop);
    let (other, _) = post(&shop);
    twice(|| shop.get(&path), 60);
    twice(|| shop.get(&other), 60);
    shop.request("DELETE", &format!("/users/{}", author.id)).token(&root).send().is(200);
    shop.get(&path).send().is(404);
    shop.get(&other).send().is(200);
}
