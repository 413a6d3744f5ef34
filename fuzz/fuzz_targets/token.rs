//! No credential makes reading it panic, and what is taken is a token as the standards have it: the first line is its header, the rest its
//! claims, and the right key signs them. As it is, no input is a token, for want of the key.
//!
//! `cargo fuzz run token fuzz/corpus/token fuzz/seeds/token`
#![no_main]

use libfuzzer_sys::fuzz_target;
use reroute::auth::fuzz::{holds_key, is_key, is_refresh_token, is_taken, is_token};
use serde_json::Value;

/// What a header may not hold.
const FORBIDDEN: [&str; 8] = ["crit", "b64", "jwk", "jku", "x5u", "x5c", "zip", "enc"];

fuzz_target!(|bytes: &[u8]| {
    let at = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (header, claims) = (&bytes[..at], bytes.get(at + 1..).unwrap_or_default());
    if is_taken(header, claims) {
        let read = |part| serde_json::from_slice::<Value>(part).expect("it is JSON");
        let (header, claims) = (read(header), read(claims));
        assert!(header["alg"] == "HS256" && FORBIDDEN.iter().all(|name| header.get(name).is_none()), "{header}");
        assert!(header["typ"].as_str().is_some_and(|kind| kind.to_ascii_lowercase().ends_with("at+jwt")), "{header}");
        assert!(claims["exp"].is_u64() && claims.get("aud").is_none_or(Value::is_null), "{claims}");
        for name in ["nbf", "iat"] {
            assert!(claims.get(name).is_none_or(Value::is_u64), "{claims}");
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        assert!(!is_token(text) && !is_refresh_token(text));
        // Whatever is a key is found in a query, too.
        assert!(!is_key(text) || (text.len() == 47 && holds_key(text) && holds_key(&format!("x=1&key={text}&y"))));
    }
});
