//! How much is kept.

use super::{Runs, Service, is_hit};
use reroute::{cache::Cache, file, prelude::*};

#[route]
pub struct Sized {
    runs: State<Runs>,
}

#[route]
impl Sized {
    #[public]
    #[cache("1 h", shared)]
    async fn get(&self, #[query] n: u32, #[query(default = 1)] size: u32) -> String {
        self.runs.next();
        "x".repeat(usize::try_from(size + n - n).expect("a small size"))
    }
}

fn service(entries: usize, bytes: usize) -> Service {
    Service::with([file::<Sized>("/", "index.rs")], Cache::new(entries, bytes))
}

#[tokio::test]
async fn lesson_what_was_not_asked_for_the_longest_time_goes_first() {
    let service = service(3, 1 << 20);
    for n in [1, 2, 3, 1, 4] {
        service.get(&format!("/?n={n}")).await;
    }
    for (n, is_there) in [(1, true), (3, true), (4, true), (2, false)] {
        assert_eq!(is_hit(&service.get(&format!("/?n={n}")).await), is_there, "{n}");
    }
    let statistics = service.cache.statistics();
    assert_eq!((statistics.entries, statistics.capacity, statistics.evictions), (3, 3, 2));
    assert_eq!((statistics.hits, statistics.misses), (4, 5));
}

#[tokio::test]
async fn attack_47_entries_are_bounded() {
    let service = service(100, 1 << 20);
    for n in 0..2_000 {
        service.get(&format!("/?n={n}")).await;
        assert!(n % 500 != 0 || service.cache.statistics().entries <= 100);
    }
    let statistics = service.cache.statistics();
    assert_eq!((statistics.entries, statistics.evictions), (100, 1_900));
}

#[tokio::test]
async fn attack_47_bytes_are_bounded() {
    let service = service(1_000, 64 << 10);
    for n in 0..100 {
        service.get(&format!("/?n={n}&size=4096")).await;
    }
    let kept = service.cache.statistics().entries;
    assert!((10..=15).contains(&kept), "{kept}");
    // One that takes more than an eighth is not kept, and goes out whole.
    let large = service.get("/?n=1&size=9000").await;
    assert_eq!((large.header("cache-status"), large.body.len()), ("reroute; fwd=uri-miss; detail=size", 9_000));
}
