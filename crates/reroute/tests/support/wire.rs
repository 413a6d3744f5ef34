//! One request over a real socket, written and read by hand.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use http::{HeaderMap, HeaderName, HeaderValue};
use reroute::testing::Server;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("the header is text"))
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is text")
    }
}

/// Sends `METHOD target` with these headers and this body, whose length is said where no header speaks of it.
pub async fn send(server: &Server, line: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    let mut request = format!("{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    let is_framed = headers.iter().any(|(name, _)| ["content-length", "transfer-encoding"].contains(name));
    if !body.is_empty() && !is_framed {
        request.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    let mut sent = (request + "\r\n").into_bytes();
    sent.extend_from_slice(body);
    raw(server, &sent, line.starts_with("HEAD")).await
}

pub async fn get(server: &Server, target: &str, headers: &[(&str, &str)]) -> Reply {
    send(server, &format!("GET {target}"), headers, b"").await
}

/// Sends these bytes and reads the answer to the end of the connection.
pub async fn raw(server: &Server, sent: &[u8], is_head: bool) -> Reply {
    let mut connection = TcpStream::connect(server.address()).await.expect("it listens");
    // A refused body may be cut off before all of it is written.
    let _ = connection.write_all(sent).await;
    let mut received = Vec::new();
    let _ = connection.read_to_end(&mut received).await;
    let end = received.windows(4).position(|four| four == b"\r\n\r\n").expect("a whole head");
    let head = std::str::from_utf8(&received[..end]).expect("a head of text");
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status").parse().expect("a number");
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ").expect("a header");
        let name = HeaderName::try_from(name).expect("a name");
        headers.append(name, HeaderValue::from_str(value).expect("a value"));
    }
    let rest = &received[end + 4..];
    let is_chunked = headers.get("transfer-encoding").is_some_and(|coding| coding == "chunked");
    let body = if is_chunked && !is_head { unchunked(rest) } else { rest.to_vec() };
    if let (Some(length), false, true) = (headers.get("content-length"), is_head, status != 304) {
        assert_eq!(length.to_str().ok().and_then(|length| length.parse().ok()), Some(body.len()), "{head}");
    }
    Reply { status, headers, body }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let line = rest.windows(2).position(|two| two == b"\r\n").expect("the size of a chunk");
        let size = std::str::from_utf8(&rest[..line]).expect("text");
        let size = usize::from_str_radix(size, 16).expect("a hexadecimal number");
        if size == 0 {
            return body;
        }
        body.extend_from_slice(&rest[line + 2..line + 2 + size]);
        rest = &rest[line + 4 + size..];
    }
}
