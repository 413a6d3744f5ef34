//! The line of log that each request makes, for those who ask for it.

mod support;

use support::{Shop, kill};

#[test]
fn each_request_makes_one_line_that_holds_neither_query_nor_headers() {
    let mut shop = Shop::start_with(&[("RUST_LOG", "reroute::access=info")]);
    let id = shop.get("/products?token=hunter2").header("authorization", "Bearer hunter2").send().is(200);
    let id = id.header("x-request-id").expect("every answer has an id").to_owned();
    shop.get("/nowhere%0d%0aforged").send().is(404);
    kill("TERM", shop.id());
    let (text, status) = shop.ended();
    assert!(status.success());
    let lines: Vec<&str> = text.split("INFO reroute::access").skip(1).collect();
    assert_eq!(lines.len(), 2, "{text}");
    for part in ["method=GET", "path=\"/products\"", "status=200", "client=127.0.0.1", &id] {
        assert!(lines[0].contains(part), "{part}: {}", lines[0]);
    }
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn nobody_who_has_not_asked_gets_them() {
    let mut shop = Shop::start();
    shop.get("/products").send().is(200);
    kill("TERM", shop.id());
    let (text, _) = shop.ended();
    assert!(!text.contains("reroute::access"), "{text}");
}
