//! Time and size.

use super::{
    client_of,
    server::{Reply, Server},
};
use reroute::fetch::{FetchError, SafeClientBuilder};
use std::time::Duration;

const SHORT: Duration = Duration::from_millis(100);

async fn ask(server: &Server, client: SafeClientBuilder) -> Result<usize, FetchError> {
    let client = client.build().expect("a client");
    let answer = client.get(format!("http://a.example:{}/", server.port())).send().await?;
    Ok(answer.bytes().await?.len())
}

#[tokio::test]
async fn attack_123_a_body_is_counted_as_it_comes() {
    let sized = |length: usize| move |_: &str| Reply::ok(&format!("content-length: {length}\r\n"), &vec![b'x'; length]);
    let chunked = |length: usize| {
        move |_: &str| {
            let chunk =
                [format!("{length:x}\r\n").into_bytes(), vec![b'x'; length], b"\r\n0\r\n\r\n".to_vec()].concat();
            Reply::ok("transfer-encoding: chunked\r\n", &chunk)
        }
    };
    let open = |length: usize| move |_: &str| Reply::ok("", &vec![b'x'; length]);
    for (server, is_within) in [
        (Server::start(sized(1000)).await, true),
        (Server::start(sized(1001)).await, false),
        (Server::start(chunked(1000)).await, true),
        (Server::start(chunked(1001)).await, false),
        (Server::start(open(1000)).await, true),
        (Server::start(open(100_000)).await, false),
    ] {
        match ask(&server, client_of(&server).max_bytes(1000)).await {
            Ok(length) => assert!(is_within && length == 1000),
            Err(error) => assert!(!is_within && matches!(error, FetchError::TooLarge { limit: 1000 }), "{error:?}"),
        }
    }
}

#[tokio::test]
async fn attack_123_a_length_that_is_too_large_is_refused_before_the_body() {
    let server =
        Server::start(|_| Reply::Stall(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n".to_vec())).await;
    let client = client_of(&server).build().expect("a client");
    let error = client.get(format!("http://a.example:{}/", server.port())).send().await.err();
    assert!(matches!(error, Some(FetchError::TooLarge { limit: 5_242_880 })), "{error:?}");
}

/// Zeros without end, in about a thousandth of their size or less.
fn bombs() -> [(&'static str, Vec<u8>); 3] {
    let hex = |text: &str| -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("digits")).collect()
    };
    // One block of deflate whose matches repeat one zero 258 times for each bit or two.
    let gzip = [hex("1f8b0800000000000203edc13101000000c2a0f54fed6d07a0"), vec![0; 100_000]].concat();
    // 16 MiB in one meta-block.
    let brotli = hex("cbffff3ff82700e2b14020f7fe2ffffffff04f00c4611180eefd1f");
    // A window of 1 MiB, then blocks that say one byte 128 Ki times (RFC 8878, section 3.1.1.2).
    let zstd = [hex("28b52ffd0050"), hex("02001000").repeat(1000)].concat();
    [("gzip", gzip), ("br", brotli), ("zstd", zstd)]
}

#[tokio::test]
async fn attack_123_a_body_is_counted_after_decompression() {
    for (coding, bomb) in bombs() {
        let length = bomb.len();
        let lines = format!("content-encoding: {coding}\r\ncontent-length: {length}\r\n");
        let server = Server::start(move |_| Reply::ok(&lines, &bomb)).await;
        let client = client_of(&server).max_bytes(1 << 20).build().expect("a client");
        let answer = client.get(format!("http://a.example:{}/", server.port())).send().await.expect("a head");
        let mut answer = answer.require_success().expect("it is 200");
        let mut come = 0;
        let error = loop {
            match answer.chunk().await {
                Ok(Some(chunk)) => {
                    assert!(chunk.iter().all(|byte| *byte == 0), "{coding}: it is not decompressed");
                    come += chunk.len();
                }
                Ok(None) => panic!("{coding}: the bound does not hold: {come}"),
                Err(error) => break error,
            }
        };
        assert!(matches!(error, FetchError::TooLarge { limit: 1_048_576 }) && come <= 1 << 20, "{coding}: {error:?}");
        assert!(come > 1 << 19, "{coding}: {come}");
    }
}

#[tokio::test]
async fn attack_123_whoever_is_slow_is_given_up() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n".to_vec();
    for (reply, idle, total) in [
        (Reply::Stall(Vec::new()), Some(SHORT), None),
        (Reply::Stall(b"HTTP/1.1 200 OK\r\nx: ".to_vec()), Some(SHORT), None),
        (Reply::Stall([head.clone(), vec![b'x'; 10]].concat()), Some(SHORT), None),
        (Reply::Stall(Vec::new()), None, Some(SHORT)),
        (Reply::Stall([head, vec![b'x'; 10]].concat()), None, Some(SHORT)),
        // A few bytes every now and then, in the head and in the body.
        (Reply::Drip(b"HTTP/1.1 200 OK\r\n".to_vec()), None, Some(SHORT)),
        (Reply::redirect(302, "/"), None, Some(Duration::ZERO)),
    ] {
        let server = Server::start(move |_| reply.clone()).await;
        let mut client = client_of(&server).timeout(total.unwrap_or(Duration::from_secs(60)));
        client = client.idle_timeout(idle.unwrap_or(Duration::from_secs(60)));
        let error = ask(&server, client).await.err();
        assert!(matches!(error, Some(FetchError::TimedOut)), "{error:?}");
    }
}

#[tokio::test]
async fn attack_123_a_body_that_drips_is_given_up() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n";
    let server = Server::start(|_| Reply::Drip(head.to_vec())).await;
    let client = client_of(&server).timeout(SHORT * 5).idle_timeout(Duration::from_secs(60));
    let error = ask(&server, client).await.err();
    assert!(matches!(error, Some(FetchError::TimedOut)), "{error:?}");
}

#[tokio::test]
async fn a_time_without_end_is_a_day() {
    let server = Server::start(|_| Reply::ok("", b"x")).await;
    let client = client_of(&server).timeout(Duration::MAX).build().expect("a client");
    let request = client.get(format!("http://a.example:{}/", server.port())).timeout(Duration::MAX);
    assert_eq!(request.send().await.expect("it answers").status(), 200);
}

/// Whoever listens and never accepts has a queue that is full.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn attack_123_whoever_does_not_accept_is_given_up() {
    use tokio::net::{TcpSocket, TcpStream};
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
    let listener = socket.listen(1).expect("it listens");
    let address = listener.local_addr().expect("it is bound");
    let mut waiting = Vec::new();
    for _ in 0..8 {
        waiting.push(tokio::time::timeout(SHORT, TcpStream::connect(address)).await);
    }
    assert!(waiting.iter().any(Result::is_err), "the queue is full");
    let client = reroute::SafeClient::builder().danger_allow_network("127.0.0.1").allow_host(&address.to_string());
    let client = client.connect_timeout(SHORT).build().expect("a client");
    let error = client.get(format!("http://{address}/")).send().await.err();
    assert!(matches!(error, Some(FetchError::TimedOut)), "{error:?}");
}
