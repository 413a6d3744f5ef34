//! 61, and 90 to 96: bodies.

use super::support::{PASSWORD, Shop, newcomer};
use serde_json::{Value, json};

/// `newcomer()` as a text, with its age replaced.
fn aged(age: &str) -> String {
    newcomer().to_string().replace("\"age\":30", &format!("\"age\":{age}"))
}

#[test]
fn attack_61_json_under_another_name_is_never_parsed() {
    let shop = Shop::shared();
    let body = newcomer().to_string();
    for kind in [
        "text/plain",
        "text/plain; application/json",
        "text/plain;charset=application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=application/json",
        "application/json\ta",
        "application/json a",
        "application/json, text/plain",
        "application/json; charset=utf-7",
        "application/json;",
        "application/json; x",
        "application/jsonp",
        "xapplication/json",
        "application\\json",
        "application /json",
        "\"application/json\"",
    ] {
        shop.post("/users").header("content-type", kind).body(&body).send().is(415);
        shop.post("/auth/login").header("content-type", kind).body(&body).send().is(415);
    }
    shop.post("/users").body(&body).send().is(415);
    shop.post("/users").header("content-type", "text/plain").text(&body).send().is(415);
    shop.post("/users").text(&body).header("content-type", "application/json").send().is(415);
    shop.post("/users").text(&body).send().is(201);
}

#[test]
fn attack_90_a_length_over_the_limit_is_refused_unread() {
    let shop = Shop::shared();
    for path in ["/users", "/auth/login"] {
        let mut connection = shop.connect();
        connection.write(format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: 1048577\r\n\r\n"
        ));
        connection.answer().is(413);
    }
    shop.get("/health").header("content-length", "1048577").send().is(413);
}

#[test]
fn attack_90_chunks_over_the_limit_are_refused_where_nobody_reads_them() {
    let shop = Shop::shared();
    let big = vec![b'x'; 3_000_000];
    for path in ["/health", "/ready", "/products", "/products/1"] {
        shop.get(path).body(&big).chunked().send().is(413);
        shop.request("HEAD", path).body(&big).chunked().send().is(413);
    }
}

#[test]
fn attack_90_a_length_that_lies_is_400() {
    let shop = Shop::shared();
    let new = newcomer().to_string();
    let head = "POST /users HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    for length in [new.len() + 1, new.len() + 1000, new.len() - 1, 1] {
        let mut connection = shop.connect();
        connection.write(format!("{head}content-length: {length}\r\n\r\n{new}"));
        connection.finish();
        connection.answer().is(400);
    }
    // What is no length at all is no HTTP.
    for length in ["+5", "-1", "0x5", "5, 6", "five", "99999999999999999999999", "5\r\ncontent-length: 6"] {
        let mut connection = shop.connect();
        connection.write(format!("{head}content-length: {length}\r\n\r\n{new}"));
        let answer = connection.answer();
        assert!(matches!(answer.status, 400 | 413), "{length}: {answer:?}");
    }
    shop.post("/users").text(new).send().is(201);
}

#[test]
fn attack_91_a_body_that_only_says_it_is_compressed_is_not_taken() {
    let shop = Shop::shared();
    let new = newcomer().to_string();
    for (coding, status) in
        [("gzip", 400), ("br", 400), ("zstd", 400), ("deflate", 415), ("gzip, gzip", 415), ("x-unknown", 415)]
    {
        shop.post("/users").header("content-encoding", coding).text(&new).send().is(status);
    }
    shop.post("/users").header("content-encoding", "identity").text(&new).send().is(201);
}

#[test]
fn attack_92_odd_json_is_refused_in_our_own_words() {
    let shop = Shop::shared();
    for age in [
        "1e999",
        "1e-999",
        "9223372036854775808",
        "9007199254740993",
        "-0",
        "NaN",
        "Infinity",
        "0x1e",
        "03",
        "+30",
        "30e",
    ] {
        let answer = shop.post("/users").text(aged(age)).send();
        assert!(matches!(answer.status, 400 | 422), "{age}: {answer:?}");
        answer.is_dressed();
    }
    let new = newcomer().to_string();
    let name = |name: &str| new.replacen("\"username\":\"", &format!("\"username\":\"{name}"), 1);
    for body in [
        name("\\ud800"),
        name("\\udc00\\ud800"),
        name("\\x41"),
        name("\n"),
        name("\\u0000"),
        name("\\u00"),
        format!("\u{feff}{new}"),
        format!("{new}{new}"),
        format!("{new},"),
        format!("{new}\0"),
        new.replacen('{', "{\"age\":1,", 1),
        new.replacen('{', "{,", 1),
        new.replacen('{', "{/* */", 1),
        new.replacen('"', "'", 2),
        "[".repeat(10_000),
        format!("{{\"username\":{}", "{\"a\":".repeat(10_000)),
        format!("{{\"x\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000)),
    ] {
        let answer = shop.post("/users").text(&body).send();
        assert!(matches!(answer.status, 400 | 422), "{body:.60}: {answer:?}");
        answer.is_dressed();
    }
    shop.post("/users").text(new.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>()).send().is(400);
    shop.post("/users").text(new).send().is(201);
}

#[test]
fn attack_93_nothing_is_made_an_integer_that_is_none() {
    let shop = Shop::shared();
    for age in ["true", "false", "\"30\"", "30.0", "3e1", "null", "[30]", "\"\"", "30.000000000000001"] {
        assert_eq!(shop.post("/users").text(aged(age)).send().fields(), ["age"], "{age}");
    }
}

#[test]
fn attack_94_a_list_of_values_is_no_object() {
    let shop = Shop::shared();
    let root = shop.login("root", PASSWORD);
    shop.post("/users").json(&json!(["somebody", "somebody@example.org", PASSWORD, 30])).send().is(422);
    shop.post("/auth/login").json(&json!(["ada", PASSWORD])).send().is(422);
    shop.put("/users/1").token(&root).json(&json!(["somebody", "somebody@example.org"])).send().is(422);
    shop.post("/products").token(&root).json(&json!(["Hat", "", 1, 1])).send().is(422);
    shop.get("/me").token(&shop.login("ada", PASSWORD)).send().is(200);
}

#[test]
fn attack_95_unknown_fields_are_refused_by_any_name() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let path = format!("/users/{}", account.id);
    for name in [
        "isAdmin",
        "is_admin",
        "role[]",
        "user.role",
        "role",
        "Role",
        "USERNAME",
        "user_name",
        "__proto__",
        "$set",
        "id",
    ] {
        let mut update = json!({"username": account.username, "email": account.email});
        update[name] = json!("admin");
        assert_eq!(shop.put(&path).token(&account.token).json(&update).send().fields(), [name]);
        let mut new = newcomer();
        new[name] = json!({"role": "admin"});
        assert_eq!(shop.post("/users").json(&new).send().fields(), [name]);
        let mut credentials = json!({"username": "ada", "password": PASSWORD});
        credentials[name] = json!([]);
        assert_eq!(shop.post("/auth/login").json(&credentials).send().fields(), [name]);
    }
    assert_eq!(shop.get("/me").token(&account.token).send().is(200).json()["role"], "customer");
}

#[test]
fn attack_96_null_is_no_value_and_no_absence() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let path = format!("/users/{}", account.id);
    let before = shop.get(&path).token(&account.token).send().is(200).json();
    for name in ["username", "email", "id", "created_at", "owner"] {
        let mut update = json!({"username": account.username, "email": account.email});
        update[name] = Value::Null;
        assert_eq!(shop.put(&path).token(&account.token).json(&update).send().fields(), [name]);
    }
    assert_eq!(shop.get(&path).token(&account.token).send().is(200).json(), before);
}
