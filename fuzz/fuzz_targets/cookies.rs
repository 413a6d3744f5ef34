//! No cookies make the application fail; each line is a header of its own, as HTTP/2 may send them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reroute::{axum_core::body::Body, http::Request};
use reroute_fuzz::ask;

fuzz_target!(|bytes: &[u8]| {
    let mut request = Request::get("/told").header("host", "localhost");
    for line in bytes.split(|byte| *byte == b'\n') {
        request = request.header("cookie", line);
    }
    if let Ok(request) = request.body(Body::empty()) {
        assert!(matches!(ask(request), 200 | 422));
    }
});
