//! `POST /users`.

use super::support::{PASSWORD, Shop, newcomer};
use serde_json::{Value, json};

/// A right sign-up, but for one field.
fn with(name: &str, value: impl Into<Value>) -> Value {
    let mut new = newcomer();
    new[name] = value.into();
    new
}

#[track_caller]
fn fields(shop: &Shop, new: &Value) -> Vec<String> {
    shop.post("/users").json(new).send().fields()
}

#[test]
fn somebody_signs_up() {
    let shop = Shop::shared();
    let new = newcomer();
    let answer = shop.post("/users").json(&new).send().is(201);
    assert_eq!(answer.all("content-type"), ["application/json"]);
    let account = answer.json();
    let members: Vec<&String> = account.as_object().expect("an account is an object").keys().collect();
    assert_eq!(members, ["age", "created_at", "email", "id", "role", "username"]);
    for name in ["username", "email", "age"] {
        assert_eq!(account[name], new[name]);
    }
    assert_eq!(account["role"], "customer");
    assert_eq!(answer.header("location"), Some(format!("/users/{}", account["id"]).as_str()));
    let token = shop.login(new["username"].as_str().unwrap_or_default(), PASSWORD);
    let location = answer.header("location").unwrap_or_default();
    assert_eq!(shop.get(location).token(&token).send().is(200).json(), account);
}

#[test]
fn times_are_rfc_3339_in_utc() {
    let shop = Shop::shared();
    let account = shop.post("/users").json(&newcomer()).send().is(201).json();
    let product = shop.get("/products/1").send().is(200).json();
    for time in [&account["created_at"], &product["created_at"]] {
        let text = time.as_str().expect("a time is a text");
        let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        let (seconds, rest) = shape.split_at_checked(19).expect("a time has seconds");
        assert_eq!(seconds, "0000-00-00T00:00:00", "{text}");
        let fraction = rest.strip_suffix('Z').expect("a time is in UTC");
        let is_fraction = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit == b'0');
        assert!(fraction.is_empty() || fraction.strip_prefix('.').is_some_and(is_fraction), "{text}");
    }
}

#[test]
fn each_rule_of_a_username_holds() {
    let shop = Shop::shared();
    for wrong in
        ["ab", "", &"a".repeat(51), "a b c", "a-b-c", "ada!", "ädä", "abc\n", "abc\u{0}", "١٢٣", "a.b.c", " ada"]
    {
        let fields = fields(&shop, &with("username", wrong));
        assert!(!fields.is_empty() && fields.iter().all(|field| field == "username"), "{wrong:?}: {fields:?}");
    }
    for right in ["Zo3", "___", &"z".repeat(50), "007"] {
        shop.post("/users").json(&with("username", right)).send().is(201);
    }
}

#[test]
fn an_email_is_an_address() {
    let shop = Shop::shared();
    let long = format!("{}@example.org", "a".repeat(300));
    for wrong in ["", "x", "@", "x@", "@example.org", "a b@example.org", "a@b@example.org", "x@example.org\n", &long] {
        assert_eq!(fields(&shop, &with("email", wrong)), ["email"], "{wrong:?}");
    }
    for right in ["first.last+tag@mail.example.org", "o_1-2@example.org"] {
        shop.post("/users").json(&with("email", right)).send().is(201);
    }
}

#[test]
fn each_rule_of_a_password_holds() {
    let shop = Shop::shared();
    for wrong in ["Short-7", "", "no-upper-case-7", "No-Digit-Here", &format!("A7{}", "x".repeat(127))] {
        let fields = fields(&shop, &with("password", wrong));
        assert!(!fields.is_empty() && fields.iter().all(|field| field == "password"), "{wrong:?}: {fields:?}");
    }
    // Lengths count characters, not bytes.
    for right in ["Exactly8", &format!("A7{}", "x".repeat(126)), &format!("A7{}", "é".repeat(126)), "  A7  spaces  "] {
        shop.post("/users").json(&with("password", right)).send().is(201);
    }
    assert_eq!(fields(&shop, &with("password", format!("A7{}", "é".repeat(5)))), ["password"]);
}

#[test]
fn an_age_is_from_13_to_120() {
    let shop = Shop::shared();
    for wrong in [12, 121, 0, -1, -2_147_483_648, 2_147_483_647] {
        assert_eq!(fields(&shop, &with("age", wrong)), ["age"], "{wrong}");
    }
    for right in [13, 120] {
        shop.post("/users").json(&with("age", right)).send().is(201);
    }
}

#[test]
fn every_broken_rule_is_told_at_once() {
    let shop = Shop::shared();
    let wrong = json!({"username": "a!", "email": "x", "password": "short", "age": 5});
    let told = ["age", "email", "password", "password", "password", "username", "username"];
    assert_eq!(fields(&shop, &wrong), told);
}

#[test]
fn what_is_missing_or_unknown_is_422() {
    let shop = Shop::shared();
    for name in ["username", "email", "password", "age"] {
        let mut new = newcomer();
        new.as_object_mut().expect("an object").remove(name);
        assert_eq!(fields(&shop, &new), [name]);
        assert_eq!(fields(&shop, &with(name, Value::Null)), [name]);
    }
    for (name, value) in [
        ("role", json!("admin")),
        ("is_admin", json!(true)),
        ("id", json!(1)),
        ("banned", json!(false)),
        ("created_at", json!("2020-01-01T00:00:00Z")),
        ("password_hash", json!("x")),
        ("Username", json!("x")),
    ] {
        // The field's own name is all that is told of it.
        let answer = shop.post("/users").json(&with(name, value)).send();
        assert_eq!(answer.status, 422, "{answer:?}");
        assert_eq!(answer.json()["errors"][0]["field"], name);
    }
}

#[test]
fn a_name_or_an_address_that_is_taken_is_409() {
    let shop = Shop::shared();
    let first = newcomer();
    shop.post("/users").json(&first).send().is(201);
    for name in ["username", "email"] {
        let answer = shop.post("/users").json(&with(name, first[name].clone())).send().is(409);
        assert!(!answer.text().contains(first[name].as_str().unwrap_or_default()));
    }
    shop.post("/users").json(&first).send().is(409);
    shop.post("/users").json(&with("username", "root")).send().is(409);
}
