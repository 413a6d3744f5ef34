//! `/users/{id}/ban`.

use super::support::{Account, Answer, PASSWORD, Shop, at_once};
use serde_json::{Value, json};
use std::sync::{Mutex, mpsc};

fn ban(shop: &Shop, by: &str, id: i64, banned: bool) -> Answer {
    shop.put(&format!("/users/{id}/ban")).token(by).json(&json!({"banned": banned})).send()
}

/// A sign-in, and how it ends.
fn login(shop: &Shop, account: &Account) -> Answer {
    shop.post("/auth/login").json(&json!({"username": account.username, "password": PASSWORD})).send()
}

/// The id and a token of somebody new who is this.
fn promoted(shop: &Shop, role: &str) -> Account {
    let account = shop.newcomer();
    let words = ["user", "promote", &account.username, "--role", role];
    let ended = super::support::command(shop.home()).args(words).output().expect("the shop can be started");
    assert!(ended.status.success(), "{ended:?}");
    account
}

#[test]
fn a_ban_shuts_out_at_once_and_ends_with_its_lifting() {
    let shop = Shop::shared();
    for by in ["mod", "root"] {
        let by = shop.login(by, PASSWORD);
        let account = shop.newcomer();
        let second = shop.login(&account.username, PASSWORD);
        let answer = ban(&shop, &by, account.id, true).is(200).json();
        assert_eq!(answer, json!({"id": account.id, "banned": true}));
        for token in [&account.token, &second] {
            assert_eq!(shop.get("/me").token(token).send().is(401).detail(), "Invalid token");
            shop.get("/orders").token(token).send().is(401);
        }
        assert_eq!(login(&shop, &account).is(401).detail(), "Invalid credentials");
        ban(&shop, &by, account.id, true).is(200);
        let answer = ban(&shop, &by, account.id, false).is(200).json();
        assert_eq!(answer, json!({"id": account.id, "banned": false}));
        // What was ended stays so.
        for token in [&account.token, &second] {
            shop.get("/me").token(token).send().is(401);
        }
        login(&shop, &account).is(200);
        ban(&shop, &by, account.id, false).is(200);
    }
}

#[test]
fn moderators_ban_customers_only() {
    let shop = Shop::shared();
    let mod_ = shop.login("mod", PASSWORD);
    for role in ["moderator", "admin"] {
        let account = promoted(&shop, role);
        for banned in [true, false] {
            ban(&shop, &mod_, account.id, banned).is(403);
        }
        shop.get("/me").token(&account.token).send().is(200);
        let root = shop.login("root", PASSWORD);
        ban(&shop, &root, account.id, true).is(200);
        shop.get("/me").token(&account.token).send().is(401);
        // Not lifted by a moderator either.
        ban(&shop, &mod_, account.id, false).is(403);
        login(&shop, &account).is(401);
    }
}

#[test]
fn nobody_bans_oneself() {
    let shop = Shop::shared();
    for role in ["moderator", "admin"] {
        let account = promoted(&shop, role);
        for banned in [true, false] {
            ban(&shop, &account.token, account.id, banned).is(403);
        }
        shop.get("/me").token(&account.token).send().is(200);
    }
}

#[test]
fn customers_ban_nobody_and_learn_nothing() {
    let shop = Shop::shared();
    let (account, other) = (shop.newcomer(), shop.newcomer());
    let answers = [other.id, account.id, 999_999].map(|id| ban(&shop, &account.token, id, true).is(403).essence());
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    shop.put(&format!("/users/{}/ban", other.id)).json(&json!({"banned": true})).send().is(401);
    shop.get("/me").token(&other.token).send().is(200);
}

#[test]
fn a_ban_needs_an_account_and_a_yes_or_no() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    for by in ["mod", "root"] {
        let by = shop.login(by, PASSWORD);
        for id in [0, -1, 999_999, i64::MAX] {
            ban(&shop, &by, id, true).is(404);
        }
        shop.put("/users/x/ban").token(&by).json(&json!({"banned": true})).send().is(404);
        let put = |body: &Value| shop.put(&format!("/users/{}/ban", account.id)).token(&by).json(body).send();
        for wrong in [json!("true"), json!(1), json!(null), json!([true])] {
            assert_eq!(put(&json!({"banned": wrong})).fields(), ["banned"]);
        }
        assert_eq!(put(&json!({})).fields(), ["banned"]);
        assert_eq!(put(&json!({"banned": true, "role": "admin"})).fields(), ["role"]);
    }
    shop.get("/me").token(&account.token).send().is(200);
}

#[test]
fn a_sign_in_at_the_moment_of_a_ban_does_not_survive_it() {
    let shop = Shop::shared();
    let root = shop.login("root", PASSWORD);
    for round in 0..6 * super::support::soak() {
        let account = shop.newcomer();
        let (answered, answers) = mpsc::channel();
        let answers = Mutex::new(answers);
        let tokens = at_once(6, |nth| {
            if nth == 0 {
                // While the others' passwords are hashed, a few at a time: their accounts were looked up before the ban, their
                // sessions open after it.
                let answers = answers.lock().expect("nobody else listens");
                (0..round % 5).for_each(|_| answers.recv().expect("somebody signs in"));
                ban(&shop, &root, account.id, true).is(200);
                return None;
            }
            let answer = login(&shop, &account);
            answered.send(()).expect("somebody listens");
            (answer.status == 200).then(|| answer.json()["access_token"].as_str().map(str::to_owned)).flatten()
        });
        ban(&shop, &root, account.id, false).is(200);
        for token in tokens.into_iter().flatten() {
            shop.get("/me").token(&token).send().is(401);
        }
    }
}
