use super::*;
use proptest::prelude::*;
use std::collections::VecDeque;

const SECOND: u64 = 1_000_000_000;

/// 146 years.
const LATEST: u64 = 1 << 62;

fn window(rate: &str) -> Window {
    Window::new(rate.parse().expect(rate))
}

/// Every time that was admitted: what a log of unbounded size would hold.
#[derive(Default)]
struct Naive(VecDeque<u64>);

impl Naive {
    /// How many were admitted in the half-open window of this length that ends with `now`.
    fn within(&self, length: u64, now: u64) -> usize {
        self.0.iter().rev().take_while(|time| **time + length > now).count()
    }
}

/// A crowd of requests: how long each comes after the one before, in thousandths of the period.
fn crowds() -> impl Strategy<Value = Vec<u64>> {
    let gap = prop_oneof![4 => Just(0u64), 4 => 0u64..5, 3 => 0u64..200, 1 => 900u64..1_200, 1 => 2_000u64..9_000];
    proptest::collection::vec(gap, 1..250)
}

fn rates() -> impl Strategy<Value = (u32, u64)> {
    let count = prop_oneof![1u32..=9, 9u32..=40, 100u32..=130, Just(1_000), Just(65_536), Just(Rate::MOST)];
    let period = prop_oneof![
        Just(1_000u64),
        Just(60_000),
        Just(3_600_000),
        Just(86_400_000),
        1_000u64..100_000,
        Just(366 * 86_400_000)
    ];
    (count, period)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn attack_12_no_window_of_the_period_holds_more_than_the_count((count, millis) in rates(), gaps in crowds(), start in 0u64..LATEST / 2) {
        let window = Window::new(Rate::new(count, Duration::from_millis(millis)).expect("a rate"));
        let (mut log, mut naive, mut now) = (Log::default(), Naive::default(), start);
        for gap in gaps {
            now += gap * (window.period / 1_000) + gap % 7;
            if now + 2 * window.period > LATEST {
                break;
            }
            let standing = window.standing(&log, now);
            // Far counts are reached by many at once.
            let at_once = if count > 1_000 { count / 50 } else { 1 };
            for _ in 0..at_once.min(20) {
                let was_free = naive.within(window.period, now) < count as usize;
                match window.admit(&mut log, now).counted {
                    Some(_) => {
                        prop_assert!(was_free, "{} in one window", count + 1);
                        naive.0.push_back(now);
                    }
                    None => {
                        let longest = window.period + window.cell + (2 << window.tick);
                        prop_assert!(naive.within(longest, now) >= count as usize, "refused though there was room");
                        if count as usize <= SLOTS {
                            prop_assert!(naive.within(window.period + (2 << window.tick), now) >= count as usize, "not exact");
                        }
                        let wait = window.standing(&log, now).free_in.as_nanos() as u64;
                        let mut later = log;
                        prop_assert!(wait > 0 && window.admit(&mut later, now + wait).counted.is_some(), "waiting as told did not help");
                        prop_assert!(window.admit(&mut log, now + wait - 1).counted.is_none(), "told to wait too long");
                        break;
                    }
                }
            }
            prop_assert!(standing.remaining <= count);
        }
    }

    #[test]
    fn after_an_idle_period_all_are_admitted_at_once(count in 1u32..=200, gaps in crowds()) {
        let window = Window::new(Rate::new(count, Duration::from_secs(60)).expect("a rate"));
        let (mut log, mut now) = (Log::default(), 0);
        for gap in gaps {
            now += gap * 60_000_000;
            window.admit(&mut log, now);
        }
        now += window.period + window.cell + (2 << window.tick);
        for nth in 0..count {
            prop_assert!(window.admit(&mut log, now).counted.is_some(), "{nth}");
        }
        prop_assert!(window.admit(&mut log, now).counted.is_none());
    }

    #[test]
    fn what_is_given_back_is_free_again_and_nothing_else((count, millis) in rates(), gaps in crowds(), backs in proptest::collection::vec(any::<bool>(), 400)) {
        let window = Window::new(Rate::new(count.min(1_000), Duration::from_millis(millis)).expect("a rate"));
        let (mut log, mut naive, mut now) = (Log::default(), Naive::default(), 0);
        for (gap, back) in gaps.into_iter().zip(backs) {
            now += gap * (window.period / 1_000);
            if now + 2 * window.period > LATEST {
                break;
            }
            let before = window.standing(&log, now).remaining;
            if let Some(counted) = window.admit(&mut log, now).counted {
                prop_assert!(naive.within(window.period, now) < count.min(1_000) as usize);
                if back {
                    window.refund(&mut log, counted, now);
                    prop_assert_eq!(window.standing(&log, now).remaining, before);
                } else {
                    naive.0.push_back(now);
                }
            }
        }
    }

    #[test]
    fn attack_14_a_clock_that_steps_back_neither_frees_nor_blocks_for_long(step in 0u64..10_000 * SECOND, gaps in proptest::collection::vec(0u64..20, 1..30)) {
        let window = window("5/min");
        let (mut log, mut now) = (Log::default(), 20_000 * SECOND);
        for gap in gaps {
            now += gap * SECOND;
            window.admit(&mut log, now);
        }
        let before = window.standing(&log, now).remaining;
        let stepped = now - step;
        prop_assert!(window.standing(&log, stepped).remaining <= before);
        let mut blocked = log;
        let wait = if window.standing(&log, stepped).remaining == 0 { window.standing(&log, stepped).free_in } else { Duration::ZERO };
        // At most a period more.
        prop_assert!(wait <= Duration::from_secs(120) + Duration::from_micros(1));
        // From where the clock now stands, two periods free everything.
        window.admit(&mut blocked, stepped);
        for _ in 0..5 {
            prop_assert!(window.admit(&mut blocked, stepped + 120 * SECOND + 1_000).counted.is_some());
        }
    }
}

#[test]
fn a_steady_pace_below_seven_eighths_is_never_refused() {
    for rate in ["100/hour", "60/min", "1000/day", "1000000/day"] {
        let window = window(rate);
        let pace = (window.period + window.cell + (2 << window.tick)) / u64::from(window.count) + 1;
        let mut log = Log::default();
        for nth in 0..u64::from(window.count.min(1_000)) * 4 {
            assert!(window.admit(&mut log, nth * pace).counted.is_some(), "{rate}: {nth}");
        }
    }
}

#[test]
fn a_log_is_small() {
    assert_eq!(std::mem::size_of::<Log>(), 36);
}

#[test]
fn it_lasts_for_a_century() {
    let window = window("5/min");
    let mut log = Log::default();
    let century = 100 * 366 * 86_400 * SECOND;
    for _ in 0..5 {
        assert!(window.admit(&mut log, century).counted.is_some());
    }
    assert!(window.admit(&mut log, century + SECOND).counted.is_none());
    assert!(window.admit(&mut log, century + 61 * SECOND).counted.is_some());
}
