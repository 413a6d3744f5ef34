//! A path that is answered is its own normal form, and a pattern that is taken names what it says.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reroute_core::{duration, order_by, path};

fuzz_target!(|text: &str| {
    if path::is_canonical(text) {
        assert!(text.starts_with('/') && !text.contains("//") && (text == "/" || !text.ends_with('/')));
        assert!(text.split('/').all(|segment| segment != "." && segment != ".."));
        assert!(text.bytes().all(|byte| byte.is_ascii_graphic()));
    }
    if let Ok(names) = path::parameters(text) {
        assert!(names.iter().all(|name| text.contains(name)));
    }
    if let Ok(span) = duration::parse(text) {
        assert!(!span.is_zero() && span <= duration::LONGEST);
    }
    if let Ok(column) = order_by::column(text, &["id", "name"]) {
        assert_eq!(column, text);
    }
});
