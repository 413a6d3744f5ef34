//! No bytes make reading a body panic, and what is taken is JSON to serde_json, too.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reroute::params::from_json;
use reroute_fuzz::{Look, Order};
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let statuses = [
        from_json::<Value>(bytes).map(drop),
        from_json::<Order>(bytes).map(drop),
        from_json::<Look>(bytes).map(drop),
        from_json::<Vec<Option<String>>>(bytes).map(drop),
        from_json::<u64>(bytes).map(drop),
    ]
    .map(|read| read.map_or_else(|error| error.status().as_u16(), |()| 200));
    let is_json = serde_json::from_slice::<Value>(bytes).is_ok();
    for status in statuses {
        assert!(matches!(status, 200 | 400 | 422));
        // What is malformed, is so whatever was to be read; a key that stands twice is our own demand.
        assert!(is_json || status == 400, "{status}");
    }
    assert!(statuses.iter().all(|status| (*status == 400) == (statuses[0] == 400)), "{statuses:?}");
    if let Ok(value) = from_json::<Value>(bytes) {
        assert_eq!(serde_json::from_slice::<Value>(bytes).ok(), Some(value));
    }
});
