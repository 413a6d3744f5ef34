use super::*;
use serde_json::json;
use support::PASSWORD;

#[test]
fn attack_29_somebody_elses_is_told_and_what_is_missing_is_not() {
    let (home, log) = place();
    let shop = start(&home, &log, &[]);
    let (ada, root) = (shop.login("ada", PASSWORD), shop.login("root", PASSWORD));
    let bob = shop.login("bob", PASSWORD);
    let me = |token: &str| shop.get("/me").token(token).send().is(200).json()["id"].clone();
    let order = shop.post("/orders").token(&ada).json(&json!({"product_id": 1, "quantity": 1})).send().is(201).json();
    let order = format!("/orders/{}", order["id"]);
    let account = format!("/users/{}", me(&ada));
    let update = json!({"username": "stolen", "email": "stolen@example.com"});

    // What is not there comes first: an event of it would stand before the others.
    let missing_order = shop.get("/orders/999999").token(&bob).send().is(404).essence();
    let missing_account = shop.get("/users/999999").token(&bob).send().is(404).essence();
    shop.put("/users/999999").token(&bob).json(&update).send().is(404);
    for path in [&order, &account] {
        shop.get(path).token(&ada).send().is(200);
        shop.get(path).token(&root).send().is(200);
    }
    assert_eq!(shop.get(&order).token(&bob).send().is(404).essence(), missing_order);
    assert_eq!(shop.get(&account).token(&bob).send().is(404).essence(), missing_account);
    shop.put(&account).token(&bob).json(&update).send().is(404);

    let told = wait_for(&log, "authz_failure", 3);
    let said: Vec<_> = told.iter().map(|event| (&event["message"], &event["details"]["endpoint"])).collect();
    let message = |path: &str| json!(format!("Authorization denied for resource: {path}"));
    let expected = [
        (&message(&order), &json!("GET /orders/{id}")),
        (&message(&account), &json!("GET /users/{id}")),
        (&message(&account), &json!("PUT /users/{id}")),
    ];
    assert_eq!(said, expected);
    for event in &told {
        let details = &event["details"];
        assert_eq!((&event["severity"], &details["user"]), (&json!("MEDIUM"), &json!("bob")));
        assert_eq!((&details["required_roles"], &details["ip_address"]), (&json!(["admin"]), &json!("127.0.0.1")));
        assert_eq!(details["owasp"], "malicious_direct_reference");
        assert!(details["request_id"].is_string(), "{event}");
    }
    drop(shop);
    assert_eq!(events(&log).iter().filter(|event| event["event_type"] == "authz_failure").count(), 3);
    is_honest(home.path(), &[&log]);
}

#[test]
fn a_ban_that_is_refused_is_told() {
    let (home, log) = place();
    let shop = start(&home, &log, &[]);
    let (moderator, root) = (shop.login("mod", PASSWORD), shop.login("root", PASSWORD));
    let id = |token: &str| shop.get("/me").token(token).send().is(200).json()["id"].clone();
    for banned in [id(&root), id(&moderator)] {
        let path = format!("/users/{banned}/ban");
        shop.put(&path).token(&moderator).json(&json!({"banned": true})).send().is(403);
    }
    let told = wait_for(&log, "authz_failure", 2);
    let reasons: Vec<_> = told.iter().map(|event| &event["details"]["reason"]).collect();
    assert_eq!(reasons, ["Moderators ban customers only", "Nobody bans oneself"]);
    assert!(told.iter().all(|event| event["details"]["user"] == "mod"), "{told:?}");
}
