//! S5 to S8: what the bare stack lets pass.

use super::support::{PASSWORD, Shop, newcomer};

#[test]
fn attack_s5_the_limit_of_a_body_bites_where_nobody_reads_it() {
    let shop = Shop::shared();
    let big = vec![b'x'; 3_000_000];
    shop.get("/health").body(&big).send().is(413);
    shop.get("/health").body(&big).chunked().send().is(413);
    let token = shop.login("ada", PASSWORD);
    shop.post("/auth/logout").token(&token).body(&big).chunked().send().is(413);
    shop.get("/me").token(&token).send().is(200);
}

#[test]
fn attack_s6_json_is_taken_by_its_name_and_to_the_letter() {
    let shop = Shop::shared();
    let new = newcomer().to_string();
    shop.post("/users").text(new.replacen('{', "{\"unknown\":1,", 1)).send().is(422);
    shop.post("/users").text("[\"somebody\",\"a@example.org\",\"Correct-Horse-7\",30]").send().is(422);
    shop.post("/users").text(new.replacen('{', "{\"age\":20,", 1)).send().is(400);
    shop.post("/users").header("content-type", "application/json; charset=utf-16").body(&new).send().is(415);
    let text = shop.post("/users").text("{\"age\":\"x\"}").send().is(422).text();
    for inner in ["invalid type", "expected i32", "line 1", "column"] {
        assert!(!text.contains(inner), "{text}");
    }
}

#[test]
fn attack_s7_a_path_is_matched_as_it_stands() {
    let shop = Shop::shared();
    let root = shop.login("root", PASSWORD);
    for path in [
        "/%6de",
        "//me",
        "/./me",
        "/x/../me",
        "/ME",
        "/users/%2e%2e%2fme",
        "/users/..%2fme",
        "/users/%00",
        "/users/1%00",
    ] {
        shop.get(path).token(&root).send().is(404);
    }
}

#[test]
fn attack_s8_two_lengths_end_the_connection() {
    let shop = Shop::shared();
    let inner = "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n";
    for lengths in [
        format!("content-length: {}\r\ntransfer-encoding: chunked", 5 + inner.len()),
        format!("transfer-encoding: chunked\r\ncontent-length: {}", 5 + inner.len()),
    ] {
        let mut connection = shop.connect();
        connection.write(format!("POST /auth/login HTTP/1.1\r\nhost: localhost\r\n{lengths}\r\n\r\n0\r\n\r\n{inner}"));
        let answer = connection.answer();
        assert!((400..500).contains(&answer.status), "{answer:?}");
        // What follows belongs to the body or to nobody; it is no request of its own.
        connection.finish();
        let rest = String::from_utf8_lossy(&connection.rest()).into_owned();
        assert!(rest.is_empty(), "{rest}");
    }
}

#[test]
fn attack_s8_only_declared_methods_are_answered() {
    let shop = Shop::shared();
    for method in ["TRACE", "FOO", "PATCH", "get", "PROPFIND", "GETT"] {
        let answer = shop.request(method, "/health").header("x-secret", "zqxmarker").send().is(405);
        assert!(!answer.text().contains("zqxmarker"), "{answer:?}");
    }
    shop.request("HEAD", "/health").send().is(200);
}

#[test]
fn attack_s8_an_upgrade_is_not_taken() {
    let shop = Shop::shared();
    for protocol in ["h2c", "websocket", "TLS/1.2"] {
        let mut connection = shop.connect();
        connection.write(format!(
            "GET /me HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade, http2-settings, close\r\nupgrade: {protocol}\r\nhttp2-settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n"
        ));
        connection.answer().is(401);
    }
}
