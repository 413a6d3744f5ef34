//! 18 to 36: who is let in.

use super::{
    paths::PROTECTED,
    support::{PASSWORD, Shop, command, until},
};
use reroute::sea_orm::sea_query::{Expr, Query, Table};
use serde_json::json;

#[test]
fn attack_18_every_route_says_who_may_call_and_means_it() {
    let shop = Shop::shared();
    let listing = command(shop.home()).arg("routes").output().expect("the shop can be started");
    let listing = String::from_utf8(listing.stdout).expect("a listing is text");
    let rows: Vec<Vec<&str>> = listing.lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
    assert!(rows.len() >= 13, "{listing}");
    for row in rows {
        let [method, pattern, access, ..] = row[..] else { panic!("{row:?}") };
        assert_ne!(access, "nobody", "{row:?}");
        let answer = shop.request(method, &pattern.replace("{id}", "1").replace("{key}", "1")).send();
        assert_eq!(answer.status == 401, access != "public", "{row:?}: {answer:?}");
    }
}

#[test]
fn attack_20_head_runs_the_same_guard() {
    let shop = Shop::shared();
    let ada = shop.login("ada", PASSWORD);
    for path in PROTECTED {
        shop.request("HEAD", path).send().is(401);
        shop.request("HEAD", path).token("wrong").send().is(401);
    }
    shop.request("HEAD", "/users").token(&ada).send().is(403);
    shop.request("HEAD", "/users/4").token(&ada).send().is(404);
}

#[test]
fn attack_21_options_runs_no_handler() {
    let shop = Shop::shared();
    let root = shop.login("root", PASSWORD);
    for path in ["/auth/logout", "/users/1", "/me", "/users"] {
        let answer = shop.request("OPTIONS", path).token(&root).json(&json!({"username": "x"})).send().is(204);
        assert!(answer.body.is_empty() && answer.header("access-control-allow-origin").is_none(), "{answer:?}");
        let preflight = shop.request("OPTIONS", path).header("origin", "https://evil.example");
        let answer = preflight.header("access-control-request-method", "DELETE").send().is(204);
        assert!(!answer.headers.iter().any(|(name, _)| name.starts_with("access-control-")), "{answer:?}");
    }
    shop.get("/me").token(&root).send().is(200);
}

#[test]
fn attack_27_a_wrong_method_says_no_more_than_the_route_list() {
    let shop = Shop::shared();
    let ada = shop.login("ada", PASSWORD);
    // Whether the account is there makes no difference, nor does who asks.
    let answers =
        ["/users/1", "/users/999999", "/users/x"].map(|path| shop.request("PATCH", path).send().is(405).essence());
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(shop.request("PATCH", "/users/1").token(&ada).send().is(405).essence(), answers[0]);
}

#[test]
fn attack_29_somebody_elses_account_looks_like_none() {
    let shop = Shop::shared();
    let ada = shop.login("ada", PASSWORD);
    for method in ["GET", "PUT"] {
        let body = json!({"username": "climber", "email": "climber@example.org"});
        let ask = |path: &str| shop.request(method, path).token(&ada).json(&body).send().is(404).essence();
        let missing = ask("/users/999999");
        for path in ["/users/2", "/users/4", "/users/x", "/users/-1", "/users/9223372036854775808"] {
            assert_eq!(ask(path), missing, "{method} {path}");
        }
    }
    // A role that does not suffice is told before anything is looked up.
    let deletes =
        ["/users/2", "/users/999999"].map(|path| shop.request("DELETE", path).token(&ada).send().is(403).essence());
    assert_eq!(deletes[0], deletes[1]);
}

#[test]
fn attack_30_the_owner_is_the_caller_whatever_the_request_says() {
    let shop = Shop::shared();
    let (me, other) = (shop.newcomer(), shop.newcomer());
    for query in [format!("id={}", other.id), format!("user_id={0}&user={0}&sub={0}", other.id)] {
        let answer = shop.get(&format!("/me?{query}")).token(&me.token).header("x-user-id", &other.id.to_string());
        assert_eq!(answer.send().is(200).json()["id"], me.id);
    }
    for name in ["id", "user_id", "owner", "owner_id"] {
        let mut body = json!({"username": me.username, "email": me.email});
        body[name] = json!(other.id);
        let path = format!("/users/{}", me.id);
        assert_eq!(shop.put(&path).token(&me.token).json(&body).send().fields(), [name]);
    }
}

#[test]
fn attack_31_a_customer_gets_no_list_of_accounts_and_no_count() {
    let shop = Shop::shared();
    let ada = shop.login("ada", PASSWORD);
    let text = shop.get("/users?page=1&per_page=1").token(&ada).send().is(403).text();
    assert!(!text.contains("total") && !text.contains("items"), "{text}");
}

#[test]
fn attack_32_a_change_of_role_holds_from_the_next_request_on() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let promote = |role: &str| {
        let words = ["user", "promote", &account.username, "--role", role];
        let ended = command(shop.home()).args(words).output().expect("the shop can be started");
        assert!(ended.status.success(), "{ended:?}");
    };
    for (role, status) in [("moderator", 200), ("customer", 403), ("admin", 200), ("customer", 403)] {
        promote(role);
        // Another process has changed it: that is seen within a second.
        until(&format!("they are {role}"), || {
            shop.get("/me").token(&account.token).send().is(200).json()["role"] == role
        });
        shop.get("/users").token(&account.token).send().is(status);
    }
}

#[test]
fn attack_33_a_guard_that_cannot_ask_lets_nobody_in() {
    let shop = Shop::start();
    let root = shop.login("root", PASSWORD);
    for table in ["auth_families", "auth_epochs", "users"] {
        shop.execute(Table::rename().table(table, "lost"));
        // What was known when it went is known for another moment.
        until("it is asked again", || shop.get("/me").token(&root).send().status != 200);
        for path in PROTECTED {
            let answer = shop.get(path).token(&root).send();
            assert!(matches!(answer.status, 500 | 503), "{table} {path}: {answer:?}");
            answer.is_dressed();
            shop.get(path).token("wrong").send().is(401);
            shop.get(path).send().is(401);
        }
        shop.execute(Table::rename().table("lost", table));
        shop.get("/me").token(&root).send().is(200);
    }
}

#[test]
fn attack_33_a_database_that_cannot_be_asked_is_503_with_retry_after() {
    let shop = Shop::start();
    let root = shop.login("root", PASSWORD);
    let mut write = Query::update();
    write.table("products").value("stock", Expr::val(1));
    let (answer, reading) = shop.while_locked(&write, || {
        let new = json!({"name": "Hat", "description": "", "price_cents": 1, "stock": 1});
        let answer = shop.post("/products").token(&root).json(&new).send();
        (answer, shop.get("/me").token(&root).send())
    });
    reading.is(200);
    let answer = answer.is(503);
    let seconds = answer.header("retry-after").and_then(|value| value.parse::<u64>().ok());
    assert!(seconds.is_some_and(|seconds| seconds >= 1), "{answer:?}");
    // It was refused, and is not done later.
    assert_eq!(shop.get("/products").send().is(200).json()["total"], 30);
}

#[test]
fn attack_35_guards_run_before_the_body_is_parsed() {
    let shop = Shop::shared();
    let ada = shop.login("ada", PASSWORD);
    for body in ["{", "[]", "{\"role\":\"admin\"}", &"[".repeat(10_000)] {
        shop.put("/users/1").text(body).send().is(401);
        shop.post("/products").text(body).send().is(401);
        shop.post("/products").token(&ada).text(body).send().is(403);
        shop.post("/products").token(&ada).body(body).send().is(403);
    }
}

#[test]
fn attack_36_a_parameter_that_comes_twice_is_refused() {
    let shop = Shop::shared();
    for query in
        ["page=1&page=2", "page=1&page=1", "page=1&%70age=2", "per_page=1&x=1&per_page=2", "order_by=id&order_by=name"]
    {
        assert_eq!(shop.get(&format!("/products?{query}")).send().fields().len(), 1, "{query}");
    }
}
