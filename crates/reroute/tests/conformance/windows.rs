//! RFC 9113 §6.9.1: what a client may send, and what it may not. The windows are settings of ours: what they allow differs, what
//! happens beyond them does not.

use super::{
    bare::Bare,
    cases::FLOW_CONTROL,
    h2::{
        client::Client,
        frames::{
            ACK, DATA, END_HEADERS, GOAWAY, HEADERS, INITIAL_WINDOW, PING, PREFACE, RST_STREAM, SETTINGS,
            WINDOW_UPDATE, block, frame, ping, settings,
        },
    },
};
use reroute::{
    App, Tree, file,
    prelude::*,
    testing::{Server, Setup},
};
use std::net::SocketAddr;

/// Has a body and reads nothing of it: what comes for a body that nobody has is thrown away, and takes no window.
#[allow(unreachable_pub, reason = "a route is `pub`")]
#[route]
pub struct Held;

#[route]
impl Held {
    #[public]
    #[raw_body]
    async fn post(&self, body: Request) -> &'static str {
        std::future::pending::<()>().await;
        drop(body);
        "held"
    }
}

#[tokio::test]
async fn a_window_is_taken_to_its_last_byte_and_no_further() {
    let app = App::new(Tree::new([file::<Held>("/held", "held.rs")]));
    let ours = Server::start_with(app, Setup::default()).await.expect("the application starts");
    let bare = Bare::start().await;
    for address in [ours.address(), bare.address] {
        fill(address).await;
    }
    ours.stop().await.expect("the server stops");
}

/// Fills the window of a stream whose handler reads nothing of it, and goes one byte further.
async fn fill(address: SocketAddr) {
    let mut client = Client::tcp(address).await;
    client.send(&[PREFACE, &settings(&[])].concat()).await;
    let told = client.frame_that(|frame| frame.kind == SETTINGS).await.expect("the server's settings");
    let window = told.payload.chunks(6).find_map(|setting| match setting {
        [a, b, value @ ..] if u16::from_be_bytes([*a, *b]) == INITIAL_WINDOW => Some(number(value)),
        _ => None,
    });
    // Until it is told otherwise, a connection's window has 65,535 bytes.
    client.frame_that(|frame| frame.is(WINDOW_UPDATE, 0)).await.expect("room for as much on the connection");
    // Settings hold once they are acknowledged.
    client.send(&frame(SETTINGS, ACK, 0, &[])).await;
    client.send(&frame(HEADERS, END_HEADERS, 1, &block("POST", "/held", &[]))).await;
    let body = vec![b'x'; window.expect("the size of a stream's window")];
    for piece in body.chunks(16 * 1024) {
        client.send(&frame(DATA, 0, 1, piece)).await;
    }
    client.send(&ping()).await;
    let answer = client.frame_that(|frame| matches!(frame.kind, PING | RST_STREAM | GOAWAY)).await;
    assert!(answer.is_some_and(|frame| frame.kind == PING), "{address}: all of it is allowed");
    client.send(&frame(DATA, 0, 1, b"x")).await;
    let refused = client.frame_that(|frame| matches!(frame.kind, RST_STREAM | GOAWAY)).await.expect("one byte is not");
    // Where the connection's window is no larger than the stream's, it is the connection that ends.
    let reason = if refused.kind == RST_STREAM { &refused.payload[..] } else { &refused.payload[4..8] };
    assert_eq!(number(reason), FLOW_CONTROL as usize, "{address}: {refused:?}");
}

fn number(bytes: &[u8]) -> usize {
    let bytes = bytes.try_into().unwrap_or_else(|_| panic!("four bytes: {bytes:?}"));
    u32::from_be_bytes(bytes) as usize
}
