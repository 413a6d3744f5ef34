//! `/products/{id}`, and new products.

use super::support::{PASSWORD, Shop};
use serde_json::{Value, json};

#[test]
fn a_product_is_told_as_it_is() {
    let answer = Shop::shared().get("/products/1").send().is(200);
    assert_eq!(answer.all("content-type"), ["application/json"]);
    let product = answer.json();
    assert_eq!(product["id"], 1);
    assert_eq!(product["stock"], 100);
    assert!(product["price_cents"].as_i64().is_some_and(|price| price > 0));
    for text in ["name", "description"] {
        assert!(product[text].as_str().is_some_and(|text| !text.is_empty()), "{product}");
    }
}

#[test]
fn there_are_thirty_demo_products_whose_names_sort_otherwise_than_their_ids() {
    let shop = Shop::start();
    let page = shop.get("/products?per_page=100").send().is(200).json();
    let items = page["items"].as_array().cloned().unwrap_or_default();
    let ids: Vec<i64> = items.iter().filter_map(|item| item["id"].as_i64()).collect();
    assert_eq!(ids, (1..=30).collect::<Vec<_>>());
    assert!(items.iter().all(|item| item["stock"] == 100), "{items:?}");
    let names: Vec<&str> = items.iter().filter_map(|item| item["name"].as_str()).collect();
    assert!(!names.is_sorted());
}

#[test]
fn attack_128_a_search_finds_what_has_the_text_and_counts_all_of_it() {
    let shop = Shop::start();
    let listed = shop.get("/products?per_page=100").send().is(200).json();
    let items = listed["items"].as_array().cloned().unwrap_or_default();
    let text = |item: &Value, name: &str| item[name].as_str().unwrap_or_default().to_ascii_lowercase();
    let name = text(&items[0], "name");
    let word = name.split(' ').next().unwrap_or_default();
    let has_it = |item: &&Value| text(item, "name").contains(word) || text(item, "description").contains(word);
    let ids: Vec<&Value> = items.iter().filter(has_it).map(|item| &item["id"]).collect();
    for spelling in [word.to_owned(), word.to_ascii_uppercase()] {
        let found = shop.get(&format!("/products/search?query={spelling}&per_page=100")).send().is(200).json();
        assert_eq!(found["total"], ids.len(), "{found}");
        let found = found["items"].as_array().cloned().unwrap_or_default();
        assert_eq!(found.iter().map(|item| &item["id"]).collect::<Vec<_>>(), ids);
    }
    let first = shop.get(&format!("/products/search?query={word}&per_page=1")).send().is(200).json();
    assert_eq!((&first["total"], first["items"].as_array().map(Vec::len)), (&json!(ids.len()), Some(1)));
    for nothing in ["%25", "_", "%5C", "%27", "%27%20OR%20%271%27%3D%271", "%25%27%20--"] {
        let found = shop.get(&format!("/products/search?query={nothing}")).send().is(200).json();
        assert_eq!((&found["total"], &found["items"]), (&json!(0), &json!([])), "{nothing}");
    }
}

#[test]
fn what_is_not_there_is_404() {
    let shop = Shop::shared();
    for id in ["0", "-1", "999999", "9223372036854775807"] {
        shop.get(&format!("/products/{id}")).send().is(404);
    }
}

#[test]
fn what_the_caller_has_already_is_304() {
    let shop = Shop::shared();
    let first = shop.get("/products/1").send().is(200);
    let [etag] = first.all("etag")[..] else { panic!("one ETag: {first:?}") };
    assert!(etag.starts_with('"') && etag.ends_with('"') && etag.len() > 2, "a strong tag: {etag}");
    for known in [etag, &format!("W/{etag}"), &format!("\"x\", {etag}"), &format!("{etag},\"y\""), "*"] {
        for method in ["GET", "HEAD"] {
            let answer = shop.request(method, "/products/1").header("if-none-match", known).send().is(304);
            assert_eq!(answer.all("etag"), [etag], "{known}");
            assert_eq!(answer.header("content-type"), None, "{known}");
            let length = answer.header("content-length");
            assert!(length.is_none() || length == first.header("content-length"), "{known}: {answer:?}");
        }
    }
    for other in ["\"x\"", "", "\"", &etag.replace('"', ""), &format!("{etag}x"), &etag.to_lowercase()] {
        let answer = shop.get("/products/1").header("if-none-match", other).send().is(200);
        assert_eq!(answer.body, first.body, "{other}");
    }
    let second = shop.get("/products/2").header("if-none-match", etag).send().is(200);
    assert_ne!(second.header("etag"), Some(etag));
    shop.get("/products/0").header("if-none-match", "*").send().is(404);
}

fn hat() -> Value {
    json!({"name": "Hat", "description": "It fits.", "price_cents": 1250, "stock": 3})
}

#[test]
fn an_admin_adds_a_product() {
    let shop = Shop::start();
    let root = shop.login("root", PASSWORD);
    let answer = shop.post("/products").token(&root).json(&hat()).send().is(201);
    let product = answer.json();
    for (name, value) in hat().as_object().expect("an object") {
        assert_eq!(&product[name], value, "{product}");
    }
    let location = answer.header("location").expect("what was made is somewhere");
    assert_eq!(location, format!("/products/{}", product["id"]));
    assert_eq!(shop.get(location).send().is(200).json(), product);
    let list = shop.get("/products?order_by=id&direction=desc").send().is(200).json();
    assert_eq!(list["total"], 31);
    assert_eq!(list["items"][0], product);
}

#[test]
fn nobody_else_adds_a_product() {
    let shop = Shop::shared();
    shop.post("/products").json(&hat()).send().is(401);
    for name in ["ada", "mod"] {
        let token = shop.login(name, PASSWORD);
        shop.post("/products").token(&token).json(&hat()).send().is(403);
    }
    let names = shop.get("/products?order_by=name&per_page=100").send().is(200).text();
    assert!(!names.contains("Hat"));
}

#[test]
fn a_product_that_cannot_be_is_422() {
    let shop = Shop::shared();
    let root = shop.login("root", PASSWORD);
    let with = |name: &str, value: Value| {
        let mut product = hat();
        product[name] = value;
        product
    };
    for (name, value) in [
        ("name", json!(7)),
        ("name", json!("")),
        ("description", json!(null)),
        ("price_cents", json!("1")),
        ("price_cents", json!(1.5)),
        ("price_cents", json!(-1)),
        ("stock", json!(-1)),
        ("stock", json!(true)),
        ("id", json!(7)),
        ("created_at", json!("2020-01-01T00:00:00Z")),
    ] {
        let answer = shop.post("/products").token(&root).json(&with(name, value.clone())).send();
        assert_eq!(answer.fields(), [name], "{value}");
    }
}
