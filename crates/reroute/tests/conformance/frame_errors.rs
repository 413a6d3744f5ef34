//! RFC 9113 §3.4, §4.1, §4.2 and §6: frames that are no such frames.

use super::{
    bare::Bare,
    cases::*,
    h2::{Served, client::Client, frames::*},
    outcome::{Event, check},
};
use reroute::testing::Limits;

#[tokio::test]
async fn a_bad_preface() {
    let (ours, bare) = (Served::start(Limits::default()).await, Bare::start().await);
    for preface in
        [&b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"[..], b"PRI * HTTP/3.0\r\n\r\nSM\r\n\r\n", b"PRX * HTTP/2.0\r\n\r\n"]
    {
        for address in [ours.server.address(), bare.address] {
            let mut client = Client::tcp(address).await;
            client.send(preface).await;
            let rest = client.rest_text().await;
            // It is taken for HTTP/1.1, which it is not either.
            assert!(rest.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{address}, {preface:?}: {rest}");
        }
    }
    ours.stop().await;
}

#[test]
fn frames_in_general() {
    check([
        ignores("§4.1: of an unknown type", frame(0xbb, 0xff, 0, b"whatever")),
        ignores("§4.1: of an unknown type, on a stream that is idle", frame(0xbb, 0, 9, &[])),
        case("§4.1: with unknown flags", frame(PING, 0xfe, 0, &[7; 8]), [Event::Pong]),
        case("§4.1: with the reserved bit", frame(PING, 0, 1 << 31, &[7; 8]), [Event::Pong]),
        ends("§4.2: too large, with a head", oversized(HEADERS, WHOLE, 1, 16_385), FRAME_SIZE),
        ends("§4.2: too large, of an unknown type", oversized(0xbb, 0, 0, 0x00ff_ffff), FRAME_SIZE),
        ends(
            "§5.5: of an unknown type within a header block",
            [frame(HEADERS, 0, 1, &[]), frame(0xbb, 0, 0, &[])].concat(),
            PROTOCOL,
        ),
    ]);
}

#[test]
fn data_and_padding() {
    let open = || post(1, "/echo");
    let after = |frame: Vec<u8>| [open(), frame].concat();
    check([
        ends("§6.1: on stream 0", after(frame(DATA, 0, 0, b"{}")), PROTOCOL),
        ends("§6.1: on a stream that is idle", frame(DATA, 0, 1, b"{}"), PROTOCOL),
        ends("§6.1: padding as long as the content", after(frame(DATA, PADDED, 1, &[3, 0, 0])), PROTOCOL),
        ends("§6.1: padding without its length", after(frame(DATA, PADDED, 1, &[])), FRAME_SIZE).plainly(),
        answers("§6.1: padding", after(frame(DATA, PADDED | END_STREAM, 1, b"\x03{\"text\":\"x\"}\0\0\0"))),
        ends("§6.2: padding of a head as long as all", frame(HEADERS, WHOLE | PADDED, 1, &[9, 0x82]), PROTOCOL),
        ends("§6.2: padding of a head without its length", frame(HEADERS, WHOLE | PADDED, 1, &[]), FRAME_SIZE)
            .plainly(),
        ends("§6.2: a head on stream 0", frame(HEADERS, WHOLE, 0, &block("GET", "/hello", &[])), PROTOCOL),
    ]);
}

#[test]
fn priority_and_reset() {
    let on_itself = [&[0, 0, 0, 1, 16][..], &block("GET", "/hello", &[])].concat();
    check([
        ignores("§6.3: on a stream that is idle", frame(PRIORITY, 0, 1, &[0, 0, 0, 3, 16])),
        ends("§6.3: on stream 0", frame(PRIORITY, 0, 0, &[0, 0, 0, 3, 16]), PROTOCOL),
        resets("§6.3: of a wrong length", [get(1, "/held"), frame(PRIORITY, 0, 1, &[0; 4])].concat(), FRAME_SIZE)
            .plainly(),
        resets("§5.3.1: on itself", [get(1, "/held"), frame(PRIORITY, 0, 1, &[0, 0, 0, 1, 16])].concat(), PROTOCOL),
        resets("§5.3.1: on itself, in a head", frame(HEADERS, WHOLE | WITH_PRIORITY, 1, &on_itself), PROTOCOL),
        ends("§6.4: a reset on stream 0", reset(0), PROTOCOL),
        ends("§6.4: a reset of a stream that is idle", reset(1), PROTOCOL),
        ends(
            "§6.4: a reset of a wrong length",
            [get(1, "/held"), frame(RST_STREAM, 0, 1, &[0; 3])].concat(),
            FRAME_SIZE,
        )
        .plainly(),
    ]);
}

#[test]
fn push_ping_and_goaway() {
    check([
        ends("§6.6: a promise by a client", frame(PUSH_PROMISE, END_HEADERS, 1, &[0, 0, 0, 2, 0x82]), PROTOCOL),
        case("§6.7: a ping", ping(), [Event::Pong]),
        ignores("§6.7: the answer to a ping that was not sent", frame(PING, ACK, 0, &[7; 8])),
        ends("§6.7: a ping on a stream", frame(PING, 0, 1, &[7; 8]), PROTOCOL),
        ends("§6.7: a ping of a wrong length", frame(PING, 0, 0, &[7; 6]), FRAME_SIZE).plainly(),
        ends("§6.8: a goaway on a stream", frame(GOAWAY, 0, 1, &[0; 8]), PROTOCOL),
        ends("§6.8: a goaway that is too short", frame(GOAWAY, 0, 0, &[0; 7]), FRAME_SIZE).plainly(),
    ]);
}

#[test]
fn window_updates() {
    let update = |stream, increment: u32| frame(WINDOW_UPDATE, 0, stream, &increment.to_be_bytes());
    let held = |frame: Vec<u8>| [get(1, "/held"), frame].concat();
    check([
        ends("§6.9: by nothing", update(0, 0), PROTOCOL),
        resets("§6.9: of a stream, by nothing", held(update(1, 0)), PROTOCOL).plainly(),
        ends("§6.9: of a wrong length", frame(WINDOW_UPDATE, 0, 0, &[0; 3]), FRAME_SIZE).plainly(),
        ends("§6.9: of a stream that is idle", update(1, 1), PROTOCOL),
        ends("§6.9.1: beyond what a window holds", update(0, 0x7fff_ffff), FLOW_CONTROL),
        resets("§6.9.1: of a stream, beyond what a window holds", held(update(1, 0x7fff_ffff)), FLOW_CONTROL),
        ignores("§6.9.1: to what a window holds", update(0, 0x7fff_ffff - 65_535)),
    ]);
}
