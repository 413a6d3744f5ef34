//! No cookie that this server did not make signs anybody in or says anything; each line is a header of its own. Seeds are in `seeds/sealed_cookies`: give that folder
//! to `cargo fuzz run` after the corpus.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reroute::{axum_core::body::Body, http::Request};
use reroute_fuzz::ask_for_text;

fuzz_target!(|bytes: &[u8]| {
    let mut request = Request::get("/sealed").header("host", "localhost");
    let mut names_session = false;
    for line in bytes.split(|byte| *byte == b'\n') {
        names_session |= line.windows(15).any(|part| part == b"__Host-session=");
        request = request.header("cookie", line);
    }
    let Ok(request) = request.body(Body::empty()) else { return };
    let (status, text) = ask_for_text(request);
    match status {
        200 => assert_eq!(text, "None None None"),
        status => assert!(status == 401 && names_session, "{status}"),
    }
});
