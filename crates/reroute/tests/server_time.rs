//! Whoever is slow is cut in time: on each protocol, with and without TLS. Whoever is only long is not.
#![allow(missing_docs, reason = "tests are read, not called")]

mod h2;

use futures_util::{SinkExt, StreamExt};
use h2::{SHORT, Served, client::Client, frames};
use reroute::testing::Limits;
use std::time::Duration;

/// Often enough that no single pause is too long, and too slowly in all.
const PAUSE: Duration = Duration::from_millis(20);

const GET: &[u8] = b"GET /hello HTTP/1.1\r\nhost: localhost\r\n\r\n";
const POST: &[u8] =
    b"POST /echo HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n{";

/// Runs a test without TLS and, where there is any, with.
macro_rules! both {
    ($(async fn $name:ident($served:ident: $limits:expr) $body:block)*) => {$(
        mod $name {
            use super::*;

            async fn run($served: Served) {
                $body
                assert!($served.is_honest_served().await, "an honest client is served afterwards");
                $served.stop().await;
            }

            #[tokio::test]
            async fn plain() {
                run(Served::start($limits).await).await;
            }

            #[cfg(feature = "tls")]
            #[tokio::test]
            async fn tls() {
                run(Served::start_tls($limits).await).await;
            }
        }
    )*};
}

fn short_head() -> Limits {
    Limits { head_time: SHORT, ..Limits::default() }
}

fn short_idle() -> Limits {
    Limits { idle_time: SHORT, linger_time: SHORT, ..Limits::default() }
}

fn short_pause() -> Limits {
    Limits { body_pause: SHORT, linger_time: SHORT, ..Limits::default() }
}

fn short_rate() -> Limits {
    Limits { body_grace: SHORT, body_rate: 100_000, linger_time: SHORT, ..Limits::default() }
}

fn short_write() -> Limits {
    Limits { write_time: SHORT, ..Limits::default() }
}

both! {
    async fn silence(served: short_head()) {
        let mut client = served.connect("http/1.1").await;
        assert_eq!(client.rest().await, b"", "nothing is said, and the connection closed");
    }

    async fn a_half_sent_head(served: short_head()) {
        let mut client = served.connect("http/1.1").await;
        client.send(&GET[..20]).await;
        assert_eq!(client.rest().await, b"");
    }

    async fn a_half_sent_second_head(served: short_head()) {
        let mut client = served.connect("http/1.1").await;
        client.send(GET).await;
        assert!(client.answer().await.ends_with("hello"));
        client.send(&GET[..20]).await;
        assert_eq!(client.rest().await, b"", "long before an idle connection is closed");
    }

    async fn a_half_sent_preface(served: short_head()) {
        let mut client = served.connect("h2").await;
        client.send(&frames::PREFACE[..10]).await;
        assert_eq!(client.rest().await, b"");
    }

    async fn a_preface_without_a_request(served: short_head()) {
        let mut client = served.connect_h2().await;
        assert!(client.frame_that(|frame| frame.is(frames::HEADERS, 1)).await.is_none(), "closed");
    }

    async fn a_trickled_head(served: short_head()) {
        let mut client = served.connect("http/1.1").await;
        client.trickle(&GET.repeat(20)[5..], PAUSE).await;
        assert_eq!(client.rest().await, b"");
    }

    async fn a_trickled_head_of_http2(served: short_head()) {
        let mut client = served.connect_h2().await;
        let padding = frames::literal("x-padding", &"x".repeat(1000));
        let head = frames::frame(frames::HEADERS, 0, 1, &[frames::block("GET", "/hello", &[]), padding].concat());
        client.trickle(&head, PAUSE).await;
        assert!(client.frame_that(|frame| frame.is(frames::HEADERS, 1)).await.is_none(), "closed, and never answered");
    }

    async fn an_idle_connection(served: short_idle()) {
        let mut client = served.connect("http/1.1").await;
        client.send(GET).await;
        assert!(client.answer().await.ends_with("hello"));
        assert_eq!(client.rest().await, b"");
    }

    async fn an_idle_connection_of_http2(served: short_idle()) {
        let mut client = served.connect_h2().await;
        client.send(&frames::get(1, "/hello")).await;
        assert!(client.frame_that(|frame| frame.is(frames::DATA, 1)).await.is_some());
        let goaway = client.frame_that(|frame| frame.is(frames::GOAWAY, 0)).await.expect("it is said before");
        assert_eq!(goaway.payload[4..8], [0; 4], "no error");
        client.rest().await;
    }

    async fn a_stalled_body(served: short_pause()) {
        let mut client = served.connect("http/1.1").await;
        client.send(POST).await;
        refused_and_closed(&mut client).await;
    }

    async fn a_stalled_body_of_http2(served: short_pause()) {
        let mut client = served.connect_h2().await;
        client.send(&frames::post(1, "/echo")).await;
        refused_and_closed_h2(&mut client).await;
    }

    async fn a_trickled_body(served: short_rate()) {
        let mut client = served.connect("http/1.1").await;
        client.send(POST).await;
        client.trickle(&[b' '; 10_000], PAUSE).await;
        refused_and_closed(&mut client).await;
    }

    async fn a_trickled_body_in_chunks(served: short_rate()) {
        let mut client = served.connect("http/1.1").await;
        let head = String::from_utf8_lossy(POST).replace("content-length: 100000", "transfer-encoding: chunked");
        client.send(head.trim_end_matches('{').as_bytes()).await;
        client.trickle(&b"1;x=y\r\n \r\n".repeat(1000), PAUSE).await;
        refused_and_closed(&mut client).await;
    }

    async fn a_trickled_body_of_http2(served: short_rate()) {
        let mut client = served.connect_h2().await;
        client.send(&frames::post(1, "/echo")).await;
        client.trickle(&frames::frame(frames::DATA, 0, 1, b" ").repeat(1000), PAUSE).await;
        refused_and_closed_h2(&mut client).await;
    }

    async fn a_client_that_does_not_read(served: short_write()) {
        let mut client = served.connect("http/1.1").await;
        client.send(b"GET /large HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
        // To read is to be no such client: until the server has cut the connection there is nothing to wait for but the clock.
        tokio::time::sleep(4 * SHORT).await;
        assert!(client.rest().await.len() < 64 << 20, "what was on its way comes, and not the rest");
    }

    async fn a_client_that_closes_its_window(served: short_write()) {
        let mut client = served.connect("h2").await;
        client.send(frames::PREFACE).await;
        client.send(&frames::settings(&[(frames::INITIAL_WINDOW, 10)])).await;
        client.send(&frames::get(1, "/large")).await;
        client.send(&frames::get(3, "/events")).await;
        client.rest().await;
    }

    async fn events_for_a_reading_client(served: all_short()) {
        let mut client = served.connect("http/1.1").await;
        client.send(b"GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
        let text = client.rest_text().await;
        assert!(text.contains("data: 19\n\n") && text.contains("over"), "{text}");
    }

    async fn events_for_a_reading_client_of_http2(served: all_short()) {
        let mut client = served.connect_h2().await;
        client.send(&frames::get(1, "/events")).await;
        let over = client.frame_that(|frame| frame.is(frames::DATA, 1) && frame.payload == b"over").await;
        assert!(over.is_some(), "closed before the last event");
    }
}

/// All that must not end what goes on.
fn all_short() -> Limits {
    Limits {
        head_time: SHORT,
        idle_time: SHORT,
        body_pause: SHORT,
        body_grace: SHORT,
        write_time: SHORT,
        linger_time: SHORT,
        ..Limits::default()
    }
}

async fn refused_and_closed(client: &mut Client) {
    let answer = client.rest_text().await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("application/problem+json") && answer.contains("connection: close"), "{answer}");
}

async fn refused_and_closed_h2(client: &mut Client) {
    let (mut is_said, mut answer) = (false, Vec::new());
    while let Some(frame) = client.frame().await {
        is_said |= frame.is(frames::GOAWAY, 0);
        if frame.is(frames::DATA, 1) {
            answer.extend(frame.payload);
        }
    }
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.contains("\"status\":408"), "{answer}");
    assert!(is_said, "that the connection closes is said before");
}

#[tokio::test]
async fn a_websocket_is_neither_idle_nor_headless() {
    let served = Served::start(all_short()).await;
    let address = format!("ws://{}/socket", served.server.address());
    let (mut socket, _) = tokio_tungstenite::connect_async(address).await.expect("the socket opens");
    for nth in 0..3 {
        // Longer than each of the times: that nothing happens has no condition to wait for.
        tokio::time::sleep(2 * SHORT).await;
        socket.send(format!("{nth}").into()).await.expect("the socket is open");
        let echo = socket.next().await.expect("an echo").expect("a message");
        assert_eq!(echo.into_text().expect("text").as_str(), format!("{nth}"));
    }
    drop(socket);
    served.stop().await;
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn a_handshake_is_part_of_the_first_head() {
    let served = Served::start_tls(short_head()).await;
    let mut silent = Client::tcp(served.server.address()).await;
    let mut half = Client::tcp(served.server.address()).await;
    half.send(&[22, 3, 1, 2, 0, 1, 0]).await;
    assert!(served.is_honest_served().await, "nobody waits for another's handshake");
    silent.rest().await;
    half.rest().await;
    served.stop().await;
}
