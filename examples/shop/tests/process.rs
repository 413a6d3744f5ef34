//! The binary itself: its command line, its start, its end, and what outlives it.

mod support;

use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    net::TcpListener,
    path::Path,
    process::Output,
    sync::{Mutex, PoisonError},
};
use support::{Connection, PASSWORD, Shop, at_once, command, kill, newcomer, soak, unique};
use tempfile::TempDir;

fn home() -> TempDir {
    tempfile::tempdir().expect("a directory can be made")
}

fn run(home: &Path, words: &[&str], environment: &[(&str, &str)]) -> Output {
    command(home).args(words).envs(environment.iter().copied()).output().expect("the shop can be started")
}

/// The start is refused with 1, and says so in plain lines that hold all of `words`.
#[track_caller]
fn is_refused(ended: &Output, words: &[&str]) {
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(ended.stdout.is_empty(), "{ended:?}");
    for word in words {
        assert!(said.contains(word), "{word}: {said}");
    }
    for noise in ["panicked", "backtrace", ".rs:", "listening on"] {
        assert!(!said.contains(noise), "{noise}: {said}");
    }
}

#[test]
fn routes_prints_every_route_with_its_access() {
    let home = home();
    let ended = run(home.path(), &["routes"], &[]);
    assert!(ended.status.success(), "{ended:?}");
    let listing = String::from_utf8(ended.stdout).expect("a listing is text");
    let rows: Vec<Vec<&str>> = listing.lines().map(|line| line.split_whitespace().take(3).collect()).collect();
    for row in [
        ["POST", "/auth/login", "public"],
        ["POST", "/auth/logout", "signed"],
        ["GET", "/health", "public"],
        ["GET", "/me", "signed"],
        ["GET", "/orders", "signed"],
        ["POST", "/orders", "signed"],
        ["GET", "/orders/{id}", "signed"],
        ["GET", "/posts", "public"],
        ["POST", "/posts", "signed"],
        ["GET", "/posts/{id}", "public"],
        ["GET", "/posts/{id}/comments", "public"],
        ["POST", "/posts/{id}/comments", "signed"],
        ["GET", "/products", "public"],
        ["POST", "/products", "admin"],
        ["GET", "/products/{id}", "public"],
        ["GET", "/ready", "public"],
        ["POST", "/users", "public"],
        ["GET", "/users", "admin|moderator"],
        ["GET", "/users/{id}", "signed"],
        ["PUT", "/users/{id}", "signed"],
        ["DELETE", "/users/{id}", "admin"],
        ["PUT", "/users/{id}/ban", "moderator|admin"],
    ] {
        assert_eq!(rows.iter().filter(|other| **other == row).count(), 1, "{row:?}: {listing}");
    }
    // Looking needs no database and makes none.
    assert!(std::fs::read_dir(home.path()).is_ok_and(|mut files| files.next().is_none()));
}

#[test]
fn an_unknown_command_or_word_is_refused() {
    let home = home();
    is_refused(&run(home.path(), &["frobnicate"], &[]), &["frobnicate", "serve", "routes", "user"]);
    is_refused(&run(home.path(), &["rutes"], &[]), &["rutes", "did you mean `routes`"]);
    is_refused(&run(home.path(), &["routes", "please"], &[]), &["routes", "please"]);
    is_refused(&run(home.path(), &["serve", "7376"], &[]), &["serve", "7376"]);
    is_refused(&run(home.path(), &["a\u{1b}[31m\nb"], &[]), &["a"]);
}

#[test]
fn an_account_is_promoted_by_name_to_a_known_role() {
    let shop = Shop::start();
    let promote = |words: &[&str]| run(shop.home(), &[&["user"], words].concat(), &[]);
    assert!(promote(&["promote", "ada", "--role", "admin"]).status.success());
    assert_eq!(shop.get("/me").token(&shop.login("ada", PASSWORD)).send().is(200).json()["role"], "admin");
    is_refused(&promote(&["promote", "nobody", "--role", "admin"]), &["no account"]);
    is_refused(&promote(&["promote", "bob", "--role", "emperor"]), &["role", "customer", "moderator", "admin"]);
    for words in [&[][..], &["promote"], &["promote", "bob"], &["promote", "bob", "admin"], &["demote", "bob"]] {
        is_refused(&promote(words), &["shop user promote NAME --role ROLE"]);
    }
    assert_eq!(shop.get("/me").token(&shop.login("bob", PASSWORD)).send().is(200).json()["role"], "customer");
}

#[test]
fn a_wrong_setting_is_refused_by_its_name() {
    let home = home();
    for name in ["prod", "staging", "TEST", "", "production "] {
        is_refused(
            &run(home.path(), &[], &[("REROUTE_ENV", name)]),
            &["REROUTE_ENV", "production", "development", "test"],
        );
    }
    for port in ["x", "", "-1", "65536", "80 ", "7376.0", "0x50"] {
        is_refused(&run(home.path(), &["serve"], &[("REROUTE_PORT", port)]), &["REROUTE_PORT"]);
    }
    for host in ["nowhere", "", "127.0.0.1:80", "http://127.0.0.1"] {
        is_refused(&run(home.path(), &[], &[("REROUTE_HOST", host)]), &["REROUTE_HOST"]);
    }
    // All reasons come at once, a line each.
    let ended = run(home.path(), &[], &[("REROUTE_ENV", "prod"), ("REROUTE_PORT", "x"), ("REROUTE_HOST", "y")]);
    is_refused(&ended, &["REROUTE_ENV", "REROUTE_PORT", "REROUTE_HOST"]);
    assert_eq!(String::from_utf8_lossy(&ended.stderr).lines().count(), 3);
}

#[test]
fn development_on_a_public_address_is_refused() {
    let home = home();
    let settings = [("REROUTE_ENV", "development"), ("REROUTE_HOST", "0.0.0.0")];
    is_refused(&run(home.path(), &[], &settings), &["REROUTE_ENV", "REROUTE_DEVELOPMENT_PUBLIC"]);
}

#[test]
fn a_port_that_is_taken_is_named() {
    let home = home();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = taken.local_addr().expect("it has an address").port().to_string();
    is_refused(&run(home.path(), &[], &[("REROUTE_PORT", &port)]), &[&format!("127.0.0.1:{port}")]);
}

#[test]
fn a_database_that_cannot_be_opened_is_told_without_its_password() {
    let home = home();
    let nowhere = format!("sqlite:{}", home.path().join("no/such/folder/shop.db").display());
    for url in [
        &nowhere,
        "nonsense",
        "mysql://u:zqxmarker@localhost/x",
        "postgres://u:zqxmarker@127.0.0.1:1/x",
        "postgres://u:zqxmarker@",
        "postgres://u:zqxmarker@[::/x",
    ] {
        let ended = run(home.path(), &[], &[("DATABASE_URL", url)]);
        is_refused(&ended, &["database"]);
        assert!(!String::from_utf8_lossy(&ended.stderr).contains("zqxmarker"), "{url}: {ended:?}");
    }
}

/// A sign-up of which the head and half of the body have arrived: the rest of the body.
fn half_sent(connection: &mut Connection) -> String {
    let new = newcomer().to_string();
    let (first, rest) = new.split_at(new.len() / 2);
    connection.write(format!(
        "POST /users HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        new.len()
    ));
    // The body is asked for: the request has reached its handler.
    assert_eq!(connection.answer().status, 100);
    connection.write(first);
    rest.to_owned()
}

#[test]
fn a_signal_ends_it_after_the_requests_under_way() {
    for signal in ["TERM", "INT"] {
        let mut shop = Shop::start();
        let (mut busy, mut idle, mut silent) = (shop.connect(), shop.connect(), shop.connect());
        idle.write("GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n");
        idle.answer().is(200);
        let rest = half_sent(&mut busy);
        kill(signal, shop.id());
        // Who does nothing is not waited for, and nobody new is let in.
        assert!(idle.rest().is_empty() && silent.rest().is_empty(), "{signal}");
        assert!(Connection::open(shop.address).is_err(), "{signal}");
        busy.write(rest);
        let answer = busy.answer().is(201);
        let (said, status) = shop.ended();
        assert_eq!(status.code(), Some(0), "{signal}: {said}");
        let location = answer.header("location").unwrap_or_default().to_owned();
        let shop = shop.restart();
        shop.get(&location).token(&shop.login("root", PASSWORD)).send().is(200);
    }
}

#[test]
fn a_second_start_keeps_what_is_there_and_seeds_nothing() {
    let shop = Shop::start();
    let root = shop.login("root", PASSWORD);
    let account = shop.newcomer();
    let bob = shop.get("/me").token(&shop.login("bob", PASSWORD)).send().is(200).json()["id"].clone();
    shop.request("DELETE", &format!("/users/{bob}")).token(&root).send().is(200);
    let hat = json!({"name": "Hat", "description": "", "price_cents": 1, "stock": 7});
    shop.post("/products").token(&root).json(&hat).send().is(201);
    shop.post("/auth/logout").token(&account.token).send().is(204);
    let lists = |shop: &Shop| {
        let root = shop.login("root", PASSWORD);
        ["/users?per_page=100", "/products?per_page=100"].map(|path| shop.get(path).token(&root).send().is(200).json())
    };
    let before = lists(&shop);
    let shop = shop.restart();
    assert_eq!(lists(&shop), before);
    // A restart revives nothing, and closes nobody out. Without a key of its own, what the shop signed before is worth nothing.
    for token in [&account.token, &root] {
        shop.get("/me").token(token).send().is(401);
    }
    shop.login(&account.username, PASSWORD);
}

/// The names of all accounts.
fn names(shop: &Shop) -> BTreeSet<String> {
    let root = shop.login("root", PASSWORD);
    let mut names = BTreeSet::new();
    for page in 1.. {
        let page = shop.get(&format!("/users?per_page=100&page={page}")).token(&root).send().is(200).json();
        let items = page["items"].as_array().cloned().unwrap_or_default();
        if items.is_empty() {
            assert_eq!(page["total"], names.len());
            break;
        }
        names.extend(items.iter().filter_map(|item| item["username"].as_str().map(str::to_owned)));
    }
    names
}

#[test]
fn what_was_acknowledged_outlives_a_sudden_end() {
    const CLIENTS: usize = 8;
    const EACH: usize = 50;
    let mut shop = Shop::start();
    let (asked, acknowledged) = (Mutex::new(names(&shop)), Mutex::new(names(&shop)));
    for _ in 0..4 * soak() {
        at_once(CLIENTS, |_| {
            loop {
                let new = newcomer();
                let name = new["username"].as_str().unwrap_or_default().to_owned();
                asked.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone());
                let Ok(answer) = shop.post("/users").json(&new).try_send() else { break };
                let mut acknowledged = acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
                assert_eq!(answer.status, 201, "{answer:?}");
                acknowledged.insert(name);
                if acknowledged.len() % EACH == 0 {
                    kill("KILL", shop.id());
                }
            }
        });
        shop = shop.restart();
        let there = names(&shop);
        let acknowledged = acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(acknowledged.is_subset(&there), "lost: {:?}", acknowledged.difference(&there));
        let asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(there.is_subset(&asked), "made up: {:?}", there.difference(&asked));
    }
}

#[test]
fn of_many_sign_ups_with_one_name_one_is_taken() {
    let shop = Shop::start();
    for field in ["username", "email"].repeat(soak()) {
        let same = newcomer()[field].clone();
        let mut statuses = at_once(16, |_| {
            let mut new = newcomer();
            new[field] = same.clone();
            let answer = shop.post("/users").json(&new).send();
            answer.is_dressed();
            answer.status
        });
        statuses.sort_unstable();
        assert_eq!(statuses[0], 201, "{statuses:?}");
        assert_eq!(statuses[1..], [409; 15], "{statuses:?}");
    }
    assert_eq!(names(&shop).len(), 4 + 2 * soak());
}

#[test]
fn sixteen_clients_that_write_at_once_are_all_served() {
    let shop = Shop::start();
    let root = shop.login("root", PASSWORD);
    let written: Vec<(String, Vec<Value>)> = at_once(16, |nth| {
        let account = shop.newcomer();
        let path = format!("/users/{}", account.id);
        let mut name = account.username.clone();
        let mut products = Vec::new();
        for round in 0..5 * soak() {
            name = unique("renamed");
            let update = json!({"username": name, "email": account.email});
            shop.put(&path).token(&account.token).json(&update).send().is(200);
            let product = json!({"name": name, "description": format!("{nth}, {round}"), "price_cents": 1, "stock": 1});
            products.push(shop.post("/products").token(&root).json(&product).send().is(201).json()["id"].clone());
            let token = shop.login(&name, PASSWORD);
            shop.post("/auth/logout").token(&token).send().is(204);
            assert_eq!(shop.get("/me").token(&account.token).send().is(200).json()["username"], name);
        }
        (name, products)
    });
    let there = names(&shop);
    assert!(written.iter().all(|(name, _)| there.contains(name)));
    let ids: BTreeSet<_> = written.iter().flat_map(|(_, products)| products).filter_map(Value::as_i64).collect();
    assert_eq!(ids.len(), 16 * 5 * soak());
    assert_eq!(shop.get("/products").send().is(200).json()["total"], 30 + ids.len());
}
