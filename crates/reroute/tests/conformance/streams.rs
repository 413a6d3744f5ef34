//! RFC 9113 §5.1: frames on streams that are not there for them.

use super::{
    cases::*,
    h2::frames::{DATA, HEADERS, WINDOW_UPDATE, block, frame, get, reset},
    outcome::{Event, check},
};

/// The client has ended its side, the server not yet.
fn half_closed(then: Vec<u8>) -> Vec<u8> {
    [get(1, "/held"), then].concat()
}

#[test]
fn identifiers() {
    check([
        ends("§5.1.1: an even one", get(2, "/hello"), PROTOCOL),
        ends("§5.1.1: a smaller one than before", [get(5, "/held"), get(3, "/hello")].concat(), PROTOCOL),
        answers("§5.1.1: one that leaves others out", get(4711, "/hello")),
    ]);
}

#[test]
fn a_stream_that_its_client_has_ended() {
    check([
        resets("§5.1: a body", half_closed(frame(DATA, 0, 1, b"x")), STREAM_CLOSED).plainly(),
        resets("§5.1: another head", half_closed(get(1, "/hello")), STREAM_CLOSED).plainly(),
        ignores("§5.1: its window grows", half_closed(frame(WINDOW_UPDATE, 0, 1, &[0, 0, 0, 1]))),
        ignores("§5.1: its priority", half_closed(frame(PRIORITY, 0, 1, &[0, 0, 0, 3, 16]))),
        ignores("§5.1: its reset", half_closed(reset(1))),
    ]);
}

#[test]
fn a_stream_that_was_reset() {
    check([
        resets("§5.1: a body", half_closed([reset(1), frame(DATA, 0, 1, b"x")].concat()), STREAM_CLOSED),
        ends("§5.1: another head", half_closed([reset(1), get(1, "/hello")].concat()), STREAM_CLOSED).plainly(),
        ignores("§5.1: another reset", half_closed([reset(1), reset(1)].concat())),
    ]);
}

#[test]
fn a_stream_that_is_answered() {
    let head = frame(HEADERS, WHOLE, 1, &block("GET", "/hello", &[]));
    check([
        once_answered("§5.1: a body", frame(DATA, 0, 1, b"x"), [Event::Reset(STREAM_CLOSED)]),
        once_answered("§5.1: another head", head, [Event::Reset(STREAM_CLOSED)]).plainly(),
        once_answered("§5.1: its window grows", frame(WINDOW_UPDATE, 0, 1, &[0, 0, 0, 1]), []),
        once_answered("§5.1: its reset", reset(1), []),
        once_answered("§5.1: its priority", frame(PRIORITY, 0, 1, &[0, 0, 0, 3, 16]), []),
    ]);
}
