//! API keys: how they are had, what they open, and how often.

use super::support::{Answer, Shop, at_once};
use serde_json::{Value, json};

fn make(shop: &Shop, token: &str, rate: &str) -> Answer {
    shop.post("/api-keys").token(token).json(&json!({"name": "ci", "rate_limit": rate})).send()
}

fn text(answer: &Value, name: &str) -> String {
    answer[name].as_str().expect("it is text").to_owned()
}

fn catalog(shop: &Shop, key: &str) -> Answer {
    shop.get("/catalog").header("x-api-key", key).send()
}

#[test]
fn attack_80_a_key_is_shown_once_and_kept_as_a_hash() {
    let shop = Shop::start();
    let account = shop.newcomer();
    let made = make(&shop, &account.token, "100/hour").is(201).json();
    let names: Vec<_> = made.as_object().expect("it is an object").keys().map(String::as_str).collect();
    assert_eq!(names, ["id", "key", "name", "rate_limit"]);
    assert_eq!((&made["name"], &made["rate_limit"]), (&json!("ci"), &json!("100/hour")));
    let key = text(&made, "key");
    assert_eq!(key.len(), 47);
    assert!(
        key.strip_prefix("key_").is_some_and(|rest| {
            rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        })
    );
    let listed = shop.get("/api-keys").token(&account.token).send().is(200);
    assert_eq!((&listed.json()["total"], &listed.json()["items"][0]["id"]), (&json!(1), &made["id"]));
    assert!(!listed.text().contains(&key));
    let bytes = shop.database_bytes();
    assert!(!bytes.windows(key.len() - 12).any(|window| window == &key.as_bytes()[12..]));
}

#[test]
fn a_key_opens_the_catalog_and_what_is_open_to_any_caller() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let key = text(&make(&shop, &account.token, "100/hour").is(201).json(), "key");
    let page = catalog(&shop, &key).is(200).json();
    assert_eq!((page["total"].as_i64() >= Some(30), &page["page"]), (true, &json!(1)));
    let me = shop.get("/me").header("x-api-key", &key).send().is(200).json();
    assert_eq!((&me["id"], &me["scheme"]), (&json!(account.id), &json!("api_key")));
    // A token is no key.
    assert_eq!(shop.get("/catalog").token(&account.token).send().is(401).detail(), "Missing authentication token");
    assert_eq!(shop.get("/catalog").send().is(401).detail(), "Missing authentication token");
}

#[test]
fn a_wrong_key_is_401_whatever_else_comes() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let key = text(&make(&shop, &account.token, "100/hour").is(201).json(), "key");
    let other = format!("{}{}", &key[..46], if key.ends_with('A') { "B" } else { "A" });
    for wrong in
        ["", "x", "key_", &other, &key[..46], &format!("{key}A"), &key.to_uppercase(), &format!("Bearer {key}")]
    {
        let answer = catalog(&shop, wrong).is(401);
        assert_eq!(answer.detail(), "Invalid API key", "{wrong}");
        assert!(answer.header("www-authenticate").is_some_and(|value| value.contains("ApiKey")), "{answer:?}");
        assert!(!answer.text().contains(&key[4..40]));
        // Another credential that would do does not help.
        shop.get("/me").token(&account.token).header("x-api-key", wrong).send().is(401);
    }
    shop.get("/catalog").header("x-api-key", &key).header("x-api-key", &key).send().is(401);
    shop.get("/me").header("x-api-key", &key).token("wrong").send().is(401);
    shop.get("/me").header("authorization", &format!("Bearer {key}")).send().is(401);
    // Two credentials of one account are one caller, of two accounts none.
    let me = shop.get("/me").header("x-api-key", &key).token(&account.token).send().is(200);
    assert_eq!(me.json()["scheme"], "api_key");
    shop.get("/catalog").header("x-api-key", &key).token(&account.token).send().is(200);
    shop.get("/me").header("x-api-key", &key).token(&shop.newcomer().token).send().is(401);
}

#[test]
fn attack_80_a_key_in_a_query_is_refused() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let key = text(&make(&shop, &account.token, "100/hour").is(201).json(), "key");
    for query in [format!("api_key={key}"), format!("x={key}&page=1"), format!("key={key}")] {
        let path = format!("/catalog?{query}");
        assert_eq!(shop.get(&path).send().is(401).json()["status"], 401);
        let answer = shop.get(&path).header("x-api-key", &key).send().is(401);
        assert_eq!(answer.detail(), "Invalid API key");
        shop.get(&format!("/me?{query}")).token(&account.token).send().is(401);
    }
    catalog(&shop, &key).is(200);
}

#[test]
fn the_inputs_of_a_key_are_checked() {
    let shop = Shop::shared();
    let token = shop.newcomer().token;
    for wrong in ["1001/hour", "1/sec", "1000/min", "17/min", "0/hour", "", "many", "100", "100/fortnight", "-1/hour"] {
        assert_eq!(make(&shop, &token, wrong).is(422).fields(), ["rate_limit"], "{wrong}");
    }
    for right in ["1000/hour", "16/min", "1/day"] {
        make(&shop, &token, right).is(201);
    }
    let post = |body: &Value| shop.post("/api-keys").token(&token).json(body).send();
    assert_eq!(post(&json!({"name": "", "rate_limit": "1/hour"})).fields(), ["name"]);
    assert_eq!(post(&json!({"name": "x".repeat(101), "rate_limit": "1/hour"})).fields(), ["name"]);
    assert_eq!(post(&json!({"name": "x", "rate_limit": 5})).fields(), ["rate_limit"]);
    assert_eq!(post(&json!({"name": "x", "rate_limit": "1/hour", "key": "key_x"})).fields(), ["key"]);
    assert_eq!(post(&json!({})).fields(), ["name", "rate_limit"]);
    shop.post("/api-keys").json(&json!({"name": "x", "rate_limit": "1/hour"})).send().is(401);
}

#[test]
fn an_eleventh_key_is_a_conflict_also_when_all_come_at_once() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let answers = at_once(14, |_| make(&shop, &account.token, "100/hour"));
    let made: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(made.len(), 10, "{answers:?}");
    assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 409)));
    let path = format!("/api-keys/{}", made[0].json()["id"]);
    shop.request("DELETE", &path).token(&account.token).send().is(204);
    make(&shop, &account.token, "100/hour").is(201);
    make(&shop, &account.token, "100/hour").is(409);
}

#[test]
fn a_deleted_key_stops_at_once_and_nobody_deletes_anothers() {
    let shop = Shop::shared();
    let (account, other) = (shop.newcomer(), shop.newcomer());
    let made = make(&shop, &account.token, "100/hour").is(201).json();
    let (key, path) = (text(&made, "key"), format!("/api-keys/{}", made["id"]));
    catalog(&shop, &key).is(200);
    shop.request("DELETE", &path).token(&other.token).send().is(404);
    shop.request("DELETE", &path).send().is(401);
    shop.request("DELETE", "/api-keys/x").token(&account.token).send().is(404);
    catalog(&shop, &key).is(200);
    shop.request("DELETE", &path).token(&account.token).send().is(204);
    catalog(&shop, &key).is(401);
    shop.request("DELETE", &path).token(&account.token).send().is(404);
    assert_eq!(shop.get("/api-keys").token(&other.token).send().is(200).json()["total"], 0);
}

#[test]
fn a_ban_stops_keys_at_once_and_lifting_it_revives_none() {
    let shop = Shop::shared();
    let root = shop.login("root", super::support::PASSWORD);
    let account = shop.newcomer();
    let key = text(&make(&shop, &account.token, "100/hour").is(201).json(), "key");
    catalog(&shop, &key).is(200);
    for (banned, status) in [(true, 401), (false, 401)] {
        let path = format!("/users/{}/ban", account.id);
        shop.put(&path).token(&root).json(&json!({"banned": banned})).send().is(200);
        catalog(&shop, &key).is(status);
    }
}
