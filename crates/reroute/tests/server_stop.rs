//! The end: what is under way is finished, within a bound, and what does not end is cut.
#![allow(missing_docs, reason = "tests are read, not called")]

mod h2;

use futures_util::StreamExt;
use h2::{SHORT, Served, client::BOUND, frames};
use reroute::testing::Limits;
use tokio::net::TcpStream;

const HELD: &[u8] = b"GET /held HTTP/1.1\r\nhost: localhost\r\n\r\n";
const FOREVER: &[u8] = b"GET /forever HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// Longer than a test waits, so that only what ends by itself ends.
fn patient() -> Limits {
    Limits { shutdown_time: 2 * BOUND, ..Limits::default() }
}

fn hasty() -> Limits {
    Limits { shutdown_time: SHORT, ..Limits::default() }
}

#[tokio::test]
async fn attack_103_a_request_under_way_is_answered_and_idle_connections_close() {
    let served = Served::start(patient()).await;
    let address = served.server.address();
    let mut silent = served.connect("http/1.1").await;
    let mut idle = served.connect("http/1.1").await;
    idle.send(b"GET /hello HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert!(idle.answer().await.ends_with("hello"));
    let mut held = served.connect("http/1.1").await;
    held.send(HELD).await;
    served.gate.entered.notified().await;
    let gate = served.gate.clone();
    let stopping = tokio::spawn(served.stop());
    assert_eq!(idle.rest().await, b"");
    assert_eq!(silent.rest().await, b"");
    assert!(TcpStream::connect(address).await.is_err(), "nothing new is accepted");
    gate.opened.notify_one();
    let answer = held.rest_text().await;
    assert!(answer.ends_with("held") && answer.contains("connection: close"), "{answer}");
    stopping.await.expect("the server stops as soon as all have ended");
}

#[tokio::test]
async fn attack_103_requests_of_http2_are_answered_and_no_more_are_taken() {
    let served = Served::start(patient()).await;
    let mut client = served.connect_h2().await;
    client.send(&frames::get(1, "/held")).await;
    served.gate.entered.notified().await;
    let gate = served.gate.clone();
    let stopping = tokio::spawn(served.stop());
    assert!(client.frame_that(|frame| frame.is(frames::GOAWAY, 0)).await.is_some(), "the client is told");
    gate.opened.notify_one();
    let answer = client.frame_that(|frame| frame.is(frames::DATA, 1)).await.expect("an answer");
    assert_eq!(answer.payload, b"held");
    drop(client);
    stopping.await.expect("the server stops as soon as all have ended");
}

#[tokio::test]
async fn attack_103_open_streams_and_slow_clients_are_cut() {
    let served = Served::start(hasty()).await;
    let mut events = served.connect("http/1.1").await;
    events.send(FOREVER).await;
    let mut events_h2 = served.connect_h2().await;
    events_h2.send(&frames::get(1, "/forever")).await;
    assert!(events_h2.frame_that(|frame| frame.is(frames::DATA, 1)).await.is_some());
    let mut held = served.connect("http/1.1").await;
    held.send(HELD).await;
    served.gate.entered.notified().await;
    let mut slow = served.connect("http/1.1").await;
    slow.send(&HELD[..20]).await;
    served.stop().await;
    let text = events.rest_text().await;
    assert!(text.contains("data: first") && !text.ends_with("0\r\n\r\n"), "cut, not ended: {text}");
    events_h2.rest().await;
    assert_eq!(held.rest().await, b"");
    slow.rest().await;
}

#[tokio::test]
async fn websockets_are_cut() {
    let served = Served::start(hasty()).await;
    let address = format!("ws://{}/socket", served.server.address());
    let (mut socket, _) = tokio_tungstenite::connect_async(address).await.expect("the socket opens");
    served.stop().await;
    let last = tokio::time::timeout(BOUND, socket.next()).await.expect("the socket ends in time");
    assert!(!matches!(last, Some(Ok(_))), "{last:?}");
}
