//! What may be sent as a body, and what becomes of the rest.

use super::support::{PASSWORD, Shop, newcomer};
use serde_json::{Value, json};

const LIMIT: usize = 1_048_576;

#[test]
fn json_is_json_by_any_right_name() {
    let shop = Shop::shared();
    for kind in [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "application/json ; charset=\"utf-8\"",
    ] {
        let body = newcomer().to_string();
        shop.post("/users").header("content-type", kind).body(body).send().is(201);
    }
}

#[test]
fn a_wrong_or_missing_content_type_is_415() {
    let shop = Shop::shared();
    let body = newcomer().to_string();
    for kind in [
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/json, text/plain",
        "application/jsonx",
        "application/octet-stream",
        "*/*",
        "json",
        "",
    ] {
        shop.post("/users").header("content-type", kind).body(&body).send().is(415);
    }
    shop.post("/users").body(&body).send().is(415);
    shop.post("/users").send().is(415);
    shop.post("/users").text(&body).header("content-type", "text/plain").send().is(415);
    // Nothing of it was taken.
    shop.post("/users").text(&body).send().is(201);
}

#[test]
fn malformed_json_is_400() {
    let shop = Shop::shared();
    let whole = newcomer().to_string();
    let half = &whole[..whole.len() / 2];
    let bom = format!("\u{feff}{whole}");
    let twice = format!("{whole}{whole}");
    let tail = format!("{whole} x");
    let comma = whole.replace('}', ",}");
    for body in
        ["", " ", "{", "}", "nul", "'x'", "{a:1}", "{\"a\":NaN}", "{\"a\":01}", half, &bom, &twice, &tail, &comma]
    {
        let answer = shop.post("/users").text(body).send();
        assert_eq!(answer.status, 400, "{body:.40}: {answer:?}");
        answer.is_dressed();
    }
    shop.post("/users").text([b"{\"username\":\"\xff\"", &whole.as_bytes()[1..]].concat()).send().is(400);
    let utf_16: Vec<u8> = whole.encode_utf16().flat_map(u16::to_le_bytes).collect();
    shop.post("/users").text(utf_16).send().is(400);
    // White space around is no mistake.
    shop.post("/users").text(format!(" \t\r\n{whole}\n ")).send().is(201);
}

#[test]
fn a_key_that_comes_twice_is_400() {
    let shop = Shop::shared();
    let new = newcomer().to_string();
    for again in ["\"age\":40,", "\"age\":30,", "\"a\\u0067e\":40,", "\"password\":\"Other-Horse-8\","] {
        let body = new.replacen('{', &format!("{{{again}"), 1);
        shop.post("/users").text(body).send().is(400);
    }
    shop.post("/users").text(new).send().is(201);
}

#[test]
fn an_array_or_a_scalar_is_no_object() {
    let shop = Shop::shared();
    let token = shop.login("root", PASSWORD);
    let rows = ["[\"somebody\",\"somebody@example.org\",\"Correct-Horse-7\",30]", " [1]", "[]", "[{}]", "[[]]"];
    for body in rows.into_iter().chain(["null", "7", "\"x\"", "true", "1.5"]) {
        let answer = shop.post("/users").text(body).send();
        assert_eq!(answer.status, 422, "{body}: {answer:?}");
        answer.is_dressed();
        shop.post("/auth/login").text(body).send().is(422);
        shop.put("/users/1").token(&token).text(body).send().is(422);
    }
}

#[test]
fn a_wrong_type_is_422_and_not_repeated() {
    let shop = Shop::shared();
    for (field, value) in [
        ("age", json!("30")),
        ("age", json!("zqxmarker")),
        ("age", json!(30.0)),
        ("age", json!(30.5)),
        ("age", json!(true)),
        ("age", json!([30])),
        ("age", json!({"zqxmarker": 30})),
        ("age", json!(null)),
        ("age", json!(2_147_483_648_i64)),
        ("age", json!(9_007_199_254_740_993_i64)),
        ("age", json!(u64::MAX)),
        ("username", json!(73_919_191)),
        ("email", json!(["zqxmarker"])),
        ("password", json!(73_919_191)),
        ("password", json!({"zqxmarker": "zqxmarker"})),
        ("password", json!(["zqxmarker"])),
    ] {
        let mut new = newcomer();
        new[field] = value.clone();
        let answer = shop.post("/users").json(&new).send();
        let text = answer.text();
        assert!(!text.contains("zqxmarker") && !text.contains("73919191"), "{text}");
        assert_eq!(answer.fields(), [field], "{value}");
    }
}

#[test]
fn a_number_has_no_point_no_exponent_and_a_bound() {
    let shop = Shop::shared();
    let new = newcomer().to_string();
    let answer = |number: &str| {
        let answer = shop.post("/users").text(new.replace("\"age\":30", &format!("\"age\":{number}"))).send();
        answer.is_dressed();
        answer.status
    };
    for number in ["3e1", "30.0", "-0", "-0.0", "1e-400", "2147483648", "99999999999999999999"] {
        assert_eq!(answer(number), 422, "{number}");
    }
    // What no number type can hold may as well be called malformed.
    for number in ["1e400", "-1e400", &"9".repeat(400)] {
        assert!(matches!(answer(number), 400 | 422), "{number}");
    }
}

#[test]
fn deep_nesting_is_refused_and_harmless() {
    let shop = Shop::shared();
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for depth in [200, 10_000, 100_000] {
            let deep = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            for body in [deep.clone(), format!("{{\"username\":{deep}}}"), open.repeat(depth)] {
                let answer = shop.post("/users").text(body).send();
                assert!(matches!(answer.status, 400 | 422), "{depth}: {answer:?}");
                answer.is_dressed();
            }
        }
    }
    shop.get("/health").send().is(200);
}

/// A right sign-up of exactly that many bytes.
fn sized(bytes: usize) -> String {
    let new = newcomer().to_string();
    let room = " ".repeat(bytes - new.len());
    new + &room
}

#[test]
fn a_body_over_the_limit_is_413() {
    let shop = Shop::shared();
    shop.post("/users").text(sized(LIMIT)).send().is(201);
    shop.post("/users").text(sized(LIMIT)).chunked().send().is(201);
    shop.post("/users").text(sized(LIMIT + 1)).send().is(413);
    shop.post("/users").text(sized(LIMIT + 1)).chunked().send().is(413);
    // Told by its head alone, before anything of it comes.
    shop.post("/users").text("").header("content-length", "1048577").send().is(413);
    shop.post("/users").text("").header("content-length", "9999999999999").send().is(413);
}

#[test]
fn a_body_over_the_limit_is_413_where_nobody_reads_it() {
    let shop = Shop::shared();
    let (token, big) = (shop.login("root", PASSWORD), vec![b'x'; LIMIT + 1]);
    for (method, path) in
        [("GET", "/health"), ("GET", "/products/1"), ("GET", "/me"), ("POST", "/auth/logout"), ("DELETE", "/users/999")]
    {
        shop.request(method, path).token(&token).body(&big).send().is(413);
        shop.request(method, path).token(&token).body(&big).chunked().send().is(413);
    }
    // A refused logout is none.
    shop.get("/me").token(&token).send().is(200);
    shop.get("/health").body("a body that nobody wants").send().is(200);
    shop.get("/health").body("a body that nobody wants").chunked().send().is(200);
}

#[test]
fn a_body_that_is_not_what_its_length_says_is_400() {
    let shop = Shop::shared();
    let new = newcomer().to_string();
    let head = "POST /users HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    let longer = format!("{head}content-length: {}\r\n\r\n{new}", new.len() + 10);
    let shorter = format!("{head}content-length: {}\r\n\r\n{new}", new.len() - 10);
    let cut = format!("{head}transfer-encoding: chunked\r\n\r\n{:x}\r\n{new}\r\n", new.len());
    let garbled = format!("{head}transfer-encoding: chunked\r\n\r\nzz\r\n{new}\r\n0\r\n\r\n");
    for request in [longer, shorter, cut, garbled] {
        let mut connection = shop.connect();
        connection.write(&request);
        connection.finish();
        connection.answer().is(400);
    }
    // Nobody was signed up by one of them.
    shop.post("/users").text(new).send().is(201);
}

#[test]
fn an_unknown_field_is_422() {
    let shop = Shop::shared();
    for (name, shown) in
        [("x", "x"), ("isAdmin", "isAdmin"), ("user.role", "user.role"), ("role[]", "role[]"), ("", "")]
    {
        let mut new = newcomer();
        new[name] = Value::from("zqxmarker");
        let answer = shop.post("/users").json(&new).send();
        assert!(!answer.text().contains("zqxmarker"));
        assert_eq!(answer.fields(), [shown]);
    }
}

#[test]
fn a_body_that_stalls_is_408() {
    let shop = Shop::shared();
    let mut connection = shop.connect();
    connection.write(
        "POST /users HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
    );
    connection.answer().is(408);
}
