//! `/users/{id}`, `/me` and `/users`: one's own account, and those of others.

use super::support::{PASSWORD, Shop, unique};
use serde_json::{Value, json};

fn update(username: &str, email: &str) -> Value {
    json!({"username": username, "email": email})
}

#[test]
fn the_demo_accounts_are_there() {
    let shop = Shop::shared();
    for (name, role) in [("ada", "customer"), ("bob", "customer"), ("mod", "moderator"), ("root", "admin")] {
        let me = shop.get("/me").token(&shop.login(name, PASSWORD)).send().is(200).json();
        assert_eq!((&me["username"], &me["role"]), (&name.into(), &role.into()));
    }
}

#[test]
fn the_caller_is_told_who_they_are() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let me = shop.get("/me").token(&account.token).send().is(200).json();
    let told = json!({"id": account.id, "username": account.username, "role": "customer", "scheme": "jwt"});
    assert_eq!(me, told);
}

#[test]
fn an_account_is_seen_by_its_owner_and_by_admins() {
    let shop = Shop::shared();
    let (owner, other) = (shop.newcomer(), shop.newcomer());
    let path = format!("/users/{}", owner.id);
    let own = shop.get(&path).token(&owner.token).send().is(200).json();
    assert_eq!((&own["id"], &own["email"]), (&owner.id.into(), &owner.email.as_str().into()));
    assert_eq!(shop.get(&path).token(&shop.login("root", PASSWORD)).send().is(200).json(), own);
    for stranger in [other.token, shop.login("mod", PASSWORD)] {
        shop.get(&path).token(&stranger).send().is(404);
        shop.put(&path).token(&stranger).json(&update("stolen", "stolen@example.org")).send().is(404);
    }
    shop.get(&path).send().is(401);
    assert_eq!(shop.get(&path).token(&owner.token).send().is(200).json(), own);
}

#[test]
fn an_account_is_changed_by_its_owner_and_by_admins() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let path = format!("/users/{}", account.id);
    let before = shop.get(&path).token(&account.token).send().is(200).json();
    for token in [account.token.clone(), shop.login("root", PASSWORD)] {
        let name = unique("renamed");
        let email = format!("{name}@example.org");
        let answer = shop.put(&path).token(&token).json(&update(&name, &email)).send().is(200).json();
        let mut after = before.clone();
        (after["username"], after["email"]) = (name.as_str().into(), email.into());
        assert_eq!(answer, after);
        assert_eq!(shop.get(&path).token(&account.token).send().is(200).json(), after);
        // The token is the account's, whatever it is called; so is the password.
        assert_eq!(shop.get("/me").token(&account.token).send().is(200).json()["username"], name);
        shop.login(&name, PASSWORD);
        // What is one's own already is not taken.
        shop.put(&path).token(&token).json(&update(&name, answer["email"].as_str().unwrap_or_default())).send().is(200);
    }
}

#[test]
fn an_update_keeps_the_rules_of_sign_up() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let put = |body: &Value| shop.put(&format!("/users/{}", account.id)).token(&account.token).json(body).send();
    assert_eq!(put(&update("a!", "x")).fields(), ["email", "username", "username"]);
    assert_eq!(put(&json!({"email": "x@example.org"})).fields(), ["username"]);
    assert_eq!(put(&json!({"username": "somebody"})).fields(), ["email"]);
    assert_eq!(put(&json!({"username": null, "email": "x@example.org"})).fields(), ["username"]);
    put(&update("ada", &account.email)).is(409);
    put(&update(&account.username, "ada@example.com")).is(409);
}

#[test]
fn nothing_else_can_be_changed() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let path = format!("/users/{}", account.id);
    let before = shop.get(&path).token(&account.token).send().is(200).json();
    for (name, value) in [
        ("is_admin", json!(true)),
        ("role", json!("admin")),
        ("id", json!(1)),
        ("age", json!(99)),
        ("banned", json!(false)),
        ("password", json!("Other-Horse-8")),
        ("password_hash", json!("x")),
        ("created_at", json!("2020-01-01T00:00:00Z")),
    ] {
        for token in [account.token.clone(), shop.login("root", PASSWORD)] {
            let mut body = update(&unique("climber"), &account.email);
            body[name] = value.clone();
            assert_eq!(shop.put(&path).token(&token).json(&body).send().fields(), [name]);
        }
        assert_eq!(shop.get(&path).token(&account.token).send().is(200).json(), before);
        assert_eq!(shop.get("/me").token(&account.token).send().is(200).json()["role"], "customer");
    }
}

#[test]
fn an_admin_deletes_an_account() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let path = format!("/users/{}", account.id);
    shop.request("DELETE", &path).send().is(401);
    for token in [account.token.clone(), shop.login("mod", PASSWORD)] {
        shop.request("DELETE", &path).token(&token).send().is(403);
    }
    let root = shop.login("root", PASSWORD);
    let answer = shop.request("DELETE", &path).token(&root).send().is(200);
    assert_eq!(answer.json(), json!({"deleted": account.id}));
    // It is gone, with its token and its password.
    shop.request("DELETE", &path).token(&root).send().is(404);
    shop.get(&path).token(&root).send().is(404);
    shop.put(&path).token(&root).json(&update("nobody", "nobody@example.org")).send().is(404);
    shop.get("/me").token(&account.token).send().is(401);
    let credentials = json!({"username": account.username, "password": PASSWORD});
    assert_eq!(shop.post("/auth/login").json(&credentials).send().is(401).detail(), "Invalid credentials");
    // The name is free, and the next one who has it is somebody else.
    let heir = json!({"username": account.username, "email": account.email, "password": PASSWORD, "age": 40});
    let heir = shop.post("/users").json(&heir).send().is(201).json();
    assert_ne!(heir["id"], account.id);
    shop.get("/me").token(&account.token).send().is(401);
}

#[test]
fn the_list_of_accounts_is_for_admins_and_moderators() {
    let shop = Shop::shared();
    shop.get("/users").send().is(401);
    shop.get("/users").token(&shop.login("ada", PASSWORD)).send().is(403);
    for name in ["root", "mod"] {
        let page = shop.get("/users?per_page=1").token(&shop.login(name, PASSWORD)).send().is(200).json();
        let members: Vec<_> = page["items"][0].as_object().expect("an account is an object").keys().collect();
        assert_eq!(members, ["age", "created_at", "email", "id", "role", "username"]);
    }
}
