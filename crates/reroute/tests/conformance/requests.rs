//! RFC 9113 §8: requests that are malformed.

use super::{
    cases::*,
    h2::frames::{DATA, END_HEADERS, END_STREAM, HEADERS, block, frame},
    outcome::{Case, check},
};

fn malformed(what: &'static str, sent: Vec<u8>) -> Case {
    resets(what, sent, PROTOCOL)
}

#[test]
fn fields_of_a_request() {
    check([
        malformed("§8.2.1: upper case in a name", with(&[("X-Field", "x")])).plainly(),
        malformed("§8.2.1: a space in a name", with(&[("x field", "x")])).plainly(),
        malformed("§8.2.1: an empty name", with(&[("", "x")])).plainly(),
        malformed("§8.2.1: a line feed in a value", with(&[("x-field", "a\nb")])).plainly(),
        malformed("§8.2.1: NUL in a value", with(&[("x-field", "a\0b")])).plainly(),
        malformed("§8.2.2: connection", with(&[("connection", "close")])),
        malformed("§8.2.2: keep-alive", with(&[("keep-alive", "timeout=5")])),
        malformed("§8.2.2: proxy-connection", with(&[("proxy-connection", "keep-alive")])),
        malformed("§8.2.2: transfer-encoding", with(&[("transfer-encoding", "chunked")])),
        malformed("§8.2.2: upgrade", with(&[("upgrade", "websocket")])),
        malformed("§8.2.2: te other than trailers", with(&[("te", "trailers, deflate")])),
        answers("§8.2.2: te: trailers", with(&[("te", "trailers")])),
    ]);
}

#[test]
fn pseudo_headers() {
    let late = [("x-field", "x"), (":authority", "localhost")];
    check([
        malformed("§8.3: after a field", head(&[with_line_but_authority(), fields(&late)].concat())),
        malformed("§8.3: unknown", with(&[(":unknown", "x")])).plainly(),
        malformed("§8.3: a response's", with(&[(":status", "200")])),
        malformed("§8.3.1: no method", with_pseudo(":method", &[])),
        malformed("§8.3.1: no scheme", with_pseudo(":scheme", &[])),
        malformed("§8.3.1: no path", with_pseudo(":path", &[])),
        malformed("§8.3.1: an empty path", with_pseudo(":path", &[""])),
        malformed("§8.3.1: two methods", with_pseudo(":method", &["GET", "GET"])),
        malformed("§8.3.1: two schemes", with_pseudo(":scheme", &["http", "http"])),
        malformed("§8.3.1: two paths", with_pseudo(":path", &["/hello", "/hello"])),
        malformed("§8.3.1: two authorities", with_pseudo(":authority", &["localhost", "localhost"])),
        malformed("§8.5: CONNECT with a path", with_pseudo(":method", &["CONNECT"])),
    ]);
}

fn with_line_but_authority() -> Vec<u8> {
    fields(&[(":method", "GET"), (":scheme", "http"), (":path", "/hello")])
}

const BODY: &[u8] = b"{\"text\":\"x\"}";

/// The head of a `POST` that says how long its body is.
fn sized(length: &str) -> Vec<u8> {
    let fields = [("content-type", "application/json"), ("content-length", length)];
    frame(HEADERS, END_HEADERS, 1, &block("POST", "/echo", &fields))
}

fn trailers(flags: u8, block: &[u8]) -> Vec<u8> {
    let body = frame(DATA, 0, 1, BODY);
    [sized("12"), body, frame(HEADERS, END_HEADERS | flags, 1, block)].concat()
}

#[test]
fn lengths_and_trailers() {
    let whole = frame(DATA, END_STREAM, 1, BODY);
    let (half, other_half) = (frame(DATA, 0, 1, &BODY[..6]), frame(DATA, END_STREAM, 1, &BODY[6..]));
    check([
        answers("§8.1.1: as long as it says", [sized("12"), half, other_half].concat()),
        malformed("§8.1.1: longer than it says", [sized("11"), whole.clone()].concat()),
        malformed("§8.1.1: shorter than it says", [sized("13"), whole.clone()].concat()),
        malformed("§8.1.1: a length and no body", with(&[("content-length", "1")])),
        malformed("§8.1.1: no number", [sized("x"), whole].concat()),
        answers("§8.1: trailers", trailers(END_STREAM, &fields(&[("x-field", "x")]))),
        malformed("§8.1: trailers that end nothing", trailers(0, &fields(&[("x-field", "x")]))),
        // h2 leaves it out instead.
        answers("§8.1: a pseudo-header among them", trailers(END_STREAM, &fields(&[(":path", "/hello")]))),
        malformed("§8.2.1: upper case in their names", trailers(END_STREAM, &fields(&[("X-Field", "x")]))).plainly(),
    ]);
}
