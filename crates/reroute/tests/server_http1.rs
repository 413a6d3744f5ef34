//! What HTTP/1.1 takes, what it refuses, and that no byte of one request is ever read as another.
#![allow(missing_docs, reason = "tests are read, not called")]

mod h2;

use h2::Served;
use reroute::testing::Limits;

/// All that is answered to these bytes until the server closes the connection, as the client has ended.
async fn answers(served: &Served, request: &[u8]) -> String {
    let mut client = served.connect("http/1.1").await;
    client.try_send(request).await;
    client.rest_text().await
}

fn count(answers: &str) -> usize {
    answers.matches("HTTP/1.1 ").count()
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

/// What is smuggled: if it is ever read as a request, there are two answers, and one of them says hello.
const SECOND: &str = "GET /hello HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

fn post(fields: &str, body: &str) -> String {
    format!("POST /echo HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{fields}\r\n{body}")
}

#[tokio::test]
async fn attack_s2_heads_too_large_are_431_and_the_next_client_is_served() {
    let served = Served::start(Limits::default()).await;
    let long = format!("GET /hello HTTP/1.1\r\nhost: localhost\r\nx-long: {}\r\n\r\n", "x".repeat(100 * 1024));
    let many = format!("GET /hello HTTP/1.1\r\nhost: localhost\r\n{}\r\n", "x-many: 1\r\n".repeat(10_000));
    let hundred_and_one = format!("GET /hello HTTP/1.1\r\nhost: localhost\r\n{}\r\n", "x-many: 1\r\n".repeat(100));
    for request in [long, many, hundred_and_one] {
        let answer = answers(&served, request.as_bytes()).await;
        assert_eq!((status(&answer), count(&answer)), ("431", 1), "{answer}");
        assert!(served.is_honest_served().await);
    }
    let target = format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "x".repeat(100 * 1024));
    let answer = answers(&served, target.as_bytes()).await;
    assert!(["414", "431"].contains(&status(&answer)), "{answer}");
    let just =
        format!("GET /hello HTTP/1.1\r\nhost: localhost\r\n{}connection: close\r\n\r\n", "x-many: 1\r\n".repeat(90));
    assert!(answers(&served, just.as_bytes()).await.ends_with("hello"));
    served.stop().await;
}

#[tokio::test]
async fn attack_106_what_is_ambiguous_is_refused_and_nothing_is_read_as_a_second_request() {
    let served = Served::start(Limits::default()).await;
    let length = SECOND.len();
    for (what, request) in [
        ("two lengths", post(&format!("content-length: 0\r\ncontent-length: {length}\r\n"), SECOND)),
        ("two lengths in one field", post(&format!("content-length: 0, {length}\r\n"), SECOND)),
        ("a signed length", post("content-length: +0\r\n", SECOND)),
        ("a negative length", post("content-length: -1\r\n", SECOND)),
        ("a hexadecimal length", post("content-length: 0x0\r\n", SECOND)),
        ("a length too large", post("content-length: 99999999999999999999\r\n", SECOND)),
        ("an empty length", post("content-length:\r\n", SECOND)),
        ("a length with a space before the colon", post("content-length : 0\r\n", SECOND)),
        ("chunked, but not last", post("transfer-encoding: chunked, identity\r\n", &format!("0\r\n\r\n{SECOND}"))),
        ("not chunked", post("transfer-encoding: xchunked\r\n", &format!("0\r\n\r\n{SECOND}"))),
        ("chunked and something", post("transfer-encoding: chunked;x\r\n", &format!("0\r\n\r\n{SECOND}"))),
        ("chunked with a vertical tab", post("transfer-encoding: \x0bchunked\r\n", &format!("0\r\n\r\n{SECOND}"))),
        (
            "an encoding with a space before the colon",
            post("transfer-encoding : chunked\r\n", &format!("0\r\n\r\n{SECOND}")),
        ),
        ("a folded encoding", post("transfer-encoding:\r\n chunked\r\n", &format!("0\r\n\r\n{SECOND}"))),
        ("a bare CR in a field", post("x-field: a\rtransfer-encoding: chunked\r\n", &format!("0\r\n\r\n{SECOND}"))),
        ("a NUL in a field", post("x-field: a\0b\r\n", SECOND)),
        (
            "a chunk size with a sign",
            post("transfer-encoding: chunked\r\n", &format!("+2\r\n{{}}\r\n0\r\n\r\n{SECOND}")),
        ),
        ("a chunk size with 0x", post("transfer-encoding: chunked\r\n", &format!("0x2\r\n{{}}\r\n0\r\n\r\n{SECOND}"))),
        ("no chunk size", post("transfer-encoding: chunked\r\n", &format!("\r\n{{}}\r\n0\r\n\r\n{SECOND}"))),
        (
            "a chunk size too large",
            post("transfer-encoding: chunked\r\n", &format!("{}\r\n{{}}\r\n0\r\n\r\n{SECOND}", "f".repeat(17))),
        ),
        ("a chunk size ended by LF", post("transfer-encoding: chunked\r\n", &format!("2\n{{}}\r\n0\r\n\r\n{SECOND}"))),
        ("a chunk ended by LF", post("transfer-encoding: chunked\r\n", &format!("2\r\n{{}}\n0\r\n\r\n{SECOND}"))),
        (
            "a chunk longer than it says",
            post("transfer-encoding: chunked\r\n", &format!("1\r\n{{}}\r\n0\r\n\r\n{SECOND}")),
        ),
        (
            "an extension with LF",
            post("transfer-encoding: chunked\r\n", &format!("2;a\nb\r\n{{}}\r\n0\r\n\r\n{SECOND}")),
        ),
        (
            "HTTP/1.0 with chunks",
            post("transfer-encoding: chunked\r\n", &format!("0\r\n\r\n{SECOND}")).replacen("1.1", "1.0", 1),
        ),
        ("another version", SECOND.replacen("1.1", "3.0", 1) + SECOND),
        ("a space in the target", SECOND.replacen("/hello", "/hel lo", 1) + SECOND),
    ] {
        let answers = answers(&served, request.as_bytes()).await;
        assert!(count(&answers) <= 1 && !answers.contains("hello"), "{what}: {answers}");
        assert!(["400", ""].contains(&status(&answers)), "{what}: {answers}");
        assert!(served.is_honest_served().await, "{what}");
    }
    served.stop().await;
}

#[tokio::test]
async fn attack_s8_a_length_beside_chunks_is_ignored_and_the_connection_closed() {
    let served = Served::start(Limits::default()).await;
    let body = format!("f\r\n{{\"text\":\"text\"}}\r\n0\r\n\r\n{SECOND}");
    for fields in
        ["content-length: 3\r\ntransfer-encoding: chunked\r\n", "transfer-encoding: chunked\r\ncontent-length: 3\r\n"]
    {
        let answers = answers(&served, post(fields, &body).as_bytes()).await;
        assert_eq!((status(&answers), count(&answers)), ("200", 1), "{answers}");
        assert!(answers.contains("connection: close") && answers.ends_with("text"), "{answers}");
    }
    served.stop().await;
}

#[tokio::test]
async fn a_bare_lf_ends_a_line_of_a_head_and_nothing_else() {
    let served = Served::start(Limits::default()).await;
    let request = "GET /hello HTTP/1.1\nhost: localhost\nconnection: close\n\n";
    let answers = answers(&served, format!("{request}{SECOND}").as_bytes()).await;
    assert_eq!((status(&answers), count(&answers)), ("200", 1), "RFC 9112 §2.2 allows it: {answers}");
    served.stop().await;
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_their_order() {
    let served = Served::start(Limits::default()).await;
    let first = post("content-length: 16\r\n", "{\"text\":\"first\"}");
    let answers = answers(&served, format!("{first}{SECOND}").as_bytes()).await;
    assert_eq!(count(&answers), 2, "{answers}");
    assert!(answers.find("first") < answers.find("hello"), "{answers}");
    served.stop().await;
}

#[tokio::test]
async fn attack_90_a_body_declared_too_large_is_refused_unread() {
    let served = Served::start(Limits::default()).await;
    // Far more than the sockets hold: a server that closed at once would take its answer back.
    let much = vec![b' '; 8 << 20];
    for (what, fields, body) in [
        ("declared", "content-length: 8388608\r\n", much.clone()),
        ("in chunks", "transfer-encoding: chunked\r\n", [b"800000\r\n".to_vec(), much].concat()),
        ("announced: nobody is told to go on", "content-length: 8388608\r\nexpect: 100-continue\r\n", Vec::new()),
    ] {
        let mut client = served.connect("http/1.1").await;
        client.send(post(fields, "").as_bytes()).await;
        assert!(client.try_send(&body).await, "{what}: reset while it sends, a client may never see its answer");
        let answer = client.rest_text().await;
        assert_eq!((status(&answer), count(&answer)), ("413", 1), "{what}: {answer}");
    }
    served.stop().await;
}

#[tokio::test]
async fn forms_of_a_target() {
    let served = Served::start(Limits::default()).await;
    for (line, statuses) in [
        ("GET http://localhost/hello HTTP/1.1", ["200", "200"]),
        ("GET http://localhost HTTP/1.1", ["404", "404"]),
        ("OPTIONS * HTTP/1.1", ["404", "204"]),
        ("GET * HTTP/1.1", ["404", "400"]),
        ("CONNECT localhost:80 HTTP/1.1", ["400", "400"]),
        ("GET localhost:80 HTTP/1.1", ["400", "400"]),
        ("GET hello HTTP/1.1", ["404", "400"]),
        ("GET  HTTP/1.1", ["400", "400"]),
    ] {
        let request = format!("{line}\r\nhost: localhost\r\nconnection: close\r\n\r\n{SECOND}");
        let answers = answers(&served, request.as_bytes()).await;
        assert!(statuses.contains(&status(&answers)), "{line}: {answers}");
        assert_eq!(count(&answers), 1, "{line}: {answers}");
    }
    served.stop().await;
}
