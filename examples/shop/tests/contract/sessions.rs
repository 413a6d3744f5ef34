//! Signing in and out, and who is let in.

use super::support::{PASSWORD, Shop, until};
use reroute::{
    sea_orm::sea_query::{Expr, ExprTrait, Query},
    time::OffsetDateTime,
};
use serde_json::json;

#[test]
fn a_login_gives_a_token() {
    let shop = Shop::shared();
    let answer = shop.post("/auth/login").json(&json!({"username": "ada", "password": PASSWORD})).send().is(200);
    assert_eq!(answer.all("content-type"), ["application/json"]);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let token = answer.json();
    assert_eq!((&token["token_type"], &token["expires_in"]), (&"bearer".into(), &3600.into()));
    let access = token["access_token"].as_str().expect("a token is a text");
    assert!(access.len() >= 32, "{access}");
    assert_eq!(shop.get("/me").token(access).send().is(200).json()["username"], "ada");
    assert_ne!(shop.login("ada", PASSWORD), access);
}

#[test]
fn who_has_an_account_is_not_told_by_a_failed_login() {
    let shop = Shop::shared();
    let login = |username: &str, password: &str| {
        shop.post("/auth/login").json(&json!({"username": username, "password": password})).send().is(401)
    };
    let banned = shop.newcomer();
    ban(&shop, &banned.username);
    let wrong = login("ada", "Wrong-Horse-7");
    assert_eq!(wrong.detail(), "Invalid credentials");
    for (name, password) in
        [("nobody", PASSWORD), (&banned.username, PASSWORD), ("ADA", PASSWORD), ("ada", ""), ("", "")]
    {
        assert_eq!(login(name, password).essence(), wrong.essence(), "{name}");
    }
    for password in [" Correct-Horse-7", "Correct-Horse-7 ", "correct-horse-7", "Correct-Horse-", "Correct-Horse-7\0"] {
        assert_eq!(login("ada", password).essence(), wrong.essence(), "{password:?}");
    }
}

#[test]
fn a_login_takes_two_texts_and_nothing_else() {
    let shop = Shop::shared();
    for (body, field) in [
        (json!({"username": "ada"}), "password"),
        (json!({"password": PASSWORD}), "username"),
        (json!({"username": 7, "password": PASSWORD}), "username"),
        (json!({"username": "ada", "password": ["x"]}), "password"),
        (json!({"username": "ada", "password": PASSWORD, "role": "admin"}), "role"),
        (json!({"username": "ada", "password": "x".repeat(2000)}), "password"),
    ] {
        assert_eq!(shop.post("/auth/login").json(&body).send().fields(), [field], "{field}");
    }
}

#[test]
fn who_is_not_known_is_told_why() {
    let shop = Shop::shared();
    let token = shop.login("ada", PASSWORD);
    for path in ["/me", "/users", "/users/1"] {
        assert_eq!(shop.get(path).send().is(401).detail(), "Missing authentication token");
        for wrong in [
            "Bearer wrong",
            &format!("Bearer {token}x"),
            &format!("Bearer {}", token.to_lowercase()),
            &format!("Bearer  {token}"),
            &format!("Bearer {token} {token}"),
            &format!("Bearer {token},"),
            &format!("Basic {token}"),
            &format!("Token {token}"),
            &token,
            "Bearer",
            "",
        ] {
            let answer = shop.get(path).header("authorization", wrong).send().is(401);
            assert_eq!(answer.detail(), "Invalid token", "{wrong}");
            assert!(answer.header("www-authenticate").is_some_and(|value| value.starts_with("Bearer")), "{answer:?}");
            assert!(!answer.text().contains(&token));
        }
        shop.get(path).token(&token).token(&token).send().is(401);
        shop.get(&format!("{path}?access_token={token}&token={token}")).send().is(401);
        shop.get(path).header("cookie", &format!("token={token}; session={token}")).send().is(401);
    }
    shop.get("/me").header("authorization", &format!("bearer {token}")).send().is(200);
    shop.get("/me").header("authorization", &format!("BEARER {token}")).send().is(200);
}

#[test]
fn a_logout_ends_one_session() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let other = shop.login(&account.username, PASSWORD);
    let answer = shop.post("/auth/logout").token(&account.token).send().is(204);
    assert!(answer.header("content-type").is_none() && answer.header("content-length").is_none(), "{answer:?}");
    assert_eq!(shop.get("/me").token(&account.token).send().is(401).detail(), "Invalid token");
    shop.post("/auth/logout").token(&account.token).send().is(401);
    shop.get("/me").token(&other).send().is(200);
    shop.post("/auth/logout").send().is(401);
}

fn ban(shop: &Shop, username: &str) {
    let mut change = Query::update();
    shop.execute(change.table("users").value("banned", true).and_where(Expr::col("username").eq(username)));
}

#[test]
fn a_banned_account_is_shut_out_at_once() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    shop.get("/me").token(&account.token).send().is(200);
    ban(&shop, &account.username);
    // It was done behind the shop's back, as another process would do it.
    until("it is seen", || shop.get("/me").token(&account.token).send().status == 401);
    shop.post("/auth/logout").token(&account.token).send().is(401);
    let credentials = json!({"username": account.username, "password": PASSWORD});
    assert_eq!(shop.post("/auth/login").json(&credentials).send().is(401).detail(), "Invalid credentials");
}

#[test]
fn an_expired_token_is_told_so() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let mut change = Query::update();
    let mine = Expr::col("subject").eq(account.id.to_string());
    shop.execute(change.table("auth_families").value("expires_at", OffsetDateTime::UNIX_EPOCH).and_where(mine));
    let refreshed = shop.post("/auth/refresh").json(&json!({"refresh_token": account.refresh_token})).send().is(401);
    assert_eq!(refreshed.detail(), "Token expired");
    until("its sign-in is over", || shop.get("/me").token(&account.token).send().status == 401);
}
