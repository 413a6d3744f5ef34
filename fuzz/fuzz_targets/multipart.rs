//! No form with files makes the application fail, however it arrives. The boundary is `B`; the first byte says how large the
//! pieces are.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reroute::{axum_core::body::Body, http::Request};
use reroute_fuzz::{ask, in_pieces};

fuzz_target!(|bytes: &[u8]| {
    let Some((size, form)) = bytes.split_first() else { return };
    // Half of all inputs begin as a form does, so that not all runs end at the first line.
    let mut body = Vec::new();
    if size % 2 == 0 {
        body.extend_from_slice(b"--B\r\nContent-Disposition: form-data; name=");
    }
    body.extend_from_slice(form);
    let request = Request::post("/sent").header("host", "localhost");
    let request = request.header("content-type", "multipart/form-data; boundary=B");
    let pieces: Body = in_pieces(&body, usize::from(*size).max(1));
    if let Ok(request) = request.body(pieces) {
        assert!(matches!(ask(request), 200 | 400 | 413 | 422));
    }
});
