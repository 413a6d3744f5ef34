use super::*;
use crate::limit::{Counts, Declared, Limit, Per, StoreFailure, declared::Key, prepared::Staged};
use std::sync::Arc;

const SECOND: u64 = 1_000_000_000;

fn staged(rates: &[&str]) -> Staged {
    let limits: Vec<Limit> = rates
        .iter()
        .map(|rate| Limit {
            rate: rate.parse().expect("a rate"),
            per: Per::Ip,
            counts: Counts::All,
            if_store_fails: StoreFailure::Local,
            declared: Declared::Handler,
        })
        .collect();
    Staged::new("GET", "/", None, &limits, StoreFailure::Local)
}

fn admits(memory: &Memory, staged: &Staged, key: u64, now: u64) -> bool {
    let charges: Vec<Charge<'_>> = staged.address.iter().map(|limit| Charge::new(limit, Key(key))).collect();
    matches!(memory.decide(&charges, now), Decision::Admitted(_))
}

#[test]
fn attack_7_a_full_table_never_forgets_who_is_at_their_limit() {
    let staged = staged(&["2/min"]);
    let memory = Memory::new(100);
    // Two who are at their limit, and a crowd of newcomers far larger than the table.
    for key in [1, 2] {
        assert!(admits(&memory, &staged, key, 0) && admits(&memory, &staged, key, 0));
    }
    for key in 10..10_000 {
        assert!(admits(&memory, &staged, key, SECOND), "{key}");
        assert!(memory.len() <= 100);
    }
    for key in [1, 2] {
        assert!(!admits(&memory, &staged, key, 2 * SECOND));
    }
    // After their minute they are as free as anybody.
    assert!(admits(&memory, &staged, 1, 61 * SECOND));
}

#[test]
fn idle_keys_go_first() {
    let staged = staged(&["3/min"]);
    let memory = Memory::new(10);
    for key in 0..9 {
        assert!(admits(&memory, &staged, key, 0));
    }
    let late = 200 * SECOND;
    for _ in 0..2 {
        assert!(admits(&memory, &staged, 9, late));
    }
    // Nine are idle by now: nine newcomers take their places, and the tenth key keeps its own.
    for key in 100..109 {
        assert!(admits(&memory, &staged, key, late));
    }
    assert!(admits(&memory, &staged, 9, late));
    assert!(!admits(&memory, &staged, 9, late));
}

#[test]
fn where_everybody_is_at_their_limit_a_newcomer_waits() {
    let staged = staged(&["1/min"]);
    let memory = Memory::new(10);
    for key in 0..10 {
        assert!(admits(&memory, &staged, key, 0));
    }
    assert!(!admits(&memory, &staged, 10, 0));
    assert!(!admits(&memory, &staged, 0, 0));
    assert!(admits(&memory, &staged, 10, 100 * SECOND));
}

#[test]
fn who_has_used_least_goes_before_who_has_used_more() {
    let staged = staged(&["9/min"]);
    let memory = Memory::new(80);
    for _ in 0..5 {
        assert!(admits(&memory, &staged, 0, 0));
    }
    for key in 1..1_000 {
        assert!(admits(&memory, &staged, key, 0));
    }
    let left = (0..9).filter(|_| admits(&memory, &staged, 0, 0)).count();
    assert_eq!(left, 4);
}

#[test]
fn a_million_keys_take_less_than_64_bytes_each_beyond_the_key_itself() {
    let staged = staged(&["5/min"]);
    let memory = Memory::new(1_000_000);
    for key in 0..1_000_000 {
        assert!(admits(&memory, &staged, key, 0));
    }
    assert_eq!(memory.len(), 1_000_000);
    let each = memory.bytes() / 1_000_000;
    assert!(each < 64 + size_of::<Id>(), "{each} bytes");
    // And not more, however many come: the bound of all shards together.
    for key in 1_000_000..1_300_000 {
        assert!(admits(&memory, &staged, key, 0));
    }
    assert!(memory.len() <= 1_110_000, "{}", memory.len());
}

#[test]
fn limits_of_one_step_admit_together_or_not_at_all_also_at_once() {
    let staged = Arc::new(staged(&["50/min", "30/min", "40/min"]));
    let memory = Arc::new(Memory::new(1_000_000));
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let (memory, staged) = (memory.clone(), staged.clone());
            std::thread::spawn(move || (0..100).filter(|_| admits(&memory, &staged, 7, 0)).count())
        })
        .collect();
    let admitted: usize = threads.into_iter().map(|thread| thread.join().expect("no thread panics")).sum();
    assert_eq!(admitted, 30);
    let standing = |nth: usize| {
        let charge = Charge::new(&staged.address[nth], Key(7));
        match memory.decide(&[charge], 0) {
            Decision::Admitted(taken) => taken[0].standing.remaining + 1,
            Decision::Refused(_) => 0,
        }
    };
    assert_eq!([standing(0), standing(1), standing(2)], [20, 0, 10]);
}

#[test]
fn what_is_given_back_is_free_again() {
    let staged = staged(&["1/min"]);
    let memory = Memory::new(10);
    let charge = Charge::new(&staged.address[0], Key(1));
    let Decision::Admitted(taken) = memory.decide(&[charge], 5) else { panic!("there is a place") };
    assert!(!admits(&memory, &staged, 1, 6));
    memory.refund(&Charge::new(&staged.address[0], Key(1)), taken[0].counted, 7);
    assert!(admits(&memory, &staged, 1, 8));
    assert!(!admits(&memory, &staged, 1, 9));
}
