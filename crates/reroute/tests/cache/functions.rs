//! `#[cache]` on functions.

use reroute::prelude::*;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::sync::Semaphore;

static RUNS: [AtomicUsize; 14] = [const { AtomicUsize::new(0) }; 14];

fn run(nth: usize) -> usize {
    RUNS[nth].fetch_add(1, Ordering::SeqCst) + 1
}

#[cache(duration = 300)]
async fn expensive_operation(key: String) -> String {
    format!("{key} {}", run(0))
}

#[cache("5 min", tags("numbers"), tag = format!("n-{n}"))]
fn plain(n: u32, text: &str) -> (usize, String) {
    if n == 0 {
        return (run(1), String::new());
    }
    (run(1), text.to_owned())
}

#[cache("5 min")]
async fn fallible(n: u32) -> Result<usize> {
    let n: u32 = n.to_string().parse()?;
    let run = run(2);
    if n == 0 { Err(Error::not_found()) } else { Ok(run) }
}

#[cache("5 min")]
fn optional(n: u32) -> Option<u32> {
    run(3);
    (n > 0).then_some(n)
}

#[cache("5 min")]
async fn of_type<T: Default + std::fmt::Debug + 'static>() -> String {
    format!("{:?} {}", T::default(), run(4))
}

struct Shop {
    id: u32,
    _not_hash: f64,
}

#[derive(Hash)]
struct Named<T>(&'static str, T);

impl Shop {
    #[cache("5 min", key = (self.id, n))]
    async fn total(&self, n: u32, _db: &f64) -> usize {
        run(5) + usize::try_from(n).unwrap_or_default()
    }
}

impl<T: std::hash::Hash> Named<T> {
    #[cache("5 min")]
    fn total(&self) -> usize {
        run(6)
    }

    #[cache("5 min")]
    fn of_class() -> usize {
        run(7)
    }
}

#[cache("5 min", capacity = 2)]
fn few(n: u32) -> usize {
    run(8) + usize::try_from(n).unwrap_or_default()
}

#[tokio::test]
async fn arguments_are_the_key() {
    for _ in 0..2 {
        assert_eq!(expensive_operation("a".into()).await, "a 1");
        assert_eq!(expensive_operation("b".into()).await, "b 2");
    }
    assert_eq!((plain(1, "ab").0, plain(1, "ab").0, plain(11, "b").0, plain(0, "b").0), (1, 1, 2, 3));
}

#[tokio::test]
async fn an_error_is_not_kept_and_nothing_is() {
    for _ in 0..2 {
        assert_eq!(fallible(0).await.expect_err("it fails").status(), 404);
    }
    assert_eq!((fallible(1).await.ok(), fallible(1).await.ok()), (Some(3), Some(3)));
    assert_eq!((optional(0), optional(0), RUNS[3].load(Ordering::SeqCst)), (None, None, 1));
}

#[tokio::test]
async fn types_and_receivers_are_part_of_the_key() {
    assert_eq!(
        (of_type::<u8>().await, of_type::<u16>().await, of_type::<u8>().await),
        ("0 1".into(), "0 2".into(), "0 1".into())
    );
    let (one, other) = (Shop { id: 1, _not_hash: 1.0 }, Shop { id: 2, _not_hash: 1.0 });
    assert_eq!((one.total(1, &0.5).await, other.total(1, &0.5).await, one.total(1, &0.7).await), (2, 3, 2));
    assert_eq!(
        (Named("a", 1).total(), Named("b", 1).total(), Named("a", 1u8).total(), Named("a", 1).total()),
        (1, 2, 3, 1)
    );
    assert_eq!((Named::<u8>::of_class(), Named::<u16>::of_class(), Named::<u8>::of_class()), (1, 2, 1));
}

#[test]
fn a_bound_of_its_own_holds() {
    let results: Vec<usize> = [1, 2, 1, 3, 1, 2].into_iter().map(few).collect();
    assert_eq!(results, [2, 4, 2, 6, 2, 6]);
}

#[cache("5 min", tags("by-tag"), tag = n)]
fn tagged(n: u32) -> usize {
    assert!(usize::try_from(n).is_ok());
    run(9)
}

#[test]
fn results_are_forgotten_by_name_and_tag() {
    let mut last = tagged(70_001);
    for tag in ["tagged", "by-tag", "70001"] {
        assert_eq!(tagged(70_001), last);
        reroute::cache().forget(tag);
        let next = tagged(70_001);
        assert_eq!(next, last + 1, "{tag}");
        last = next;
    }
}

#[cache("5 min", key = n)]
async fn slow(n: u32, ends: Arc<Semaphore>, fails: bool) -> Result<usize> {
    let run = run(10);
    ends.acquire().await?.forget();
    usize::try_from(n)?;
    if fails && run % 10 == 1 { Err(Error::not_found()) } else { Ok(run) }
}

#[tokio::test]
async fn attack_46_of_many_callers_of_a_function_one_computes() {
    for fails in [false, true] {
        let before = RUNS[10].load(Ordering::SeqCst);
        RUNS[10].store(before.next_multiple_of(10), Ordering::SeqCst);
        let before = before.next_multiple_of(10);
        let ends = Arc::new(Semaphore::new(0));
        let callers: Vec<_> = (0..10).map(|_| tokio::spawn(slow(u32::from(fails), ends.clone(), fails))).collect();
        while RUNS[10].load(Ordering::SeqCst) == before {
            tokio::task::yield_now().await;
        }
        ends.add_permits(1);
        if fails {
            while RUNS[10].load(Ordering::SeqCst) < before + 10 {
                tokio::task::yield_now().await;
            }
            ends.add_permits(9);
        }
        let mut failures = 0;
        for caller in callers {
            failures += usize::from(caller.await.expect("it ends").is_err());
        }
        assert_eq!((RUNS[10].load(Ordering::SeqCst) - before, failures), if fails { (10, 1) } else { (1, 0) });
    }
}

#[tokio::test(start_paused = true)]
async fn a_result_lasts_as_long_as_is_said() {
    #[cache("1 min")]
    fn minute() -> usize {
        run(11)
    }
    let first = minute();
    tokio::time::advance(std::time::Duration::from_secs(59)).await;
    assert_eq!(minute(), first);
    tokio::time::advance(std::time::Duration::from_secs(2)).await;
    assert_eq!(minute(), first + 1);
}

#[tokio::test]
async fn a_result_that_could_be_shared_is_kept_without_anybody_to_share_it_with() {
    #[cache("5 min", serde)]
    async fn written(name: &str) -> Vec<(String, usize)> {
        vec![(name.to_owned(), run(12))]
    }
    #[cache("5 min", serde)]
    async fn tried(fails: bool) -> Result<usize> {
        let runs = run(13);
        if fails { Err(Error::not_found()) } else { Ok(runs) }
    }
    assert_eq!(written("a").await, written("a").await);
    assert_ne!(written("a").await, written("b").await);
    assert_eq!((tried(false).await.ok(), tried(false).await.ok()), (Some(1), Some(1)));
    assert!(tried(true).await.is_err() && tried(true).await.is_err());
    assert_eq!(RUNS[13].load(Ordering::SeqCst), 3);
}
