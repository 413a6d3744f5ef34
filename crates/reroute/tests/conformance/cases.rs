//! How a case is written.

use super::{
    h2::frames,
    outcome::{Case, Event, Step},
};

pub(crate) const PROTOCOL: u32 = 1;
pub(crate) const FLOW_CONTROL: u32 = 3;
pub(crate) const STREAM_CLOSED: u32 = 5;
pub(crate) const FRAME_SIZE: u32 = 6;
pub(crate) const COMPRESSION: u32 = 9;

pub(crate) const PRIORITY: u8 = 2;
pub(crate) const PUSH_PROMISE: u8 = 5;

pub(crate) const PADDED: u8 = 8;
pub(crate) const WITH_PRIORITY: u8 = 0x20;

/// Of a request whose head is one whole frame, and which has no body.
pub(crate) const WHOLE: u8 = frames::END_HEADERS | frames::END_STREAM;

const LINE: [(&str, &str); 4] =
    [(":method", "GET"), (":scheme", "http"), (":authority", "localhost"), (":path", "/hello")];

/// It gives up the connection.
pub(crate) fn ends(what: &'static str, sent: Vec<u8>, reason: u32) -> Case {
    case(what, sent, [Event::Goaway(reason), Event::Closed])
}

/// It resets the stream, and keeps the connection.
pub(crate) fn resets(what: &'static str, sent: Vec<u8>, reason: u32) -> Case {
    case(what, sent, [Event::Reset(reason)])
}

/// It answers 200.
pub(crate) fn answers(what: &'static str, sent: Vec<u8>) -> Case {
    case(what, sent, [Event::Status(200)])
}

/// It does nothing about it.
pub(crate) fn ignores(what: &'static str, sent: Vec<u8>) -> Case {
    case(what, sent, [])
}

pub(crate) fn case<const N: usize>(what: &'static str, sent: Vec<u8>, wanted: [Event; N]) -> Case {
    Case { what, steps: vec![Step::Send(sent)], wanted: wanted.into() }
}

/// `sent` comes after a whole request on stream 1 is answered.
pub(crate) fn once_answered<const N: usize>(what: &'static str, sent: Vec<u8>, then: [Event; N]) -> Case {
    let steps = vec![Step::Send(frames::get(1, "/hello")), Step::Await(1), Step::Send(sent)];
    Case { what, steps, wanted: [&[Event::Status(200)], then.as_slice()].concat() }
}

/// A header block of these fields alone.
pub(crate) fn fields(fields: &[(&str, &str)]) -> Vec<u8> {
    fields.iter().flat_map(|(name, value)| frames::literal(name, value)).collect()
}

/// A request on stream 1 whose head is this block.
pub(crate) fn head(block: &[u8]) -> Vec<u8> {
    frames::frame(frames::HEADERS, WHOLE, 1, block)
}

/// A whole `GET` with further fields.
pub(crate) fn with(further: &[(&str, &str)]) -> Vec<u8> {
    head(&fields(&[&LINE, further].concat()))
}

/// A whole `GET` in which this pseudo-header has other values: none, or several.
pub(crate) fn with_pseudo(name: &str, values: &[&str]) -> Vec<u8> {
    let others = LINE.into_iter().filter(|(other, _)| *other != name);
    let all: Vec<_> = others.chain(values.iter().map(|value| (name, *value))).collect();
    head(&fields(&all))
}

/// Its length is a lie: nothing of the content is there.
pub(crate) fn oversized(kind: u8, flags: u8, stream: u32, length: u32) -> Vec<u8> {
    let mut frame = frames::frame(kind, flags, stream, &[]);
    frame[..3].copy_from_slice(&length.to_be_bytes()[1..]);
    frame
}
