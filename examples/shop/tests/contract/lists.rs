//! `/users`, `/products`, `/posts`, `/posts/{id}/comments` and `/orders` as pages.

use super::support::{PASSWORD, Shop};
use serde_json::{Value, json};

/// Each list, and the columns that it can be sorted by as the guide's message names them. On each is more than one row of the admin's.
fn lists(shop: &Shop, root: &str) -> [(String, &'static str); 5] {
    let mut post = Value::Null;
    for nth in 0..3 {
        let new = json!({"title": format!("{}", nth * 7 % 3), "content": format!("{}", nth * 5 % 3)});
        post = shop.post("/posts").token(root).json(&new).send().is(201).json();
    }
    let comments = format!("/posts/{}/comments", post["id"]);
    for nth in 0..3 {
        let new = json!({"comment": format!("{}", nth * 5 % 3)});
        shop.post(&comments).token(root).json(&new).send().is(201);
        let new = json!({"product_id": 3 - nth, "quantity": 1 + nth * 7 % 3});
        shop.post("/orders").token(root).json(&new).send().is(201);
    }
    [
        ("/users".to_owned(), "age, created_at, email, id, role, updated_at, username"),
        ("/products".to_owned(), "created_at, description, id, name, price_cents, stock, updated_at"),
        ("/posts".to_owned(), "author_id, content, created_at, id, title, updated_at"),
        (comments, "author_id, comment, created_at, id, post_id"),
        ("/orders".to_owned(), "created_at, id, price_cents, product_id, quantity, total_cents, user_id"),
    ]
}

/// A list as the admin sees it.
#[track_caller]
fn list(shop: &Shop, token: &str, target: &str) -> Value {
    shop.get(target).token(token).send().is(200).json()
}

fn column(page: &Value, name: &str) -> Vec<Value> {
    page["items"].as_array().into_iter().flatten().map(|item| item[name].clone()).collect()
}

#[test]
fn a_page_has_items_and_says_which_of_how_many_it_is() {
    let shop = Shop::start();
    let root = shop.login("root", PASSWORD);
    for (path, total) in [("/users", 4), ("/products", 30)] {
        let page = list(&shop, &root, path);
        let members: Vec<&String> = page.as_object().expect("a page is an object").keys().collect();
        assert_eq!(members, ["items", "page", "per_page", "total"]);
        assert_eq!((&page["page"], &page["per_page"], &page["total"]), (&1.into(), &20.into(), &total.into()));
        assert_eq!(column(&page, "id").len(), total.min(20));
    }
    let second = list(&shop, &root, "/products?page=2");
    assert_eq!(column(&second, "id"), (21..=30).map(Value::from).collect::<Vec<_>>());
    let third = list(&shop, &root, "/products?page=3&per_page=13");
    assert_eq!(column(&third, "id"), (27..=30).map(Value::from).collect::<Vec<_>>());
    let beyond = list(&shop, &root, "/products?page=9");
    assert_eq!((column(&beyond, "id").len(), &beyond["page"], &beyond["total"]), (0, &9.into(), &30.into()));
    assert_eq!(list(&shop, &root, "/products?per_page=1")["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(list(&shop, &root, "/products?per_page=100")["items"].as_array().map(Vec::len), Some(30));
}

#[test]
fn pages_together_hold_every_row_once_whatever_the_order() {
    let shop = Shop::start();
    for order in ["", "&order_by=stock", "&order_by=name", "&order_by=stock&direction=desc", "&order_by=created_at"] {
        let mut ids: Vec<i64> = (1..=5)
            .flat_map(|page| column(&list(&shop, "", &format!("/products?per_page=7&page={page}{order}")), "id"))
            .filter_map(|id| id.as_i64())
            .collect();
        ids.sort_unstable();
        assert_eq!(ids, (1..=30).collect::<Vec<_>>(), "{order}");
    }
}

#[test]
fn a_list_is_sorted_by_each_column_in_each_direction() {
    let shop = Shop::shared();
    let root = shop.login("root", PASSWORD);
    for (path, columns) in lists(&shop, &root) {
        // Not among the members, but a column all the same.
        for name in columns.split(", ").filter(|name| *name != "updated_at") {
            let sorted = |direction: &str| {
                let target = format!("{path}?per_page=100&order_by={name}{direction}");
                let values = column(&list(&shop, &root, &target), name);
                let text = |value: &Value| value.as_str().map(str::to_owned);
                let number = |value: &Value| value.as_i64();
                values.into_iter().map(|value| (number(&value), text(&value))).collect::<Vec<_>>()
            };
            assert!(sorted("").is_sorted(), "{path} {name}");
            assert!(sorted("&direction=asc").is_sorted(), "{path} {name}");
            assert!(sorted("&direction=desc").is_sorted_by(|a, b| a >= b), "{path} {name}");
        }
        if columns.contains("updated_at") {
            list(&shop, &root, &format!("{path}?order_by=updated_at"));
        }
    }
}

#[test]
fn another_column_is_refused_with_the_message_of_the_guide() {
    let shop = Shop::shared();
    let root = shop.login("root", PASSWORD);
    for (path, columns) in lists(&shop, &root) {
        for name in ["invalid_column", "password_hash", "banned", "Id", ""] {
            let answer = shop.get(&format!("{path}?order_by={name}")).token(&root).send().is(422);
            let errors = answer.json()["errors"].clone();
            assert_eq!(errors[0]["field"], "order_by");
            let message = format!("Invalid order_by column: '{name}'. Valid columns are: {columns}");
            assert_eq!(errors[0]["message"], message.as_str());
            assert_eq!(errors[1], Value::Null);
        }
    }
}

#[test]
fn a_wrong_or_repeated_parameter_is_422() {
    let shop = Shop::shared();
    let root = shop.login("root", PASSWORD);
    for (path, _) in lists(&shop, &root) {
        for (query, field) in [
            ("page=0", "page"),
            ("page=-1", "page"),
            ("page=", "page"),
            ("page=x", "page"),
            ("page=1.0", "page"),
            ("page=01", "page"),
            ("page=%201", "page"),
            ("page=99999999999999999999", "page"),
            ("per_page=0", "per_page"),
            ("per_page=101", "per_page"),
            ("per_page=-1", "per_page"),
            ("per_page=all", "per_page"),
            ("page=1&page=2", "page"),
            ("page=1&page=1", "page"),
            ("page=1&p%61ge=1", "page"),
            ("per_page=1&per_page=2", "per_page"),
            ("order_by=id&order_by=id", "order_by"),
            ("direction=up", "direction"),
            ("direction=ASC", "direction"),
            ("direction=", "direction"),
            ("order_by=id&direction=asc&direction=asc", "direction"),
        ] {
            let answer = shop.get(&format!("{path}?{query}")).token(&root).send();
            assert_eq!(answer.fields(), [field], "{path}?{query}");
        }
    }
}

#[test]
fn all_wrong_parameters_are_told_at_once() {
    let shop = Shop::shared();
    let root = shop.login("root", PASSWORD);
    for (path, _) in lists(&shop, &root) {
        let answer = shop.get(&format!("{path}?order_by=x&direction=y&page=0&per_page=0")).token(&root).send();
        assert_eq!(answer.fields(), ["direction", "order_by", "page", "per_page"]);
        let repeated = format!("{path}?page=1&page=1&per_page=0&order_by=id&order_by=id");
        assert_eq!(shop.get(&repeated).token(&root).send().fields(), ["order_by", "page", "per_page"]);
    }
}

#[test]
fn unknown_parameters_are_ignored() {
    let shop = Shop::shared();
    let plain = shop.get("/products?page=2&per_page=3").send().is(200).json();
    for query in ["x=1&page=2&per_page=3", "page=2&per_page=3&Page=7&PAGE=x", "&&page=2&per_page=3&x&x=&=y&x[]=1"] {
        assert_eq!(shop.get(&format!("/products?{query}")).send().is(200).json(), plain, "{query}");
    }
}
