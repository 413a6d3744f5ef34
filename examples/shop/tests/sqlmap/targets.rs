//! The parameters of the shop that come to a query.

use serde_json::{Value, json};

/// One request, and which parts of it are tried.
pub(crate) struct Target {
    pub(crate) method: &'static str,
    /// Path and query. A `*` is where a payload goes: then nothing else is tried.
    pub(crate) path: &'static str,
    pub(crate) caller: Caller,
    /// JSON; a text is a form.
    pub(crate) body: Option<Value>,
    /// As sqlmap calls them.
    pub(crate) parameters: &'static [&'static str],
}

/// Whose token or key comes along.
#[derive(Copy, Clone, PartialEq)]
pub(crate) enum Caller {
    Nobody,
    Ada,
    Root,
    Key,
    /// The token itself is tried.
    TokenUnderTest,
    /// The key itself is tried.
    KeyUnderTest,
}

/// The routes that ask no database about what they are sent.
pub(crate) const WITHOUT_QUERY: [(&str, &str); 8] = [
    ("GET", "/account/login"),
    ("GET", "/account/logout"),
    ("DELETE", "/admin/cache"),
    ("GET", "/admin/cache"),
    ("GET", "/admin/security/events"),
    ("GET", "/expensive/{key}"),
    ("GET", "/health"),
    ("GET", "/ready"),
];

impl Target {
    /// Whether it names what is tried by a `*`.
    pub(crate) fn is_marked(&self) -> bool {
        self.path.contains('*') || matches!(self.caller, Caller::TokenUnderTest | Caller::KeyUnderTest)
    }

    /// Whether it comes to this route.
    pub(crate) fn is_of(&self, pattern: &str) -> bool {
        let path = self.path.split('?').next().unwrap_or(self.path);
        let (path, pattern): (Vec<&str>, Vec<&str>) = (path.split('/').collect(), pattern.split('/').collect());
        let fits = |(part, wanted): (&&str, &&str)| part == wanted || (wanted.starts_with('{') && part.contains('*'));
        path.len() == pattern.len() && path.iter().zip(&pattern).all(fits)
    }
}

/// What `cargo xtask test` has time for: the two where a text of the caller's is nearest to SQL.
///
/// The search is for the end of a name, so that it finds the same when a payload cuts off what follows.
pub(crate) fn some() -> Vec<Target> {
    vec![
        with_query("/products/search?query=teapot", Caller::Nobody, &["query"]),
        with_query("/products?order_by=name&direction=desc", Caller::Nobody, &["order_by"]),
    ]
}

pub(crate) fn all() -> Vec<Target> {
    use Caller::{Ada, Key, KeyUnderTest, Nobody, Root, TokenUnderTest};
    let (paged, sorted) = (&["page", "per_page"][..], &["order_by", "direction", "page", "per_page"][..]);
    let names = json!({"username": "ada", "email": "ada@example.com"});
    let user = json!({"username": "eve", "email": "eve@example.org", "password": "Correct-Horse-7", "age": 30});
    let product = json!({"name": "n", "description": "d", "price_cents": 1, "stock": 1});
    let login = json!({"username": "bob", "password": "Correct-Horse-7"});
    vec![
        with_query("/products/search?query=teapot&page=1&per_page=5", Nobody, &["query", "page", "per_page"]),
        with_query("/products?order_by=name&direction=desc&page=1&per_page=5", Nobody, sorted),
        with_query("/catalog?order_by=name&direction=desc&page=1&per_page=5", Key, sorted),
        with_query("/users?order_by=email&direction=desc&page=1&per_page=5", Root, sorted),
        with_query("/posts?order_by=title&direction=desc&page=1&per_page=5", Nobody, sorted),
        with_query("/posts/1/comments?order_by=id&direction=desc&page=1&per_page=5", Nobody, sorted),
        with_query("/orders?order_by=quantity&direction=desc&page=1&per_page=5", Ada, sorted),
        with_query("/api-keys?page=1&per_page=5", Ada, paged),
        in_path("GET", "/products/1*", Nobody, None),
        in_path("GET", "/posts/1*", Nobody, None),
        in_path("GET", "/posts/1*/comments", Nobody, None),
        in_path("POST", "/posts/1*/comments", Ada, Some(json!({"comment": "c"}))),
        in_path("GET", "/orders/1*", Ada, None),
        in_path("GET", "/users/1*", Root, None),
        in_path("PUT", "/users/1*", Root, Some(names.clone())),
        // Nobody is this: what the path says as it is would be gone with the first request.
        in_path("DELETE", "/users/999999*", Root, None),
        in_path("PUT", "/users/2*/ban", Root, Some(json!({"banned": false}))),
        in_path("DELETE", "/api-keys/999999*", Ada, None),
        in_body("POST", "/users", Nobody, user, &["username", "email", "password", "age"]),
        in_body("PUT", "/users/1", Ada, names, &["username", "email"]),
        in_body("PUT", "/users/2/ban", Root, json!({"banned": "false"}), &["banned"]),
        in_body("POST", "/products", Root, product, &["name", "description", "price_cents", "stock"]),
        in_body("POST", "/posts", Ada, json!({"title": "t", "content": "c"}), &["title", "content"]),
        in_body("POST", "/posts/1/comments", Ada, json!({"comment": "c"}), &["comment"]),
        in_body("POST", "/orders", Ada, json!({"product_id": 1, "quantity": 1}), &["product_id", "quantity"]),
        in_body("POST", "/api-keys", Ada, json!({"name": "n", "rate_limit": "1/hour"}), &["name", "rate_limit"]),
        in_body("POST", "/auth/login", Nobody, login, &["username", "password"]),
        in_body("POST", "/auth/refresh", Nobody, json!({"refresh_token": "t"}), &["refresh_token"]),
        in_body("POST", "/account", Ada, json!("email=eve@example.org"), &["email"]),
        in_body(
            "POST",
            "/account/login",
            Nobody,
            json!("username=bob&password=Correct-Horse-7"),
            &["username", "password"],
        ),
        in_path("GET", "/products/1*/image", Nobody, None),
        in_path("PUT", "/products/1*/image", Root, Some(json!({"url": "https://example.com/"}))),
        in_body("PUT", "/products/1/image", Root, json!({"url": "https://example.com/"}), &["url"]),
        in_header("GET", "/account", TokenUnderTest, &["Authorization #1*"]),
        in_header("GET", "/me", TokenUnderTest, &["Authorization #1*"]),
        in_header("GET", "/catalog", KeyUnderTest, &["X-API-Key #1*"]),
        in_header("POST", "/account/logout", TokenUnderTest, &["Authorization #1*"]),
        // The last of all: what it says as it is signs her out.
        in_header("POST", "/auth/logout", TokenUnderTest, &["Authorization #1*"]),
    ]
}

fn with_query(path: &'static str, caller: Caller, parameters: &'static [&'static str]) -> Target {
    Target { method: "GET", path, caller, body: None, parameters }
}

fn in_path(method: &'static str, path: &'static str, caller: Caller, body: Option<Value>) -> Target {
    Target { method, path, caller, body, parameters: &["#1*"] }
}

fn in_body(
    method: &'static str,
    path: &'static str,
    caller: Caller,
    body: Value,
    parameters: &'static [&'static str],
) -> Target {
    Target { method, path, caller, body: Some(body), parameters }
}

fn in_header(method: &'static str, path: &'static str, caller: Caller, parameters: &'static [&'static str]) -> Target {
    Target { method, path, caller, body: None, parameters }
}
