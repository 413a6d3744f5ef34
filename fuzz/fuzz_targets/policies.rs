//! A policy that is taken from a setting is one header value, and reads back as itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reroute_core::{
    address::Network,
    headers::{ContentSecurityPolicy, PermissionsPolicy, tightened},
    host::HostPattern,
    origin::OriginPattern,
    secret,
};
use std::{fmt::Display, str::FromStr};

fn reads_back<T: FromStr + Display>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        let shown = value.to_string();
        assert!(shown.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{shown:?}");
        let again = shown.parse::<T>().ok().map(|again| again.to_string());
        assert_eq!(again, Some(shown));
    }
}

fuzz_target!(|text: &str| {
    reads_back::<ContentSecurityPolicy>(text);
    reads_back::<PermissionsPolicy>(text);
    // Whatever a handler asks for, the configured policy stays the first of one line.
    if let Some(both) = tightened("content-security-policy", "default-src 'self'", text) {
        assert!(both.split(", ").next() == Some("default-src 'self'"));
        assert!(both.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{both:?}");
    }
    reads_back::<HostPattern>(text);
    reads_back::<OriginPattern>(text);
    reads_back::<Network>(text);
    if let Some(weakness) = secret::weakness(text, &[]) {
        assert!(text.len() < 6 || !weakness.to_string().contains(text));
    }
});
