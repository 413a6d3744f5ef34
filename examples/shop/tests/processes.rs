//! Two processes of the shop on one database, and one that comes after another: what ends in one has ended.

mod support;

use serde_json::{Value, json};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use support::{Answer, PASSWORD, Shop, at_once, pair, until};

const KEY: (&str, &str) = ("SECRET_KEY", "Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUuVvAaEeIiOo");
const NEW_KEY: &str = "3TKgYB4AXXhCuLo93yaxUeM6PbTMtb/QGNZE6LUwc5dHuX/OAPuN/poSyw7ydi4S";

fn two() -> [Shop; 2] {
    let home = Arc::new(tempfile::tempdir().expect("a directory can be made"));
    [Shop::start_at(home.clone(), &[KEY]), Shop::start_at(home, &[KEY])]
}

fn refresh(shop: &Shop, token: &str) -> Answer {
    shop.post("/auth/refresh").json(&json!({"refresh_token": token})).send()
}

/// A key of this account.
fn key(shop: &Shop, token: &str) -> Value {
    shop.post("/api-keys").token(token).json(&json!({"name": "ci", "rate_limit": "1000/hour"})).send().is(201).json()
}

fn text(answer: &Value, name: &str) -> String {
    answer[name].as_str().expect("it is text").to_owned()
}

/// What was answered at `ended` lets nobody in who asks later than `bound` after it.
#[track_caller]
fn ends_within(bound: Duration, ended: Instant, ask: impl Fn() -> Answer) {
    until("it ends", || {
        let asked = Instant::now();
        let status = ask().status;
        assert!(status == 401 || asked.duration_since(ended) < bound, "{status} after {:?}", ended.elapsed());
        status == 401
    });
}

#[test]
fn attack_32_what_ends_in_one_process_has_ended_in_the_other_within_a_second() {
    let [one, other] = two();
    let root = one.login("root", PASSWORD);
    for (what, end) in [
        (
            "a ban",
            Box::new(|id: i64, _: &str| {
                one.put(&format!("/users/{id}/ban")).token(&root).json(&json!({"banned": true})).send().is(200);
            }) as Box<dyn Fn(i64, &str)>,
        ),
        (
            "a deletion",
            Box::new(|id, _| {
                one.request("DELETE", &format!("/users/{id}")).token(&root).send().is(200);
            }),
        ),
        (
            "a logout",
            Box::new(|_, token| {
                one.post("/auth/logout").token(token).send().is(204);
            }),
        ),
    ] {
        let account = one.newcomer();
        // The other knows it well.
        assert_eq!(other.get("/me").token(&account.token).send().is(200).json()["id"], account.id, "{what}");
        end(account.id, &account.token);
        let ended = Instant::now();
        one.get("/me").token(&account.token).send().is(401);
        ends_within(Duration::from_secs(1), ended, || other.get("/me").token(&account.token).send());
        // Nor is there a way around it.
        refresh(&other, &account.refresh_token).is(401);
        other.get("/me").token(&account.token).send().is(401);
    }
}

#[test]
fn attack_80_a_key_that_is_deleted_in_one_process_ends_in_the_other_within_five_seconds() {
    let [one, other] = two();
    let root = one.login("root", PASSWORD);
    let account = one.newcomer();
    let catalog = |shop: &Shop, key: &str| shop.get("/catalog").header("x-api-key", key).send();
    let deleted = key(&one, &account.token);
    catalog(&other, &text(&deleted, "key")).is(200);
    one.request("DELETE", &format!("/api-keys/{}", deleted["id"])).token(&account.token).send().is(204);
    let ended = Instant::now();
    catalog(&one, &text(&deleted, "key")).is(401);
    ends_within(Duration::from_secs(5), ended, || catalog(&other, &text(&deleted, "key")));
    // A ban ends the rest within a second, also if it is lifted at once.
    let kept = text(&key(&one, &account.token), "key");
    catalog(&other, &kept).is(200);
    for banned in [true, false] {
        let path = format!("/users/{}/ban", account.id);
        one.put(&path).token(&root).json(&json!({"banned": banned})).send().is(200);
    }
    let ended = Instant::now();
    ends_within(Duration::from_secs(1), ended, || catalog(&other, &kept));
    ends_within(Duration::from_secs(1), ended, || catalog(&one, &kept));
    let token = other.login(&account.username, PASSWORD);
    catalog(&one, &text(&key(&other, &token), "key")).is(200);
    catalog(&other, &kept).is(401);
}

#[test]
fn attack_78_a_refresh_token_is_good_once_in_both_together() {
    let [one, other] = two();
    let shops = [&one, &other];
    for round in 0..3 {
        let account = shops[round % 2].newcomer();
        let answers = at_once(8, |nth| refresh(shops[nth % 2], &account.refresh_token));
        let pairs: Vec<_> = answers.iter().filter(|answer| answer.status == 200).map(pair).collect();
        assert!(pairs.len() <= 1 && answers.iter().all(|answer| matches!(answer.status, 200 | 401)), "{answers:?}");
        let ended = Instant::now();
        for token in pairs.iter().map(|(token, _)| token).chain([&account.token]) {
            for shop in shops {
                ends_within(Duration::from_secs(1), ended, || shop.get("/me").token(token).send());
            }
        }
    }
}

#[test]
fn an_account_has_ten_keys_in_both_together() {
    let [one, other] = two();
    let account = one.newcomer();
    let new = json!({"name": "ci", "rate_limit": "1/hour"});
    let answers = at_once(14, |nth| [&one, &other][nth % 2].post("/api-keys").token(&account.token).json(&new).send());
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 10, "{answers:?}");
    assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 409)), "{answers:?}");
}

#[test]
fn a_restart_ends_no_sign_in_and_revives_none() {
    let shop = Shop::start_with(&[KEY]);
    let root = shop.login("root", PASSWORD);
    let [kept, left, banned, stolen] = [0; 4].map(|_| shop.newcomer());
    let keys = [&kept, &banned].map(|account| text(&key(&shop, &account.token), "key"));
    shop.post("/auth/logout").token(&left.token).send().is(204);
    for is in [true, false] {
        shop.put(&format!("/users/{}/ban", banned.id)).token(&root).json(&json!({"banned": is})).send().is(200);
    }
    let (next, _) = pair(&refresh(&shop, &stolen.refresh_token).is(200));
    let shop = shop.restart_with(&[KEY]);
    shop.get("/me").token(&kept.token).send().is(200);
    shop.get("/catalog").header("x-api-key", &keys[0]).send().is(200);
    refresh(&shop, &kept.refresh_token).is(200);
    for gone in [&left, &banned] {
        shop.get("/me").token(&gone.token).send().is(401);
        refresh(&shop, &gone.refresh_token).is(401);
    }
    shop.get("/catalog").header("x-api-key", &keys[1]).send().is(401);
    // What was used before the restart was used.
    shop.get("/me").token(&next).send().is(200);
    refresh(&shop, &stolen.refresh_token).is(401);
    let shop = shop.restart_with(&[KEY]);
    for token in [&next, &stolen.token, &left.token, &banned.token] {
        shop.get("/me").token(token).send().is(401);
    }
}

#[test]
fn a_new_secret_key_reads_what_the_old_one_made_as_long_as_it_is_told_of_it() {
    let shop = Shop::start_with(&[KEY]);
    let (account, other) = (shop.newcomer(), shop.newcomer());
    let shop = shop.restart_with(&[("SECRET_KEY", NEW_KEY), ("SECRET_KEY_OLD", KEY.1)]);
    shop.get("/me").token(&account.token).send().is(200);
    let (token, refresh_token) = pair(&refresh(&shop, &account.refresh_token).is(200));
    let shop = shop.restart_with(&[("SECRET_KEY", NEW_KEY)]);
    shop.get("/me").token(&account.token).send().is(401);
    refresh(&shop, &other.refresh_token).is(401);
    shop.get("/me").token(&token).send().is(200);
    refresh(&shop, &refresh_token).is(200);
}

#[test]
fn without_a_secret_key_tokens_end_with_the_process_and_keys_do_not() {
    let shop = Shop::start();
    let account = shop.newcomer();
    let key = text(&key(&shop, &account.token), "key");
    let shop = shop.restart();
    assert_eq!(shop.get("/me").token(&account.token).send().is(401).detail(), "Invalid token");
    refresh(&shop, &account.refresh_token).is(401);
    shop.get("/catalog").header("x-api-key", &key).send().is(200);
    shop.login(&account.username, PASSWORD);
}
