//! 79 to 89: passwords and what is kept of them.

use super::support::{Account, PASSWORD, Shop, at_once, database_url, newcomer, soak};
use reroute::{
    Db,
    prelude::*,
    sea_orm::{
        ConnectionTrait,
        sea_query::{Expr, ExprTrait, Query},
    },
};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The status of a login.
fn login(shop: &Shop, username: &str, password: &str) -> u16 {
    let answer = shop.post("/auth/login").json(&json!({"username": username, "password": password})).send();
    answer.is_dressed();
    answer.status
}

/// Signs somebody up with this password: the name.
fn sign_up(shop: &Shop, password: &str) -> String {
    let mut new = newcomer();
    new["password"] = password.into();
    shop.post("/users").json(&new).send().is(201);
    new["username"].as_str().unwrap_or_default().to_owned()
}

/// Puts `hash` in the place of the account's own.
fn store(shop: &Shop, account: &Account, hash: &str) {
    let mut change = Query::update();
    let account = Expr::col("username").eq(account.username.as_str());
    shop.execute(change.table("users").value("password_hash", hash).and_where(account));
}

/// The hash that the account has.
fn stored(shop: &Shop, account: &Account) -> String {
    let url = database_url(shop.home());
    let mut select = Query::select();
    let of = Expr::col("username").eq(account.username.as_str());
    select.column("password_hash").from("users").and_where(of);
    let read: reroute::Result<String> = reroute::runtime::block_on(async {
        let row = Db::connect(&url, false).await?.query_one(&select).await?;
        Ok(row.or_not_found()?.try_get("", "password_hash")?)
    });
    read.expect("it can be read")
}

#[test]
fn attack_81_a_huge_password_is_refused_and_a_long_one_taken() {
    let shop = Shop::shared();
    let huge = "A7".repeat(500_000);
    for username in ["ada", "nobody"] {
        let answer = shop.post("/auth/login").json(&json!({"username": username, "password": huge})).send();
        assert!(matches!(answer.status, 400 | 401 | 422), "{}", answer.status);
        assert!(!answer.text().contains("A7A7"));
    }
    let mut new = newcomer();
    new["password"] = huge.into();
    assert_eq!(shop.post("/users").json(&new).send().fields(), ["password"]);
    for length in [64, 100, 128] {
        let password = format!(" A7{}", "x".repeat(length - 3));
        let username = sign_up(&shop, &password);
        assert_eq!(login(&shop, &username, &password), 200);
        for other in [password.trim(), &password.to_lowercase(), &password.to_uppercase(), &password[..length - 1]] {
            assert_eq!(login(&shop, &username, other), 401);
        }
    }
}

#[test]
fn attack_82_every_byte_of_a_password_matters() {
    let shop = Shop::shared();
    let password = format!("A7{}", "x".repeat(90));
    let username = sign_up(&shop, &password);
    for length in [70, 71, 72, 73, 91] {
        assert_eq!(login(&shop, &username, &password[..length]), 401, "{length}");
        let mut other = password.clone();
        other.replace_range(length..=length, "y");
        assert_eq!(login(&shop, &username, &other), 401, "{length}");
    }
    assert_eq!(login(&shop, &username, &password), 200);
}

#[test]
fn attack_82_a_hash_of_bcrypt_opens_once_and_is_replaced() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    // Openwall's vectors: of `U*U`, and of 72 bytes with more behind them that bcrypt did not look at.
    let of_short = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    let of_long = "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui";
    let long = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    store(&shop, &account, of_long);
    for typed in [long.to_owned(), format!("{long}chars after 72 are ignored")] {
        assert_eq!(login(&shop, &account.username, &typed), 401);
        assert_eq!(login(&shop, "nobody", &typed), 401);
    }
    assert_eq!(stored(&shop, &account), of_long);
    store(&shop, &account, of_short);
    assert_eq!(login(&shop, &account.username, "U*U\0U*U"), 401);
    assert_eq!(stored(&shop, &account), of_short);
    assert_eq!(login(&shop, &account.username, "U*U"), 200);
    let renewed = stored(&shop, &account);
    assert!(renewed.starts_with("$argon2id$"), "{renewed}");
    assert_eq!(login(&shop, &account.username, "U*U"), 200);
    assert_eq!(login(&shop, &account.username, "U*U*"), 401);
}

#[test]
fn attack_88_a_login_replaces_a_hash_that_is_cheaper_than_the_settings_say() {
    let shop = Shop::start();
    let account = shop.newcomer();
    let usual = stored(&shop, &account);
    assert!(usual.contains("$m=19456,t=2,p=1$"), "{usual}");
    assert_eq!(login(&shop, &account.username, PASSWORD), 200);
    assert_eq!(stored(&shop, &account), usual, "what is up to date stays");
    let shop = shop.restart_with(&[("REROUTE_PASSWORD_MEMORY", "24 MiB"), ("REROUTE_PASSWORD_PASSES", "3")]);
    assert_eq!(login(&shop, &account.username, "Wrong-Horse-7"), 401);
    assert_eq!(stored(&shop, &account), usual);
    assert_eq!(login(&shop, &account.username, PASSWORD), 200);
    let renewed = stored(&shop, &account);
    assert!(renewed.contains("$m=24576,t=3,p=1$"), "{renewed}");
    assert_eq!(login(&shop, &account.username, PASSWORD), 200);
    // Whoever may not come in changes nothing.
    store(&shop, &account, &usual);
    let mut ban = Query::update();
    let who = Expr::col("username").eq(account.username.as_str());
    shop.execute(ban.table("users").value("banned", true).and_where(who));
    assert_eq!(login(&shop, &account.username, PASSWORD), 401);
    assert_eq!(stored(&shop, &account), usual);
}

#[test]
fn attack_88_logins_at_once_leave_one_hash_that_opens() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    store(&shop, &account, "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4");
    let answers = at_once(8, |_| login(&shop, &account.username, "password"));
    assert_eq!(answers, [200; 8]);
    assert!(stored(&shop, &account).contains("$m=19456,t=2,p=1$"));
    assert_eq!(login(&shop, &account.username, "password"), 200);
}

#[test]
fn attack_83_a_nul_ends_no_password() {
    let shop = Shop::shared();
    let username = sign_up(&shop, "Aa1-aaaa\0b");
    for other in ["Aa1-aaaa\0c", "Aa1-aaaa", "Aa1-aaaa\0"] {
        assert_eq!(login(&shop, &username, other), 401, "{other:?}");
    }
    assert_eq!(login(&shop, &username, "Aa1-aaaa\0b"), 200);
}

#[test]
fn attack_84_the_password_that_was_set_is_the_one_that_opens() {
    let shop = Shop::shared();
    for password in [
        "Caf\u{e9}-Horse-7",
        "Cafe\u{301}-Horse-7",
        "\u{ff21}B-Horse-\u{ff17}7",
        "🐎-Correct-7",
        "A7 \u{202e}\u{200b}\u{fb01}xxx",
    ] {
        let username = sign_up(&shop, password);
        assert_eq!(login(&shop, &username, password), 200, "{password}");
    }
}

#[test]
fn attack_85_an_unknown_name_and_a_wrong_password_are_answered_alike() {
    let shop = Shop::shared();
    let ask = |username: &str| {
        shop.post("/auth/login")
            .json(&json!({"username": username, "password": "Wrong-Horse-7"}))
            .send()
            .is(401)
            .essence()
    };
    let known = ask("ada");
    for unknown in ["nobody", "", "'; --", &"x".repeat(128), "ädä"] {
        assert_eq!(ask(unknown), known, "{unknown}");
    }
    let long = |username: &str| {
        let answer = shop.post("/auth/login").json(&json!({"username": username, "password": "x".repeat(3000)})).send();
        answer.essence()
    };
    assert_eq!(long("ada"), long("nobody"));
}

#[test]
fn attack_86_many_logins_at_once_leave_room_for_others() {
    const LOGINS: usize = 40;
    // With a single async thread, a hash on it would let nobody else through.
    let shop = Shop::start_with(&[("TOKIO_WORKER_THREADS", "1")]);
    let under_way = AtomicUsize::new(LOGINS);
    let answered = at_once(LOGINS + 1, |nth| {
        if nth > 0 {
            for _ in 0..soak() {
                assert_eq!(login(&shop, if nth % 2 == 0 { "ada" } else { "nobody" }, "Wrong-Horse-7"), 401);
            }
            under_way.fetch_sub(1, Ordering::SeqCst);
            return 0;
        }
        let mut answered = 0;
        while under_way.load(Ordering::SeqCst) > 0 {
            shop.get("/health").send().is(200);
            answered += 1;
        }
        answered
    });
    // If each answer waited for a hash there would be fewer answers than hashes.
    assert!(answered[0] > LOGINS * soak(), "{answered:?}");
}

#[test]
fn attack_87_a_hash_that_is_none_opens_to_nobody() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    for hash in [
        "",
        "x",
        PASSWORD,
        "$argon2id$",
        "$argon2id$v=19$m=19456,t=2,p=1$",
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$",
        "$2b$12$äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüä",
        "$pbkdf2-sha256$i=1$c2FsdHNhbHQ$aGFzaA",
        "$argon2id$v=19$m=0,t=0,p=0$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo",
        &"$".repeat(10_000),
    ] {
        store(&shop, &account, hash);
        for password in [PASSWORD, "", "x", hash] {
            let status = login(&shop, &account.username, password);
            assert!(matches!(status, 401 | 422), "{hash:.40} {password:.40}: {status}");
        }
    }
}

#[test]
fn attack_89_a_stored_hash_cannot_ask_for_more_than_its_share() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let salted = "c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
    for cost in ["m=4194304,t=2,p=1", "m=19456,t=4294967295,p=1", "m=134217728,t=1,p=16777215"] {
        store(&shop, &account, &format!("$argon2id$v=19${cost}${salted}"));
        assert_eq!(login(&shop, &account.username, PASSWORD), 401, "{cost}");
    }
    shop.get("/health").send().is(200);
}
