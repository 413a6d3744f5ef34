//! No headers make the application fail; each line is one, its name before the first colon.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reroute::{axum_core::body::Body, http::Request};
use reroute_fuzz::ask;

fuzz_target!(|bytes: &[u8]| {
    let mut request = Request::get("/told").header("host", "localhost");
    for line in bytes.split(|byte| *byte == b'\n') {
        let at = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        request = request.header(&line[..at], line.get(at + 1..).unwrap_or_default());
    }
    if let Ok(request) = request.body(Body::empty()) {
        ask(request);
    }
});
