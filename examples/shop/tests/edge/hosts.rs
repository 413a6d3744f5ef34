//! The host that a request names.

use super::{production, secure, support::Shop};

const OURS: [(&str, &str); 2] =
    [("REROUTE_ENV", "test"), ("REROUTE_ALLOWED_HOSTS", "example.com,*.api.example.com,[::1]:8443,example.net:8080")];

#[test]
fn attack_110_only_hosts_of_ours_are_served() {
    let shop = Shop::start_with(&OURS);
    for host in [
        "example.com",
        "EXAMPLE.Com",
        "example.com.",
        "example.com:8080",
        "v1.api.example.com",
        "[::1]:8443",
        "[0:0:0:0:0:0:0:1]:8443",
        "example.net:8080",
    ] {
        shop.get("/products").header("host", host).send().is(200);
    }
    let long = format!("{}.example.com", "a".repeat(300));
    for host in [
        "",
        "evil.com",
        "localhost",
        "127.0.0.1",
        "example.com.evil.com",
        "evilexample.com",
        "a.b.api.example.com",
        "api.example.com",
        "example.net",
        "example.net:80",
        "example.com..",
        "user@example.com",
        "example.com@evil.com",
        "example.com/",
        "example.com?x",
        "example.com#x",
        "example.com\\evil.com",
        "example.com:",
        "example.com:x",
        "example.com:99999",
        "example.com:0",
        "example.com:80:80",
        "a/?x#y",
        "[::1]",
        "[::1",
        "[::1].example.com",
        "example.com, evil.com",
        "example.com evil.com",
        "example.com%2eevil.com",
        "ex\u{e4}mple.com",
        "example.com\tx",
        &long,
    ] {
        for (method, target) in
            [("GET", "/products"), ("POST", "/users"), ("OPTIONS", "/products"), ("HEAD", "/nothing")]
        {
            let answer = shop.request(method, target).header("host", host).send();
            answer.is_dressed();
            assert_eq!(answer.status, 400, "{method} {host}: {answer:?}");
            assert!(host.is_empty() || !answer.text().contains(host), "{answer:?}");
        }
    }
}

#[test]
fn attack_s3_a_request_names_one_host() {
    let shop = Shop::start_with(&OURS);
    for head in [
        "GET /products HTTP/1.1",
        "GET /products HTTP/1.1\r\nhost: example.com\r\nhost: example.com",
        "GET /products HTTP/1.1\r\nhost: example.com\r\nhost: evil.com",
        "GET /products HTTP/1.1\r\nhost: evil.com\r\nhost: example.com",
        "GET /products HTTP/1.1\r\nhost:",
        "GET http://example.com/products HTTP/1.1",
        "GET http://evil.com/products HTTP/1.1\r\nhost: example.com",
        "GET http://example.com/products HTTP/1.1\r\nhost: evil.com",
        "GET http://example.com:8080/products HTTP/1.1\r\nhost: example.com",
        "GET http://v1.api.example.com/products HTTP/1.1\r\nhost: example.com",
        "GET http://user@example.com/products HTTP/1.1\r\nhost: example.com",
        "GET http://example.com@evil.com/products HTTP/1.1\r\nhost: example.com",
    ] {
        let mut connection = shop.connect();
        connection.write(format!("{head}\r\nconnection: close\r\n\r\n"));
        let answer = connection.answer();
        assert_eq!(answer.status, 400, "{head:?}: {answer:?}");
        answer.is(400);
    }
    for head in [
        "GET http://example.com/products HTTP/1.1\r\nhost: example.com",
        "GET http://EXAMPLE.com/products HTTP/1.1\r\nhost: example.com.",
        // What a client adds that only proxies are asked about.
        "GET /products HTTP/1.1\r\nhost: example.com\r\nx-forwarded-host: evil.com\r\nforwarded: host=evil.com",
    ] {
        let mut connection = shop.connect();
        connection.write(format!("{head}\r\nconnection: close\r\n\r\n"));
        let answer = connection.answer();
        assert_eq!(answer.status, 200, "{head:?}: {answer:?}");
        answer.is(200);
    }
}

/// A second request on a connection is judged like the first.
#[test]
fn every_request_of_a_connection_names_its_host() {
    let shop = Shop::start_with(&OURS);
    let mut connection = shop.connect();
    for (host, status) in [("example.com", 200), ("evil.com", 400), ("example.com", 200)] {
        connection.write(format!("GET /products HTTP/1.1\r\nhost: {host}\r\n\r\n"));
        connection.answer().is(status);
    }
}

#[test]
fn health_is_asked_by_address_and_nothing_else_is() {
    let shop = production(&[("REROUTE_HTTPS", "elsewhere")]);
    for target in ["/health", "/ready"] {
        secure(shop.get(target).send(), 200);
        secure(shop.request("HEAD", target).send(), 200);
        let mut connection = shop.connect();
        connection.write(format!("GET {target} HTTP/1.1\r\nconnection: close\r\n\r\n"));
        secure(connection.answer(), 200);
    }
    for target in
        ["/health/", "//health", "/Health", "/health/x", "/%68ealth", "/./health", "/health;x", "/healthy", "/"]
    {
        secure(shop.get(target).send(), 400);
    }
}
