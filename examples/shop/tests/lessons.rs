//! What the framework that gave the idea gets wrong, and what holds here: a test for each lesson that a socket can show.

mod support;

use reroute::sea_orm::sea_query::Table;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use support::{PASSWORD, Shop, at_once, command, newcomer, soak, unique};

/// A shop that has lost a table: whoever asks for it gets a 500.
fn broken(table: &'static str) -> Shop {
    let shop = Shop::start();
    shop.execute(Table::rename().table(table, "lost"));
    shop
}

#[test]
fn lesson_status_codes_are_on_the_wire() {
    let shop = Shop::shared();
    let ada = shop.login("ada", PASSWORD);
    for (answer, status) in [
        (shop.get("/me").send(), 401),
        (shop.get("/users").token(&ada).send(), 403),
        (shop.get("/products/0").send(), 404),
        (shop.post("/me").send(), 405),
        (shop.post("/users").json(&json!({})).send(), 422),
    ] {
        let answer = answer.is(status);
        assert!(answer.json().is_object(), "{answer:?}");
    }
}

#[test]
fn lesson_authorization_lets_nobody_in_who_may_not() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let [id, token] = [account.id.to_string(), account.token];
    for (method, path) in
        [("GET", "/users".to_owned()), ("POST", "/products".into()), ("DELETE", format!("/users/{id}"))]
    {
        shop.request(method, &path).send().is(401);
        shop.request(method, &path).token(&token).send().is(403);
    }
    shop.get(&format!("/users/{id}")).token(&token).send().is(200);
}

#[test]
fn lesson_authorization_that_errs_denies() {
    let shop = Shop::start();
    let token = shop.login("root", PASSWORD);
    shop.execute(Table::rename().table("auth_families", "lost"));
    for (method, path) in [("GET", "/me"), ("GET", "/users"), ("GET", "/users/1"), ("DELETE", "/users/1")] {
        let answer = shop.request(method, path).token(&token).send();
        assert!(matches!(answer.status, 500 | 503), "{answer:?}");
        answer.is_dressed();
    }
    shop.execute(Table::rename().table("lost", "auth_families"));
    shop.get("/me").token(&token).send().is(200);
}

#[test]
fn lesson_identity_belongs_to_one_request() {
    let shop = Shop::shared();
    let names = ["ada", "bob", "mod", "root"];
    let tokens = names.map(|name| shop.login(name, PASSWORD));
    at_once(4, |nth| {
        for _ in 0..50 * soak() {
            let me = shop.get("/me").token(&tokens[nth]).send().is(200).json();
            assert_eq!(me["username"], names[nth]);
        }
    });
}

#[test]
fn lesson_cache_key_tells_routes_queries_and_callers_apart() {
    let shop = Shop::shared();
    let [ada, bob] = ["ada", "bob"].map(|name| shop.login(name, PASSWORD));
    for _ in 0..2 {
        let bodies = [
            shop.get("/me").token(&ada).send().is(200).text(),
            shop.get("/me").token(&bob).send().is(200).text(),
            shop.get("/products/1").send().is(200).text(),
            shop.get("/products/2").send().is(200).text(),
            shop.get("/products").send().is(200).text(),
            shop.get("/products?page=2").send().is(200).text(),
            shop.get("/products?order_by=name").send().is(200).text(),
            shop.get("/health").send().is(200).text(),
        ];
        for (nth, body) in bodies.iter().enumerate() {
            assert!(!bodies[..nth].contains(body), "{body}");
        }
        shop.get("/me").send().is(401);
    }
}

#[test]
fn lesson_cache_content_holds_no_errors() {
    let shop = Shop::start();
    shop.get("/products/31").send().is(404);
    let new = json!({"name": "Hat", "description": "", "price_cents": 1, "stock": 1});
    let root = shop.login("root", PASSWORD);
    shop.post("/products").token(&root).json(&new).send().is(201);
    shop.get("/products/31").send().is(200);
}

#[test]
fn lesson_parameters_hold_what_is_declared() {
    let shop = Shop::shared();
    for query in ["page=0", "per_page=101", "per_page=x", "order_by=x", "direction=x"] {
        shop.get(&format!("/products?{query}")).send().is(422);
    }
    shop.get("/products/x").send().is(404);
    let mut new = newcomer();
    new["age"] = json!(12);
    assert_eq!(shop.post("/users").json(&new).send().fields(), ["age"]);
}

#[test]
fn lesson_hooks_authentication_comes_before_parsing() {
    let shop = Shop::shared();
    for body in ["{", "[]", "{\"username\":1}"] {
        shop.put("/users/1").text(body).send().is(401);
        shop.put("/users/1").text(body).token("wrong").send().is(401);
        shop.post("/products").text(body).send().is(401);
    }
    shop.put("/users/x").text("{").send().is(401);
    shop.get("/users?page=0&page=0").send().is(401);
}

#[test]
fn lesson_validation_answers_echo_no_password() {
    let shop = Shop::shared();
    let secret = "zqxmarker";
    let long = secret.repeat(100);
    for password in [json!(secret), json!(long), json!([secret]), json!({secret: secret}), json!({"a": {"b": secret}})]
    {
        let mut new = newcomer();
        new["password"] = password.clone();
        let credentials = json!({"username": "ada", "password": password});
        let update = json!({"username": "ada", "email": "ada@example.com", "password": password});
        for answer in [
            shop.post("/users").json(&new).send(),
            shop.post("/auth/login").json(&credentials).send(),
            shop.put("/users/1").token(&shop.login("ada", PASSWORD)).json(&update).send(),
        ] {
            assert!(matches!(answer.status, 401 | 422), "{answer:?}");
            assert!(!answer.text().contains(secret), "{answer:?}");
            answer.is_dressed();
        }
    }
}

#[test]
fn lesson_environment_has_one_source() {
    let home = tempfile::tempdir().expect("a directory can be made");
    for name in ["prod", "Production", "testing", "", " test"] {
        let ended = command(home.path()).env("REROUTE_ENV", name).output().expect("the shop can be started");
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(1), "{name}: {said}");
        assert!(said.contains("REROUTE_ENV"), "{name}: {said}");
    }
}

#[test]
fn lesson_headers_are_on_every_answer() {
    let shop = broken("products");
    shop.get("/products/1").send().is(500);
    shop.post("/users").text("").header("content-length", "1048577").send().is(413);
    shop.request("OPTIONS", "/users").header("origin", "https://example.org").send().is(204);
    shop.request("HEAD", "/nothing").send().is(404);
    let answer = shop.get("/health").send().is(200);
    // A browser ignores the whole of a policy that is no structured dictionary of `feature=(allow list)`.
    let policy = answer.header("permissions-policy").unwrap_or_default();
    for item in policy.split(',').map(str::trim) {
        let (feature, list) = item.split_once('=').unwrap_or_else(|| panic!("{policy}"));
        assert!(feature.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{policy}");
        assert!(list.starts_with('(') && list.ends_with(')'), "{policy}");
    }
}

#[test]
fn lesson_body_limit_counts_chunks() {
    let shop = Shop::shared();
    let big = vec![b' '; 1_048_577];
    shop.post("/users").text(&big).chunked().send().is(413);
    shop.get("/health").body(&big).chunked().send().is(413);
    shop.post("/users").text(&big).header("content-length", "1048577").send().is(413);
}

#[test]
fn lesson_blocking_hashing_stops_nobody_else() {
    // With a single async thread, a hash on it would let nobody else through.
    let shop = Shop::start_with(&[("TOKIO_WORKER_THREADS", "1")]);
    let under_way = AtomicUsize::new(24);
    let answered = at_once(25, |nth| {
        if nth > 0 {
            // Hashes as every login does, and writes nothing.
            shop.post("/auth/login").json(&json!({"username": unique("nobody"), "password": PASSWORD})).send().is(401);
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
    assert!(answered[0] > 24, "{answered:?}");
}

#[test]
fn lesson_loading_private_files_are_no_routes() {
    let shop = Shop::shared();
    let root = shop.login("root", PASSWORD);
    for path in
        ["/routes", "/models", "/index", "/users/index", "/users/[id]", "/users/{id}", "/src/main.rs", "/users.rs"]
    {
        shop.get(path).token(&root).send().is(404);
    }
}

#[test]
fn lesson_errors_say_nothing_internal() {
    let shop = broken("products");
    let answer = shop.get("/products").send().is(500);
    let text = answer.text();
    for inner in ["products", "table", "lost", "column", "sqlite", "query", "Exec"] {
        assert!(!text.contains(inner), "{inner}: {text}");
    }
    let root = shop.login("root", PASSWORD);
    let new = json!({"name": "Hat", "description": "zqxmarker", "price_cents": 1, "stock": 1});
    let text = shop.post("/products").token(&root).json(&new).send().is(500).text();
    assert!(!text.contains("zqxmarker") && !text.contains("lost"), "{text}");
}

#[test]
fn lesson_errors_keep_www_authenticate() {
    let shop = Shop::shared();
    let credentials = json!({"username": "ada", "password": "Wrong-Horse-7"});
    for answer in [
        shop.get("/me").send(),
        shop.get("/me").token("wrong").send(),
        shop.get("/me").header("authorization", "Basic YTpi").send(),
        shop.post("/auth/login").json(&credentials).send(),
        shop.request("HEAD", "/me").send(),
    ] {
        let answer = answer.is(401);
        assert_eq!(answer.all("www-authenticate").len(), 1, "{answer:?}");
    }
}

#[test]
fn lesson_order_by_is_exact() {
    let shop = Shop::shared();
    for honest in ["name", "description", "created_at", "updated_at", "price_cents"] {
        shop.get(&format!("/products?order_by={honest}")).send().is(200);
    }
    for other in ["Name", "NAME", "name%20", "%20name", "names", "nam", "created_At", "name,id", "1", "name%20desc"] {
        shop.get(&format!("/products?order_by={other}")).send().is(422);
    }
    let root = shop.login("root", PASSWORD);
    for private in ["password_hash", "banned"] {
        let text = shop.get(&format!("/users?order_by={private}")).token(&root).send().is(422).text();
        assert_eq!(text.matches(private).count(), 1, "{text}");
    }
}

#[test]
fn lesson_models_update_takes_declared_inputs_only() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let path = format!("/users/{}", account.id);
    let before = shop.get(&path).token(&account.token).send().is(200).json();
    for name in ["role", "is_admin", "isAdmin", "id", "password_hash", "banned", "age", "created_at", "updated_at"] {
        let mut body = json!({"username": unique("climber"), "email": account.email});
        body[name] = json!(1);
        assert_eq!(shop.put(&path).token(&account.token).json(&body).send().fields(), [name]);
    }
    assert_eq!(shop.get(&path).token(&account.token).send().is(200).json(), before);
}

/// All names of members in `json`, at any depth.
fn members(json: &Value, names: &mut Vec<String>) {
    match json {
        Value::Object(object) => {
            for (name, value) in object {
                names.push(name.clone());
                members(value, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| members(item, names)),
        _ => {}
    }
}

#[test]
fn lesson_models_private_columns_never_leave() {
    let shop = Shop::shared();
    let root = shop.login("root", PASSWORD);
    let mut names = Vec::new();
    for path in ["/users?per_page=100", "/users/1", "/me", "/products", "/products/1"] {
        members(&shop.get(path).token(&root).send().is(200).json(), &mut names);
    }
    members(&shop.post("/users").json(&newcomer()).send().is(201).json(), &mut names);
    for private in ["password", "password_hash", "banned", "hash", "digest"] {
        assert!(!names.iter().any(|name| name == private), "{private}: {names:?}");
    }
}

#[test]
fn lesson_api_keys_and_other_secrets_are_not_kept_in_clear() {
    let shop = Shop::start();
    let account = shop.newcomer();
    let new = json!({"name": "ci", "rate_limit": "100/hour"});
    let made = shop.post("/api-keys").token(&account.token).json(&new).send().is(201).json();
    let key = made["key"].as_str().expect("it is shown once");
    let files = std::fs::read_dir(shop.home()).expect("the home can be read");
    let mut kept = shop.database_bytes();
    kept.extend(files.flat_map(|file| std::fs::read(file.expect("a file").path()).expect("it can be read")));
    let holds = |text: &str| kept.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds(&account.username));
    assert!(!holds(PASSWORD) && !holds(&account.token) && !holds(&account.refresh_token) && !holds(&key[12..]));
}

#[test]
fn lesson_api_keys_have_a_limit_of_their_own() {
    let shop = Shop::start();
    let account = shop.newcomer();
    let keys = ["2/hour", "100/hour"].map(|rate| {
        let new = json!({"name": "ci", "rate_limit": rate});
        let made = shop.post("/api-keys").token(&account.token).json(&new).send().is(201).json();
        made["key"].as_str().expect("it is shown once").to_owned()
    });
    // The limits of this shop are counted and told, and refuse nobody.
    let told = |key: &str| {
        let answer = shop.get("/catalog").header("x-api-key", key).send().is(200);
        answer.header("ratelimit-policy").expect("it tells them").to_owned()
    };
    assert_eq!(told(&keys[0]), "\"api-key\";q=2;w=3600, \"api-keys\";q=1000;w=3600");
    assert_eq!(told(&keys[1]), "\"api-key\";q=100;w=3600, \"api-keys\";q=1000;w=3600");
}

#[test]
fn lesson_tokens_a_weak_secret_starts_nothing() {
    let home = tempfile::tempdir().expect("a directory can be made");
    for weak in ["x", "secret", "another-secret-key", &"a".repeat(64)] {
        let ended = command(home.path()).env("JWT_SECRET", weak).output().expect("the shop can be started");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.code() == Some(1) && said.contains("JWT_SECRET"), "{said}");
    }
}
