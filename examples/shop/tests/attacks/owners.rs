//! 29 to 32, 36 and 95: whose things they are.

use super::support::{Account, PASSWORD, Shop, until};
use serde_json::{Value, json};

/// An order of one of the demo products, as its owner is told.
#[track_caller]
fn bought(shop: &Shop, buyer: &Account, product: i64) -> Value {
    let body = json!({"product_id": product, "quantity": 1});
    shop.post("/orders").token(&buyer.token).json(&body).send().is(201).json()
}

#[test]
fn attack_29_somebody_elses_order_looks_like_none() {
    let shop = Shop::shared();
    let (owner, other) = (shop.newcomer(), shop.newcomer());
    let id = bought(&shop, &owner, 1)["id"].clone();
    let ask = |id: &str| shop.get(&format!("/orders/{id}")).token(&other.token).send().is(404).essence();
    let missing = ask("999999");
    for id in [&id.to_string(), "0", "-1", "x", "9223372036854775808"] {
        assert_eq!(ask(id), missing, "{id}");
    }
    shop.get(&format!("/orders/{id}")).token(&owner.token).send().is(200);
}

#[test]
fn attack_30_whose_it_is_stands_in_no_request() {
    let shop = Shop::shared();
    let (me, other) = (shop.newcomer(), shop.newcomer());
    bought(&shop, &other, 2);
    let query = format!("?user_id={0}&user={0}&owner={0}&sub={0}&author_id={0}", other.id);
    let list = shop.get(&format!("/orders{query}")).token(&me.token).header("x-user-id", &other.id.to_string());
    assert_eq!(list.send().is(200).json()["total"], 0);
    let body = json!({"product_id": 2, "quantity": 1});
    let order = shop.post(&format!("/orders{query}")).token(&me.token).json(&body).send().is(201).json();
    assert_eq!(order["user_id"], me.id);
    let body = json!({"title": "x", "content": "x"});
    let post = shop.post(&format!("/posts{query}")).token(&me.token).json(&body).send().is(201).json();
    assert_eq!(post["author_id"], me.id);
}

#[test]
fn attack_31_lists_and_counts_are_ones_own() {
    let shop = Shop::shared();
    let (one, other) = (shop.newcomer(), shop.newcomer());
    let own: Vec<Value> = (0..3).map(|_| bought(&shop, &one, 3)["id"].clone()).collect();
    bought(&shop, &other, 3);
    for query in ["", "?order_by=id", "?order_by=user_id&direction=desc", "?per_page=100", "?page=1&per_page=3"] {
        let page = shop.get(&format!("/orders{query}")).token(&one.token).send().is(200).json();
        let mut ids: Vec<&Value> = page["items"].as_array().into_iter().flatten().map(|item| &item["id"]).collect();
        ids.sort_by_key(|id| id.as_i64());
        assert_eq!((ids, &page["total"]), (own.iter().collect(), &3.into()), "{query}");
    }
    // Nor is there more of a moderator's or an admin's own list.
    for name in ["mod", "root"] {
        let page = shop.get("/orders?per_page=100").token(&shop.login(name, PASSWORD)).send().is(200).json();
        assert_eq!(page["total"], 0, "{name}");
    }
    let beyond = shop.get("/orders?page=2&per_page=3").token(&one.token).send().is(200).json();
    assert_eq!((&beyond["items"], &beyond["total"]), (&json!([]), &3.into()));
}

#[test]
fn attack_32_a_ban_holds_from_the_next_request_on() {
    let shop = Shop::shared();
    let moderator = shop.login("mod", PASSWORD);
    let account = shop.newcomer();
    let set = |banned: bool| {
        let body = json!({"banned": banned});
        shop.put(&format!("/users/{}/ban", account.id)).token(&moderator).json(&body).send().is(200);
    };
    let order = bought(&shop, &account, 4);
    set(true);
    let body = json!({"product_id": 4, "quantity": 1, "title": "x", "content": "x"});
    for (method, path) in [
        ("GET", "/me".to_owned()),
        ("GET", "/orders".to_owned()),
        ("GET", format!("/orders/{}", order["id"])),
        ("GET", format!("/users/{}", account.id)),
        ("POST", "/orders".to_owned()),
        ("POST", "/posts".to_owned()),
        ("POST", "/posts/1/comments".to_owned()),
        ("POST", "/auth/logout".to_owned()),
    ] {
        let answer = shop.request(method, &path).token(&account.token).json(&body).send().is(401);
        assert_eq!(answer.detail(), "Invalid token", "{method} {path}");
    }
    set(false);
    shop.get("/me").token(&account.token).send().is(401);
    let token = shop.login(&account.username, PASSWORD);
    assert_eq!(shop.get("/orders").token(&token).send().is(200).json()["items"], json!([order]));
}

#[test]
fn attack_32_a_moderator_who_is_none_any_more_bans_nobody() {
    let shop = Shop::shared();
    let (account, victim) = (shop.newcomer(), shop.newcomer());
    let ban = || {
        let path = format!("/users/{}/ban", victim.id);
        shop.put(&path).token(&account.token).json(&json!({"banned": false})).send()
    };
    for (role, status) in [("moderator", 200), ("customer", 403)] {
        let words = ["user", "promote", &account.username, "--role", role];
        let ended = super::support::command(shop.home()).args(words).output().expect("the shop can be started");
        assert!(ended.status.success(), "{ended:?}");
        until(&format!("they are {role}"), || ban().status == status);
    }
}

#[test]
fn attack_36_a_member_or_parameter_that_comes_twice_is_refused() {
    let shop = Shop::shared();
    let me = shop.newcomer();
    for query in ["page=1&page=2", "per_page=1&per_page=1", "order_by=id&order_by=id", "direction=asc&direction=desc"] {
        for path in ["/orders", "/posts"] {
            let answer = shop.get(&format!("{path}?{query}")).token(&me.token).send();
            assert_eq!(answer.fields().len(), 1, "{path}?{query}");
        }
    }
    let twice = "{\"product_id\": 5, \"quantity\": 1, \"quantity\": 100}";
    shop.post("/orders").token(&me.token).text(twice).send().is(400);
    let twice = "{\"title\": \"x\", \"content\": \"x\", \"content\": \"y\"}";
    shop.post("/posts").token(&me.token).text(twice).send().is(400);
    assert_eq!(shop.get("/orders").token(&me.token).send().is(200).json()["total"], 0);
}

#[test]
fn attack_95_nothing_but_the_fields_of_the_input_is_taken() {
    let shop = Shop::shared();
    let (me, other) = (shop.newcomer(), shop.newcomer());
    let post = shop.post("/posts").token(&me.token).json(&json!({"title": "x", "content": "x"})).send().is(201).json();
    let root = shop.login("root", PASSWORD);
    let comments = format!("/posts/{}/comments", post["id"]);
    let ban = format!("/users/{}/ban", other.id);
    for (method, path, token, body) in [
        ("POST", "/posts", &me.token, json!({"title": "x", "content": "x"})),
        ("POST", comments.as_str(), &me.token, json!({"comment": "x"})),
        ("POST", "/orders", &me.token, json!({"product_id": 6, "quantity": 1})),
        ("PUT", ban.as_str(), &root, json!({"banned": true})),
    ] {
        for name in [
            "id",
            "role",
            "role[]",
            "user.role",
            "user_id",
            "userId",
            "author_id",
            "authorId",
            "isAdmin",
            "is_admin",
            "price_cents",
            "total_cents",
            "created_at",
            "post_id",
            "__proto__",
            "Title",
        ] {
            let mut body = body.clone();
            body[name] = json!(other.id);
            let answer = shop.request(method, path).token(token).json(&body).send();
            assert_eq!(answer.fields(), [name], "{method} {path}");
        }
    }
    assert_eq!(shop.get("/orders").token(&me.token).send().is(200).json()["total"], 0);
    assert_eq!(shop.get(&comments).send().is(200).json()["total"], 0);
    shop.get("/me").token(&other.token).send().is(200);
}
