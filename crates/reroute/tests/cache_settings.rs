//! The settings bound the cache of the process. Alone in its program, since that is one for all.
#![allow(missing_docs, reason = "tests are read, not called")]

use reroute::{App, Tree, prelude::*, testing};

#[cache("5 min")]
fn double(n: u64) -> u64 {
    n * 2
}

#[test]
fn the_settings_bound_it() {
    let start = |variables: &[(&str, &str)]| {
        let all = [("REROUTE_ENV", "test")].into_iter().chain(variables.iter().copied());
        testing::service(App::new(Tree::new([])), all).expect("it starts");
    };
    start(&[]);
    assert_eq!(reroute::cache().statistics().capacity, 1000);
    start(&[("REROUTE_CACHE_ENTRIES", "5")]);
    (0..20).for_each(|n| assert_eq!(double(n), n * 2));
    let statistics = reroute::cache().statistics();
    assert_eq!((statistics.capacity, statistics.entries, statistics.evictions), (5, 5, 15));
    // A result takes at least its eight bytes.
    start(&[("REROUTE_CACHE_ENTRIES", "100"), ("REROUTE_CACHE_BYTES", "64 B")]);
    (0..20).for_each(|n| assert_eq!(double(n), n * 2));
    assert!(reroute::cache().statistics().entries <= 12);
}
