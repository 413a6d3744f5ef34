//! Every place where what a caller writes comes to a query, and what each must answer.

use super::{
    MEBIBYTE,
    support::{Account, Answer, PASSWORD, Request, Shop},
    tables::Tables,
};
use serde_json::{Value, json};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

/// How long an address is taken, as we take it: hyper's own end is at 65,534 bytes.
const ADDRESS: usize = 60_000;

/// The lists that can be sorted, and by what.
const LISTS: [(&str, &[&str]); 6] = [
    ("/products", &["id", "name", "description", "price_cents", "stock", "created_at", "updated_at"]),
    ("/catalog", &["id", "name", "description", "price_cents", "stock", "created_at", "updated_at"]),
    ("/users", &["id", "username", "email", "age", "role", "created_at", "updated_at"]),
    ("/posts", &["id", "author_id", "title", "content", "created_at", "updated_at"]),
    ("/posts/1/comments", &["id", "post_id", "author_id", "comment", "created_at"]),
    ("/orders", &["id", "user_id", "product_id", "quantity", "price_cents", "total_cents", "created_at"]),
];

/// Somebody with every right, who knows what should stand in the tables.
pub(crate) struct Attacker<'a> {
    shop: &'a Shop,
    root: String,
    me: Account,
    key: String,
    /// Name and description of each product.
    products: RefCell<Vec<[String; 2]>>,
    counts: RefCell<BTreeMap<String, usize>>,
    found: Cell<usize>,
    accepted: Cell<usize>,
}

impl<'a> Attacker<'a> {
    pub(crate) fn new(shop: &'a Shop) -> Self {
        let (me, root) = (shop.newcomer(), shop.login("root", PASSWORD));
        let post = shop.post("/posts").token(&me.token).json(&json!({"title": "t", "content": "c"})).send().is(201);
        assert_eq!(post.json()["id"], 1);
        shop.post("/posts/1/comments").token(&me.token).json(&json!({"comment": "c"})).send().is(201);
        let key = json!({"name": "k", "rate_limit": "1000/hour"});
        let key = shop.post("/api-keys").token(&me.token).json(&key).send().is(201).json();
        let listed = shop.get("/products?per_page=100").send().is(200).json();
        let text = |product: &Value, name: &str| product[name].as_str().expect("a product has it").to_owned();
        let products = listed["items"].as_array().expect("a page has items").iter();
        Self {
            shop,
            root,
            me,
            key: text(&key, "key"),
            products: RefCell::new(products.map(|of| [text(of, "name"), text(of, "description")]).collect()),
            counts: RefCell::default(),
            found: Cell::new(0),
            accepted: Cell::new(0),
        }
    }

    /// What stands in the tables when the attack begins.
    pub(crate) fn begins_with(&self, tables: &Tables) {
        *self.counts.borrow_mut() = tables.counts();
    }

    /// Writes a text everywhere.
    pub(crate) fn strike(&self, text: &str) {
        let start = prefix(text);
        self.queries(start);
        self.search(start);
        self.paths(start);
        self.credentials(text);
        self.bodies(text);
        // Now something may hold it.
        self.search(start);
        if start.len() < text.len() {
            let answer = self.send(self.shop.get(&format!("/products/search?query={}", encoded(text))), text);
            assert!(matches!(answer.status, 414 | 422 | 431), "{answer:?}");
        }
    }

    /// Each row that was there is there, and the new ones are those that were answered with 201.
    #[track_caller]
    pub(crate) fn has_added_only_what_was_accepted(&self, before: &Tables, now: &Tables) {
        now.keep(before);
        let counts = now.counts();
        let expected = self.counts.replace(counts.clone());
        assert_eq!(counts, expected);
    }

    /// The attack was none if the shop has refused all of it before asking its database.
    pub(crate) fn has_reached_the_database(&self) {
        let (found, accepted) = (self.found.get(), self.accepted.get());
        assert!(found > 5 && accepted > 20, "{found} found, {accepted} accepted");
    }

    fn queries(&self, text: &str) {
        let value = encoded(text);
        for (list, columns) in LISTS {
            let ask = |query: &str| {
                let request = self.shop.get(&format!("{list}?{query}"));
                let request =
                    if list == "/catalog" { request.header("x-api-key", &self.key) } else { request.token(&self.root) };
                let answer = self.send(request, text);
                assert!(answer.body.len() < MEBIBYTE, "{list}?{query:.80}: {}", answer.body.len());
                answer.status
            };
            let expected = |is_good: bool| if is_good { 200 } else { 422 };
            assert_eq!(ask(&format!("order_by={value}")), expected(columns.contains(&text)), "{list} {text:?}");
            assert_eq!(ask(&format!("order_by=id&direction={value}")), expected(matches!(text, "asc" | "desc")));
            assert_eq!(ask(&format!("order_by={value}&order_by=id")), 422);
            for name in ["page", "per_page"] {
                let status = ask(&format!("{name}={value}"));
                assert_eq!(status, expected(status == 200 && text.parse::<u64>().is_ok()), "{list} {name} {text:?}");
            }
        }
        let events = format!("/admin/security/events?event_type={value}");
        assert_eq!(self.send(self.shop.get(&events).token(&self.root), text).status, 422);
    }

    /// What is found is what holds the text, and nothing beside it.
    fn search(&self, text: &str) {
        let answer = self.send(self.shop.get(&format!("/products/search?query={}", encoded(text))), text);
        let is_taken = (1..=100).contains(&text.chars().count());
        if text.contains('\0') {
            assert!(matches!(answer.status, 200 | 422), "{text:?}: {answer:?}");
        } else if is_taken {
            let wanted = text.to_ascii_lowercase();
            let holds = |product: &&[String; 2]| product.iter().any(|of| of.to_ascii_lowercase().contains(&wanted));
            let total = self.products.borrow().iter().filter(holds).count();
            assert_eq!(answer.json()["total"], total, "{text:?}: {answer:?}");
            self.found.set(self.found.get() + usize::from(total > 0));
        } else {
            assert_eq!(answer.status, 422, "{text:?}: {answer:?}");
        }
    }

    fn paths(&self, text: &str) {
        let (id, is_number) = (encoded(text), text.parse::<i64>().is_ok());
        for path in ["/users", "/products", "/posts", "/orders", "/posts/{}/comments"] {
            let path = if path.contains("{}") { path.replace("{}", &id) } else { format!("{path}/{id}") };
            let answer = self.send(self.shop.get(&path).token(&self.root), text);
            assert!(answer.status == 404 || (is_number && answer.status == 200), "{path:.100}: {answer:?}");
        }
        // What a number does here is what it should.
        if !is_number {
            let (ban, names) = (json!({"banned": true}), json!({"username": "eve", "email": "eve@example.org"}));
            let comment = json!({"comment": "c"});
            for (method, path, body) in [
                ("DELETE", format!("/users/{id}"), None),
                ("DELETE", format!("/api-keys/{id}"), None),
                ("PUT", format!("/users/{id}"), Some(&names)),
                ("PUT", format!("/users/{id}/ban"), Some(&ban)),
                ("POST", format!("/posts/{id}/comments"), Some(&comment)),
            ] {
                let request = self.shop.request(method, &path).token(&self.root);
                let answer = self.send(
                    body.map_or(request, |body| self.shop.request(method, &path).token(&self.root).json(body)),
                    text,
                );
                assert!(matches!(answer.status, 404 | 405), "{method} {path:.100}: {answer:?}");
            }
        }
    }

    /// In a header, as far as it can stand in one.
    fn credentials(&self, text: &str) {
        let text: String = text.chars().filter(|c| (' '..='~').contains(c)).take(4000).collect();
        for (path, name, value) in [
            ("/me", "authorization", format!("Bearer {text}")),
            ("/me", "authorization", format!("Bearer {}{text}", self.me.token)),
            ("/catalog", "x-api-key", format!("x{text}")),
            ("/catalog", "x-api-key", format!("{}x{text}", self.key)),
        ] {
            if value.trim_end() == format!("Bearer {}", self.me.token) {
                continue;
            }
            let answer = self.send(self.shop.get(path).header(name, &value), &text);
            assert_eq!(answer.status, 401, "{name}: {value:?}: {answer:?}");
        }
    }

    fn bodies(&self, text: &str) {
        let (me, root) = (Some(&self.me.token), Some(&self.root));
        let own = format!("/users/{}", self.me.id);
        let username = format!("eve_{}", self.counts.borrow()["users"]);
        let email = format!("{username}@example.org");
        let user = json!({"username": username, "email": email, "password": "Eve-Is-Here-9", "age": 30});
        for (method, target, token, body, table) in [
            ("POST", "/users", None, user, "users"),
            ("PUT", &own, me, json!({"username": self.me.username, "email": self.me.email}), ""),
            ("POST", "/auth/refresh", None, json!({"refresh_token": "t"}), ""),
            ("POST", "/posts", me, json!({"title": "t", "content": "c"}), "posts"),
            ("POST", "/posts/1/comments", me, json!({"comment": "c"}), "comments"),
            // Never one that is good: what it would change is told elsewhere.
            ("POST", "/orders", me, json!({"product_id": 1, "quantity": 101}), ""),
            ("PUT", "/users/2/ban", root, json!({"banned": "yes"}), ""),
            ("POST", "/api-keys", me, json!({"name": "n", "rate_limit": "1/hour"}), "api_keys"),
            (
                "POST",
                "/products",
                root,
                json!({"name": "n", "description": "d", "price_cents": 1, "stock": 1}),
                "products",
            ),
        ] {
            for name in body.as_object().expect("a body is an object").keys() {
                let mut body = body.clone();
                body[name.as_str()] = text.into();
                let request = self.shop.request(method, target);
                let request = token.map_or(self.shop.request(method, target), |token| request.token(token));
                let answer = self.send_body(request, &body, text);
                if answer.status == 201 {
                    self.accept(table, &body, &answer);
                } else if (method, answer.status) != ("PUT", 200) {
                    assert!(matches!(answer.status, 401 | 409 | 413 | 422), "{target} {name} {text:?}: {answer:?}");
                }
            }
        }
        for (username, password) in [(text, text), ("root", text), (text, PASSWORD)] {
            let body = json!({"username": username, "password": password});
            let answer = self.send_body(self.shop.post("/auth/login"), &body, text);
            assert!(matches!(answer.status, 401 | 413 | 422), "{body:.100}: {answer:?}");
        }
    }

    /// Notes that a row has been added, which holds what was written.
    fn accept(&self, table: &str, body: &Value, answer: &Answer) {
        *self.counts.borrow_mut().get_mut(table).expect("only what has a table makes rows") += 1;
        self.accepted.set(self.accepted.get() + 1);
        let texts: &[&str] = match table {
            "products" => &["name", "description"],
            "users" => &["username", "email"],
            "posts" => &["title"],
            _ => return,
        };
        let at = answer.header("location").expect("it is somewhere").to_owned();
        let kept = self.send(self.shop.get(&at).token(&self.root), &at);
        assert_eq!(kept.status, 200, "{kept:?}");
        let kept = kept.json();
        for name in texts {
            assert_eq!(kept[name], body[name], "{name} of {at}");
        }
        if table == "products" {
            let text = |name: &str| body[name].as_str().expect("it is a text").to_owned();
            self.products.borrow_mut().push([text("name"), text("description")]);
        }
    }

    #[track_caller]
    fn send_body(&self, request: Request, body: &Value, text: &str) -> Answer {
        let body = body.to_string();
        let is_too_long = body.len() > MEBIBYTE;
        let answer = self.send(request.text(body), text);
        assert_eq!(answer.status == 413, is_too_long, "{answer:?}");
        answer
    }

    /// The answer: no failure, nothing of the database's, and no limit that would hide what is behind it.
    #[track_caller]
    fn send(&self, request: Request, text: &str) -> Answer {
        let answer = request.try_send().unwrap_or_else(|error| panic!("no answer to {text:.200?}: {error}"));
        assert!(answer.status < 500 && answer.status != 429, "{text:.200?}: {answer:?}");
        // What the caller wrote may be told to the caller.
        let is_sql = ["SELECT ", "INSERT ", "UPDATE "].iter().any(|word| text.contains(word));
        // hyper's own refusal of what is no HTTP is bare.
        if answer.status >= 400 && !is_sql && answer.header("x-request-id").is_some() {
            answer.is_dressed();
        }
        answer
    }
}

/// As much of it as an address can hold.
fn prefix(text: &str) -> &str {
    &text[..text.floor_char_boundary(ADDRESS / 3)]
}

/// As it stands in an address: every byte encoded.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
