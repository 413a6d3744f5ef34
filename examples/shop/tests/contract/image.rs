//! `/products/{id}/image`.

use super::support::{PASSWORD, Shop};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x03\x20\0\0\x02\x58\x08\x02\0\0\0";

/// A server of pictures, and how many connections it has had.
fn pictures() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            counted.fetch_add(1, Ordering::SeqCst);
            let mut head = BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
            let path = head.next().and_then(|first| first.split(' ').nth(1).map(str::to_owned)).unwrap_or_default();
            let _rest: Vec<String> = head.collect();
            let huge = [&PNG[..16], b"\xff\xff\xff\x7f\xff\xff\xff\x7f\x08\x02\0\0\0"].concat();
            let (status, body): (&str, &[u8]) = match path.as_str() {
                "/cat.png" => ("200 OK", PNG),
                "/huge.png" => ("200 OK", &huge),
                "/page" => ("200 OK", b"<script>x()</script>"),
                "/inside" => ("302 Found\r\nlocation: http://169.254.169.254/latest/meta-data/", b""),
                _ => ("404 Not Found", b"secret of the other server"),
            };
            let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
            // Whoever asked may be gone.
            let _ = stream.write_all(&[head.as_bytes(), body].concat());
        }
    });
    (address, count)
}

fn put(shop: &Shop, token: &str, url: &str) -> super::support::Answer {
    shop.put("/products/7/image").token(token).json(&json!({ "url": url })).send()
}

#[test]
fn a_picture_is_fetched_kept_and_shown() {
    let (address, _) = pictures();
    let shop = Shop::start_with(&[
        ("REROUTE_FETCH_ALLOWED_HOSTS", &format!("{address},nowhere.invalid")),
        ("REROUTE_FETCH_DANGER_NETWORKS", "127.0.0.1"),
    ]);
    let root = shop.login("root", PASSWORD);
    shop.get("/products/7/image").send().is(404);
    for _ in 0..2 {
        let fetched = put(&shop, &root, &format!("http://{address}/cat.png")).is(200).json();
        assert_eq!(fetched, json!({"content_type": "image/png", "bytes": PNG.len()}));
    }
    let shown = shop.get("/products/7/image").send();
    assert_eq!((shown.status, &shown.body[..], shown.header("content-type")), (200, PNG, Some("image/png")));
    assert!(shown.header("content-security-policy").is_some_and(|policy| policy.contains("sandbox")));
    for path in ["huge.png", "page"] {
        let fields = put(&shop, &root, &format!("http://{address}/{path}")).is(422).fields();
        assert_eq!(fields, ["url"], "{path}");
    }
    // Nothing of the other server's answer is told.
    let gone = put(&shop, &root, &format!("http://{address}/none")).is(502);
    assert!(!gone.text().contains("secret") && !gone.text().contains("404"), "{gone:?}");
    put(&shop, &root, "http://nowhere.invalid/").is(502);
    put(&shop, &root, &format!("http://{address}/inside")).is(422);
    shop.put("/products/999999/image").token(&root).json(&json!({"url": "http://x.example/"})).send().is(404);
    assert_eq!(shop.get("/products/7/image").send().body, PNG);
}

#[test]
fn attack_117_a_listed_host_that_is_not_public_is_not_asked() {
    let (address, count) = pictures();
    let port = address.port();
    let shop = Shop::start_with(&[("REROUTE_FETCH_ALLOWED_HOSTS", &format!("*,127.0.0.1:{port},localhost:{port}"))]);
    let root = shop.login("root", PASSWORD);
    for host in ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "localhost", "LOCALHOST.", "[::1]", "[::ffff:127.0.0.1]"]
    {
        let refused = put(&shop, &root, &format!("http://{host}:{port}/cat.png")).is(422);
        assert_eq!(refused.json()["errors"][0]["message"], "may not be fetched", "{host}");
    }
    assert_eq!(count.load(Ordering::SeqCst), 0);
    let events = shop.get("/admin/security/events?limit=100&event_type=suspicious_request").token(&root).send().is(200);
    let events: Vec<Value> = events.json()["items"].as_array().cloned().unwrap_or_default();
    let told = events.iter().filter(|event| event["details"]["endpoint"] == "PUT /products/{id}/image").count();
    assert!(told >= 1, "{events:?}");
}

#[test]
fn a_picture_is_set_by_admins_from_listed_hosts_alone() {
    let shop = Shop::shared();
    let (root, ada) = (shop.login("root", PASSWORD), shop.login("ada", PASSWORD));
    put(&shop, &ada, "https://example.com/cat.png").is(403);
    shop.put("/products/7/image").json(&json!({"url": "https://example.com/"})).send().is(401);
    for url in ["https://example.com/cat.png", "file:///etc/passwd", "no url", "http://u:p@example.com/"] {
        let refused = put(&shop, &root, url).is(422);
        assert!(!refused.text().contains("passwd"), "{refused:?}");
    }
    put(&shop, &root, "").is(422);
}
