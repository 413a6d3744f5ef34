//! Orders, while the shop is killed and while its database is: what was answered with 201 is there, and nothing is made of nothing.

#[path = "../../../crates/reroute/tests/support/postgres.rs"]
mod postgres;
mod support;

use postgres::PostgresServer;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};
use support::{PASSWORD, Shop, kill, until};
use tempfile::TempDir;

/// What a token is signed with must outlive the process.
const KEY: (&str, &str) = ("SECRET_KEY", "3TKgYB4AXXhCuLo93yaxUeM6PbTMtb/QGNZE6LUwc5dHuX/OAPuN/poSyw7ydi4S");
const BUYERS: usize = 16;
/// Orders of one round, if it were not cut off.
const ORDERS: usize = 1000;
/// Of each of two products.
const STOCK: i64 = 1_000_000;

/// A shop on this database, with two products that are enough for everybody: the shop and their ids.
fn stocked(home: &Arc<TempDir>, database: Option<&str>) -> (Shop, [i64; 2]) {
    let shop = start(home, database);
    let root = shop.login("root", PASSWORD);
    let products = ["Nut", "Bolt"].map(|name| {
        let new = json!({"name": name, "description": "", "price_cents": 1, "stock": STOCK});
        shop.post("/products").token(&root).json(&new).send().is(201).json()["id"].as_i64().expect("it has an id")
    });
    (shop, products)
}

fn start(home: &Arc<TempDir>, database: Option<&str>) -> Shop {
    let settings: Vec<(&str, &str)> = [KEY].into_iter().chain(database.map(|url| ("DATABASE_URL", url))).collect();
    Shop::start_at(home.clone(), &settings)
}

/// What has become of orders: those that were confirmed, by id, with their product and quantity.
#[derive(Default)]
struct Book(Mutex<HashMap<i64, (i64, i64)>>);

impl Book {
    fn write(&self, order: &Value) {
        let number = |name: &str| order[name].as_i64().expect("an order has it");
        let entry = (number("product_id"), number("quantity"));
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(number("id"), entry);
        assert!(before.is_none(), "an id was given out twice: {order}");
    }

    fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Every confirmed order is there as it was confirmed, and stock plus orders is what it was.
    #[track_caller]
    fn holds_in(&self, shop: &Shop, products: [i64; 2]) {
        let ada = shop.login("ada", PASSWORD);
        let mut kept = HashMap::new();
        let mut page = 1;
        loop {
            let target = format!("/orders?per_page=100&page={page}");
            let listed = shop.get(&target).token(&ada).send().is(200).json();
            let items = listed["items"].as_array().expect("a page has items");
            let number = |order: &Value, name: &str| order[name].as_i64().expect("an order has it");
            kept.extend(
                items
                    .iter()
                    .map(|order| (number(order, "id"), (number(order, "product_id"), number(order, "quantity")))),
            );
            if items.len() < 100 {
                break;
            }
            page += 1;
        }
        for (id, confirmed) in &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            assert_eq!(kept.get(id), Some(confirmed), "order {id} was confirmed");
        }
        for product in products {
            let sold: i64 = kept.values().filter(|(of, _)| *of == product).map(|(_, quantity)| quantity).sum();
            let answer = shop.get(&format!("/products/{product}")).send().is(200).json();
            assert_eq!(answer["stock"].as_i64().map(|stock| stock + sold), Some(STOCK), "product {product}");
        }
    }
}

/// Buys until `enough`, and notes what was confirmed. Whoever meets a shop that is gone stops.
fn buy(shop: &Shop, token: &str, products: [i64; 2], book: &Book, enough: impl Fn() -> bool + Sync) {
    thread::scope(|scope| {
        for buyer in 0..BUYERS {
            let enough = &enough;
            scope.spawn(move || {
                let mut nth = buyer as i64;
                while !enough() {
                    nth += 1;
                    let new = json!({"product_id": products[nth as usize % 2], "quantity": nth % 3 + 1});
                    let Ok(answer) = shop.post("/orders").token(token).json(&new).try_send() else { return };
                    match answer.status {
                        201 => book.write(&answer.json()),
                        503 => {
                            assert!(answer.header("retry-after").is_some(), "{answer:?}");
                        }
                        _ => panic!("{answer:?}"),
                    }
                }
            });
        }
    });
}

fn killed(database: Option<&str>, rounds: usize) {
    let home = Arc::new(tempfile::tempdir().expect("a directory can be made"));
    let (mut shop, products) = stocked(&home, database);
    let book = Book::default();
    for _ in 0..rounds {
        let token = shop.login("ada", PASSWORD);
        let before = book.len();
        let moment = RandomState::new().hash_one(before) as usize % (ORDERS * 9 / 10);
        let (id, sent) = (shop.id(), AtomicUsize::new(0));
        thread::scope(|scope| {
            scope.spawn(|| {
                until("orders are confirmed", || book.len() - before >= moment);
                kill("KILL", id);
            });
            buy(&shop, &token, products, &book, || sent.fetch_add(1, Ordering::Relaxed) >= ORDERS * 10);
        });
        drop(shop);
        shop = start(&home, database);
        book.holds_in(&shop, products);
    }
}

/// How many rounds: all of them in a soak.
fn rounds() -> usize {
    if support::soak() > 1 { 20 } else { 3 }
}

#[test]
fn a_shop_that_is_killed_during_orders_has_each_that_it_confirmed_on_sqlite() {
    killed(None, rounds());
}

#[test]
fn a_shop_that_is_killed_during_orders_has_each_that_it_confirmed_on_postgres() {
    let server = PostgresServer::start();
    killed(Some(&server.database("shop")), rounds());
}

#[test]
fn a_postgres_that_goes_away_under_load_is_503_and_then_service_again() {
    let mut server = PostgresServer::start();
    let url = server.database("shop");
    let home = Arc::new(tempfile::tempdir().expect("a directory can be made"));
    let settings = [KEY, ("DATABASE_URL", &url), ("REROUTE_DATABASE_ACQUIRE_TIMEOUT", "500 ms")];
    let (shop, products) = stocked(&home, Some(&url));
    drop(shop);
    let shop = Shop::start_at(home, &settings);
    let token = shop.login("ada", PASSWORD);
    let (book, is_over) = (Book::default(), AtomicBool::new(false));
    thread::scope(|scope| {
        let buyers = scope.spawn(|| buy(&shop, &token, products, &book, || is_over.load(Ordering::Relaxed)));
        for _ in 0..2 {
            let before = book.len();
            until("orders are confirmed", || book.len() > before + 50);
            server.stop();
            until("it is told", || shop.get("/ready").send().status == 503);
            shop.post("/orders").token(&token).json(&json!({"product_id": products[0], "quantity": 1})).send().is(503);
            shop.get("/health").send().is(200);
            assert!(server.again());
            let before = book.len();
            until("orders are confirmed again", || book.len() > before + 50);
        }
        is_over.store(true, Ordering::Relaxed);
        buyers.join().expect("no buyer fails");
    });
    book.holds_in(&shop, products);
}
