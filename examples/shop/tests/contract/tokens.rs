//! Tokens: how they are had, how long they are good, and what ends them.

use super::support::{Answer, PASSWORD, Shop, at_once, pair};
use reroute::{sea_orm::sea_query::Query, time::OffsetDateTime};
use serde_json::json;

fn refresh(shop: &Shop, token: &str) -> Answer {
    shop.post("/auth/refresh").json(&json!({"refresh_token": token})).send()
}

#[test]
fn a_login_gives_a_pair() {
    let shop = Shop::shared();
    let credentials = json!({"username": "ada", "password": PASSWORD});
    let answer = shop.post("/auth/login").json(&credentials).send().is(200).json();
    let names: Vec<_> = answer.as_object().expect("it is an object").keys().map(String::as_str).collect();
    assert_eq!(names, ["access_token", "expires_in", "refresh_token", "token_type"]);
    assert_eq!((&answer["token_type"], &answer["expires_in"]), (&json!("bearer"), &json!(3600)));
    let token = answer["access_token"].as_str().expect("it is text");
    assert_eq!(token.split('.').count(), 3);
}

#[test]
fn a_refresh_token_is_good_for_a_new_pair_and_the_old_access_token_goes_on() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let (token, refresh_token) = pair(&refresh(&shop, &account.refresh_token).is(200));
    for token in [&token, &account.token] {
        assert_eq!(shop.get("/me").token(token).send().is(200).json()["id"], account.id);
    }
    refresh(&shop, &refresh_token).is(200);
}

#[test]
fn attack_78_a_refresh_token_that_comes_twice_ends_the_sign_in() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let (other, _) = shop.sign_in(&account.username, PASSWORD);
    let (token, newest) = pair(&refresh(&shop, &account.refresh_token).is(200));
    assert_eq!(refresh(&shop, &account.refresh_token).is(401).detail(), "Invalid token");
    for token in [&token, &account.token] {
        assert_eq!(shop.get("/me").token(token).send().is(401).detail(), "Invalid token");
    }
    refresh(&shop, &newest).is(401);
    // Another sign-in of the same account has nothing to do with it.
    shop.get("/me").token(&other).send().is(200);
}

#[test]
fn of_many_who_bring_one_refresh_token_at_once_one_at_most_gets_a_pair_and_the_sign_in_ends() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let answers = at_once(8, |_| refresh(&shop, &account.refresh_token));
    let pairs: Vec<_> = answers.iter().filter(|answer| answer.status == 200).map(pair).collect();
    assert!(pairs.len() <= 1 && answers.iter().all(|answer| matches!(answer.status, 200 | 401)), "{answers:?}");
    for (token, refresh_token) in pairs {
        refresh(&shop, &refresh_token).is(401);
        shop.get("/me").token(&token).send().is(401);
    }
    shop.get("/me").token(&account.token).send().is(401);
}

#[test]
fn a_logout_ends_the_refresh_token_too() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let (token, refresh_token) = pair(&refresh(&shop, &account.refresh_token).is(200));
    shop.post("/auth/logout").token(&token).send().is(204);
    refresh(&shop, &refresh_token).is(401);
    for token in [&token, &account.token] {
        shop.get("/me").token(token).send().is(401);
    }
}

#[test]
fn what_is_no_refresh_token_is_refused_and_never_shown() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let wrong = [
        String::new(),
        "refresh_".to_owned(),
        "x".repeat(128),
        account.token[..100].to_owned(),
        account.refresh_token.to_uppercase(),
        format!("{}A", account.refresh_token),
        account.refresh_token[..account.refresh_token.len() - 1].to_owned(),
    ];
    for token in &wrong {
        let answer = refresh(&shop, token).is(401);
        assert_eq!(answer.detail(), "Invalid token", "{token}");
        assert!(answer.header("www-authenticate").is_some());
    }
    let answer = refresh(&shop, &"y".repeat(129)).is(422);
    assert!(!answer.text().contains("yyy"), "{answer:?}");
    for body in [json!({}), json!({"refresh_token": 1}), json!({"refresh_token": "x", "more": 1}), json!([])] {
        shop.post("/auth/refresh").json(&body).send().is(422);
    }
    // Attack 73: what is for one purpose is worth nothing for the other.
    shop.get("/me").token(&account.refresh_token).send().is(401);
    refresh(&shop, &account.refresh_token).is(200);
}

#[test]
fn what_is_kept_of_tokens_is_no_token() {
    let shop = Shop::start();
    let account = shop.newcomer();
    let bytes = shop.database_bytes();
    let contains = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(contains("auth_families"));
    assert!(!contains(&account.refresh_token) && !contains(&account.token));
    assert!(!contains(&account.refresh_token[8..40]));
}

#[test]
fn a_ban_ends_refresh_tokens_and_lifting_it_revives_none() {
    let shop = Shop::shared();
    let root = shop.login("root", PASSWORD);
    let account = shop.newcomer();
    let ban = |is: bool| {
        shop.put(&format!("/users/{}/ban", account.id)).token(&root).json(&json!({"banned": is})).send().is(200)
    };
    shop.get("/me").token(&account.token).send().is(200);
    ban(true);
    shop.get("/me").token(&account.token).send().is(401);
    refresh(&shop, &account.refresh_token).is(401);
    ban(false);
    shop.get("/me").token(&account.token).send().is(401);
    refresh(&shop, &account.refresh_token).is(401);
    shop.login(&account.username, PASSWORD);
}

#[test]
fn a_deleted_account_is_shut_out_at_once() {
    let shop = Shop::shared();
    let root = shop.login("root", PASSWORD);
    let account = shop.newcomer();
    shop.get("/me").token(&account.token).send().is(200);
    shop.request("DELETE", &format!("/users/{}", account.id)).token(&root).send().is(200);
    shop.get("/me").token(&account.token).send().is(401);
    refresh(&shop, &account.refresh_token).is(401);
}

#[test]
fn sign_ins_whose_time_is_over_are_forgotten() {
    let shop = Shop::start();
    let account = shop.newcomer();
    let mut change = Query::update();
    shop.execute(change.table("auth_families").value("expires_at", OffsetDateTime::UNIX_EPOCH));
    shop.sign_in(&account.username, PASSWORD);
    assert_eq!(shop.count("auth_families"), 1);
}
