//! RFC 9113 §4.3 and §6.10: header blocks, in one frame and in several.

use super::{
    cases::*,
    h2::frames::{CONTINUATION, END_HEADERS, END_STREAM, HEADERS, block, frame, get, ping},
    outcome::check,
};

/// A request on stream 1 whose block is not at its end.
fn begun() -> Vec<u8> {
    frame(HEADERS, END_STREAM, 1, &block("GET", "/hello", &[])[..9])
}

fn rest(stream: u32) -> Vec<u8> {
    frame(CONTINUATION, END_HEADERS, stream, &block("GET", "/hello", &[])[9..])
}

#[test]
fn continuations() {
    check([
        answers("§6.10: a block in two frames", [begun(), rest(1)].concat()),
        answers("§6.10: an empty one between", [begun(), frame(CONTINUATION, 0, 1, &[]), rest(1)].concat()),
        ends("§6.10: without a head", rest(1), PROTOCOL),
        ends("§6.10: after the end of the block", [get(1, "/held"), rest(1)].concat(), PROTOCOL),
        ends("§6.10: on stream 0", [begun(), rest(0)].concat(), PROTOCOL),
        ends("§6.10: on another stream", [begun(), rest(3)].concat(), PROTOCOL),
        ends("§6.2: a ping within a block", [begun(), ping(), rest(1)].concat(), PROTOCOL),
        ends("§6.2: another head within a block", [begun(), get(3, "/hello")].concat(), PROTOCOL),
    ]);
}

#[test]
fn compression() {
    check([
        answers("RFC 7541 §6.1: a field of the static table", head(&[&[0x82][..], &rest_of_line()].concat())),
        ends("RFC 7541 §6.1: the field of index 0", head(&[0x80]), COMPRESSION).plainly(),
        ends("RFC 7541 §6.1: a field of no table", head(&[0xff, 0x7f]), COMPRESSION).plainly(),
        ends("RFC 7541 §6.2: a text longer than its block", head(&[0x10, 0x05, b'x']), COMPRESSION).plainly(),
        ends("RFC 7541 §5.2: a text in no code", head(&[0x10, 0x84, 0xff, 0xff, 0xff, 0xff]), COMPRESSION).plainly(),
        ends("RFC 7541 §6.3: a table too large", head(&[0x3f, 0xff, 0xff, 0x7f]), COMPRESSION).plainly(),
    ]);
}

/// All pseudo-headers but the method.
fn rest_of_line() -> Vec<u8> {
    fields(&[(":scheme", "http"), (":authority", "localhost"), (":path", "/hello")])
}
