//! `/orders` and `/orders/{id}`.

use super::support::{Account, PASSWORD, Shop, at_once, soak, unique};
use serde_json::{Value, json};

/// A product of which there are so many.
#[track_caller]
fn product(shop: &Shop, stock: i64) -> i64 {
    let root = shop.login("root", PASSWORD);
    let new = json!({"name": unique("Hat"), "description": "", "price_cents": 1250, "stock": stock});
    let made = shop.post("/products").token(&root).json(&new).send().is(201).json();
    made["id"].as_i64().expect("an id is a number")
}

fn stock(shop: &Shop, product: i64) -> Value {
    shop.get(&format!("/products/{product}")).send().is(200).json()["stock"].clone()
}

fn order(product: i64, quantity: i64) -> Value {
    json!({"product_id": product, "quantity": quantity})
}

#[test]
fn an_order_takes_from_the_stock_at_the_price_of_the_moment() {
    let shop = Shop::start();
    let (product, buyer) = (product(&shop, 5), shop.newcomer());
    let answer = shop.post("/orders").token(&buyer.token).json(&order(product, 3)).send().is(201);
    let bought = answer.json();
    let members: Vec<&String> = bought.as_object().expect("an order is an object").keys().collect();
    let known = ["created_at", "id", "price_cents", "product_id", "quantity", "total_cents", "user_id"];
    assert_eq!(members, known);
    assert_eq!((&bought["product_id"], &bought["quantity"]), (&product.into(), &3.into()));
    assert_eq!((&bought["price_cents"], &bought["total_cents"]), (&1250.into(), &3750.into()));
    assert_eq!(bought["user_id"], buyer.id);
    let location = answer.header("location").expect("what was made is somewhere");
    assert_eq!(location, format!("/orders/{}", bought["id"]));
    assert_eq!(shop.get(location).token(&buyer.token).send().is(200).json(), bought);
    assert_eq!(stock(&shop, product), 2);
}

#[test]
fn what_is_short_is_409_and_what_is_not_there_is_422() {
    let shop = Shop::start();
    let (product, buyer) = (product(&shop, 2), shop.newcomer());
    let buy = |body: Value| shop.post("/orders").token(&buyer.token).json(&body).send();
    buy(order(product, 3)).is(409);
    assert_eq!(stock(&shop, product), 2);
    buy(order(product, 2)).is(201);
    buy(order(product, 1)).is(409);
    assert_eq!(stock(&shop, product), 0);
    for id in [0, -1, 999_999, i64::MAX, i64::MIN] {
        assert_eq!(buy(order(id, 1)).fields(), ["product_id"]);
    }
    for (field, value) in [
        ("quantity", json!(0)),
        ("quantity", json!(-1)),
        ("quantity", json!(101)),
        ("quantity", json!(i64::MIN)),
        ("quantity", json!("1")),
        ("quantity", json!(1.0)),
        ("quantity", json!(null)),
        ("product_id", json!("1")),
        ("product_id", json!(null)),
        ("product_id", json!([1])),
    ] {
        let mut body = order(1, 1);
        body[field] = value.clone();
        assert_eq!(buy(body).fields(), [field], "{value}");
    }
    shop.post("/orders").json(&order(1, 1)).send().is(401);
    assert_eq!(shop.get("/orders").token(&buyer.token).send().is(200).json()["total"], 1);
    assert_eq!(stock(&shop, 1), 100);
    buy(order(1, 100)).is(201);
}

#[test]
fn an_order_is_seen_by_its_owner_and_by_admins() {
    let shop = Shop::shared();
    let (owner, other) = (shop.newcomer(), shop.newcomer());
    let product = product(&shop, 1);
    let bought = shop.post("/orders").token(&owner.token).json(&order(product, 1)).send().is(201).json();
    let path = format!("/orders/{}", bought["id"]);
    for token in [&owner.token, &shop.login("root", PASSWORD)] {
        assert_eq!(shop.get(&path).token(token).send().is(200).json(), bought);
    }
    for token in [&other.token, &shop.login("mod", PASSWORD)] {
        let missing = shop.get("/orders/999999").token(token).send().is(404).essence();
        assert_eq!(shop.get(&path).token(token).send().is(404).essence(), missing);
    }
    shop.get(&path).send().is(401);
}

#[test]
fn everybody_lists_their_own_orders() {
    let shop = Shop::shared();
    let root = shop.login("root", PASSWORD);
    let before = shop.get("/orders").token(&root).send().is(200).json()["total"].clone();
    let (one, other, product) = (shop.newcomer(), shop.newcomer(), product(&shop, 100));
    let buy = |account: &Account, quantity: i64| {
        shop.post("/orders").token(&account.token).json(&order(product, quantity)).send().is(201).json()
    };
    let (first, second) = (buy(&one, 2), buy(&one, 1));
    buy(&other, 7);
    let list = |token: &str, query: &str| shop.get(&format!("/orders{query}")).token(token).send().is(200).json();
    let all = json!({"items": [first, second], "page": 1, "per_page": 20, "total": 2});
    assert_eq!(list(&one.token, ""), all);
    assert_eq!(list(&one.token, "?order_by=quantity")["items"], json!([second, first]));
    assert_eq!(list(&one.token, "?per_page=1&page=2")["items"], json!([second]));
    assert_eq!(list(&other.token, "?per_page=1")["total"], 1);
    assert_eq!(list(&root, "")["total"], before);
}

#[test]
fn an_order_outlives_its_account() {
    let shop = Shop::shared();
    let (buyer, product) = (shop.newcomer(), product(&shop, 1));
    let bought = shop.post("/orders").token(&buyer.token).json(&order(product, 1)).send().is(201).json();
    let root = shop.login("root", PASSWORD);
    shop.request("DELETE", &format!("/users/{}", buyer.id)).token(&root).send().is(200);
    let kept = shop.get(&format!("/orders/{}", bought["id"])).token(&root).send().is(200).json();
    assert_eq!((&kept["user_id"], &kept["total_cents"]), (&Value::Null, &bought["total_cents"]));
}

#[test]
fn of_many_orders_at_once_as_many_are_taken_as_there_is_stock() {
    let shop = Shop::start();
    for _ in 0..soak() {
        let product = product(&shop, 10);
        let buyers: Vec<Account> = (0..4).map(|_| shop.newcomer()).collect();
        let answers = at_once(64, |nth| {
            let token = &buyers[nth % buyers.len()].token;
            let quantity = if nth % 8 == 7 { 2 } else { 1 };
            (shop.post("/orders").token(token).json(&order(product, quantity)).send(), quantity)
        });
        let taken: i64 = answers.iter().filter(|(answer, _)| answer.status == 201).map(|(_, quantity)| quantity).sum();
        for (answer, _) in answers {
            assert!(matches!(answer.status, 201 | 409), "{answer:?}");
            answer.is_dressed();
        }
        assert_eq!((taken, stock(&shop, product)), (10, 0.into()));
        let listed: i64 = buyers
            .iter()
            .flat_map(|buyer| {
                let page = shop.get("/orders?per_page=100").token(&buyer.token).send().is(200).json();
                page["items"].as_array().cloned().unwrap_or_default()
            })
            .filter_map(|order| order["quantity"].as_i64())
            .sum();
        assert_eq!(listed, 10);
    }
}
