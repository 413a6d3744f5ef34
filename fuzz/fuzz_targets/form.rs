//! No form makes the application fail.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reroute::{axum_core::body::Body, http::Request};
use reroute_fuzz::ask;

fuzz_target!(|bytes: &[u8]| {
    let request = Request::post("/asked").header("host", "localhost");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    if let Ok(request) = request.body(Body::from(bytes.to_vec())) {
        assert!(matches!(ask(request), 200 | 400 | 422));
    }
});
