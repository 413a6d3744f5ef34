//! No query makes the application fail.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reroute::{axum_core::body::Body, http::Request};
use reroute_fuzz::ask;

fuzz_target!(|query: &str| {
    if let Ok(request) = Request::get(format!("/asked?{query}")).header("host", "localhost").body(Body::empty()) {
        assert!(matches!(ask(request), 200 | 400 | 422));
    }
});
