//! Who may call what.

use super::support::{PASSWORD, Shop};
use serde_json::json;

/// Each method of each route, and what comes of a call without a body by: nobody, a customer, a moderator, an admin.
const CALLS: [(&str, &str, [u16; 4]); 30] = [
    ("GET", "/health", [200; 4]),
    ("GET", "/ready", [200; 4]),
    ("GET", "/products", [200; 4]),
    ("GET", "/products/1", [200; 4]),
    ("POST", "/users", [415; 4]),
    ("POST", "/auth/login", [415; 4]),
    ("GET", "/me", [401, 200, 200, 200]),
    ("GET", "/users", [401, 403, 200, 200]),
    ("GET", "/users/999999", [401, 404, 404, 404]),
    ("GET", "/users/4", [401, 404, 404, 200]),
    ("PUT", "/users/4", [401, 415, 415, 415]),
    ("DELETE", "/users/999999", [401, 403, 403, 404]),
    ("DELETE", "/users/x", [401, 403, 403, 404]),
    ("PUT", "/users/1/ban", [401, 403, 415, 415]),
    ("POST", "/products", [401, 403, 403, 415]),
    ("GET", "/posts", [200; 4]),
    ("POST", "/posts", [401, 415, 415, 415]),
    ("GET", "/posts/999999", [404; 4]),
    ("GET", "/posts/999999/comments", [404; 4]),
    ("POST", "/posts/999999/comments", [401, 415, 415, 415]),
    ("GET", "/orders", [401, 200, 200, 200]),
    ("POST", "/orders", [401, 415, 415, 415]),
    ("GET", "/orders/999999", [401, 404, 404, 404]),
    ("GET", "/orders/x", [401, 404, 404, 404]),
    ("GET", "/expensive/1", [401, 200, 200, 200]),
    ("GET", "/expensive", [404; 4]),
    ("GET", "/admin/cache", [401, 403, 403, 200]),
    ("DELETE", "/admin/cache", [401, 403, 403, 204]),
    ("GET", "/admin/security/events", [401, 403, 403, 200]),
    ("POST", "/auth/logout", [401, 204, 204, 204]),
];

#[test]
fn each_call_is_open_to_those_it_is_meant_for() {
    let shop = Shop::shared();
    for (method, path, expected) in CALLS {
        for (name, status) in [None, Some("ada"), Some("mod"), Some("root")].into_iter().zip(expected) {
            let mut request = shop.request(method, path);
            if let Some(name) = name {
                request = request.token(&shop.login(name, PASSWORD));
            }
            let answer = request.send();
            assert_eq!(answer.status, status, "{method} {path} by {name:?}: {answer:?}");
            answer.is_dressed();
        }
    }
}

#[test]
fn what_is_missing_looks_as_what_is_somebody_elses() {
    let shop = Shop::shared();
    let (owner, other) = (shop.newcomer(), shop.newcomer());
    for method in ["GET", "PUT"] {
        let ask = |id: i64| {
            let body = json!({"username": "nobody", "email": "nobody@example.org"});
            shop.request(method, &format!("/users/{id}")).token(&other.token).json(&body).send().is(404).essence()
        };
        assert_eq!(ask(owner.id), ask(999_999));
    }
}

#[test]
fn the_caller_is_known_before_the_body_is_looked_at() {
    let shop = Shop::shared();
    let ada = shop.login("ada", PASSWORD);
    for body in ["{", "[]", "{\"role\":1}", "{}"] {
        shop.put("/users/1").text(body).send().is(401);
        shop.post("/products").text(body).send().is(401);
        shop.post("/products").token(&ada).text(body).send().is(403);
    }
    shop.get("/users?page=x").send().is(401);
    shop.get("/users?page=x").token(&ada).send().is(403);
    shop.get("/users/x").send().is(401);
}
