//! No text makes redaction panic, and a secret in a recognised form goes whatever stands around it.
//!
//! `cargo fuzz run redact fuzz/corpus/redact fuzz/seeds/redact`
#![no_main]

use libfuzzer_sys::fuzz_target;
use reroute_core::{redact::redact, sensitive::is_sensitive};

const SECRET: &str = "sUp3rS3cr3tV4lu3";

/// Secrets by their names and by their looks: what a text around them cannot hide, once an end of line parts them from it.
const PLANTED: [&str; 7] = [
    "password=sUp3rS3cr3tV4lu3",
    "X-Api-Key: sUp3rS3cr3tV4lu3",
    "\"access_token\": \"sUp3rS3cr3tV4lu3\"",
    "Bearer sUp3rS3cr3tV4lu3",
    "eyJhbGciOiJIUzI1NiJ9.sUp3rS3cr3tV4lu3.c2ln",
    "key_sUp3rS3cr3tV4lu3",
    "postgres://shop:sUp3rS3cr3tV4lu3@db/shop",
];

fuzz_target!(|text: &str| {
    let _ = (redact(text), is_sensitive(text));
    let (before, after) = text.split_at(text.floor_char_boundary(text.len() / 2));
    let planted = PLANTED[text.len() % PLANTED.len()];
    let text = format!("{before}\n{planted}\n{after}");
    assert!(before.contains(SECRET) || after.contains(SECRET) || !redact(&text).contains(SECRET), "{text}");
});
