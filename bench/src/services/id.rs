//! The request id of the axum programs, made as cheaply as reroute makes its own.

use http::HeaderValue;
use std::cell::Cell;

/// A fresh id: 128 bits in hexadecimal digits, of which the thread draws the first 80 at random and counts the rest.
pub(super) fn next() -> HeaderValue {
    thread_local! {
        static LAST: Cell<u128> = const { Cell::new(0) };
    }
    let next = match LAST.get() {
        0 => seed(),
        last => last.wrapping_add(1),
    };
    LAST.set(next);
    let mut hex = [0; 32];
    for (at, byte) in next.to_be_bytes().into_iter().enumerate() {
        hex[at * 2] = DIGITS[usize::from(byte >> 4)];
        hex[at * 2 + 1] = DIGITS[usize::from(byte & 15)];
    }
    HeaderValue::from_bytes(&hex).expect("hexadecimal digits are visible ASCII")
}

const DIGITS: [u8; 16] = *b"0123456789abcdef";

fn seed() -> u128 {
    let mut random = [0; 16];
    getrandom::fill(&mut random).expect("a measurement runs where there are random bytes");
    (u128::from_be_bytes(random) & !0xffff_ffff_ffff) | 1
}
