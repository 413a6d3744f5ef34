//! Whether one more is admitted: a sliding window over a log of fixed size.
//!
//! # The algorithm
//!
//! A [`Log`] holds, for one key, up to [`SLOTS`] slots: a time, and how many were admitted *up to* that time. One more is admitted at
//! `now` when fewer than `N` stand in slots younger than the period `P`. It opens a slot of its own; when all are taken by younger ones,
//! two neighbours become one, at the time of the *later*. Nothing is ever counted for less than `P`, so that no half-open window of length
//! `P` holds more than `N`.
//!
//! # Its error
//!
//! It errs on the side of refusing. Neighbours are joined only inside one cell of a grid of `P / (SLOTS - 1)`, of those the nearest; there
//! always are two, since `P` overlaps `SLOTS` cells. So what was admitted is counted for at most
//! `P + P / 7`, plus a tick for the resolution of the times. For `N` up to [`SLOTS`] nothing is ever joined: it is exact to the tick. A
//! tick is below `P / 2^26` for `N` up to 7 and grows with `N`, to `P / 64` for [`Rate::MOST`]. A client that was idle for that long
//! finds `N` places at once; one that keeps a steady pace below `7 / 8` of the rate is never refused.
//!
//! # Clocks
//!
//! Times are nanoseconds since any moment less than 146 years (2^62 ns) ago. A clock that steps back by less than a period is taken to stand still until it has caught up; one
//! that steps back further takes the whole log with it. So a step neither frees a place nor blocks for longer than a period more.

use crate::rate::Rate;
use std::time::Duration;

/// How many slots a [`Log`] has.
pub const SLOTS: usize = 8;

/// What is known of one key: 36 bytes. The default is a key that was never seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Log {
    /// The time that the slots count from, in units of the window.
    base: u32,
    /// Ticks since the base, and below them a count; the oldest first, zero where there is none.
    slots: [u32; SLOTS],
}

/// How a rate is held: what [`Rate`] says, prepared.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    count: u32,
    /// Nanoseconds.
    period: u64,
    /// How many bits of a slot are its count.
    count_bits: u32,
    /// A tick is this power of two, in nanoseconds.
    tick: u32,
    /// A unit of the base is this power of two, in nanoseconds.
    unit: u32,
    /// Within this many nanoseconds slots may be joined.
    cell: u64,
}

/// How a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// How many more are admitted now.
    pub remaining: u32,
    /// Until a place is free that is taken now; zero where none is taken. Where nothing remains, waiting this long gets one in.
    pub free_in: Duration,
}

impl Window {
    /// The window of a rate.
    pub fn new(rate: Rate) -> Self {
        // Bounded by 366 days: far from the end of u64.
        let period = rate.period().as_nanos() as u64;
        let count_bits = u32::BITS - rate.count().leading_zeros();
        let most_ticks = u64::from(u32::MAX >> count_bits);
        let is_fine = |tick: &u32| {
            let span = period + (1 << unit_of(*tick)) + (2 << tick);
            span >> tick < most_ticks
        };
        // 2^56 nanoseconds are more than two years: the span of the longest period fits into 255 such ticks.
        let tick = (0..56).find(is_fine).unwrap_or(56);
        let cell = (period + (1 << tick)).div_ceil(SLOTS as u64 - 1);
        Self { count: rate.count(), period, count_bits, tick, unit: unit_of(tick), cell }
    }

    /// Admits one more at `now`, if there is a place, and says at which time it was counted, for [`refund`](Self::refund).
    ///
    /// ```
    /// use reroute_core::window::{Log, Window};
    ///
    /// let window = Window::new("2/min".parse()?);
    /// let mut log = Log::default();
    /// assert!(window.admit(&mut log, 0).is_some() && window.admit(&mut log, 1_000).is_some());
    /// assert!(window.admit(&mut log, 2_000).is_none());
    /// assert!(window.admit(&mut log, 60_001_000_000).is_some());
    /// # Ok::<(), reroute_core::rate::RateError>(())
    /// ```
    pub fn admit(&self, log: &mut Log, now: u64) -> Option<u64> {
        let now = self.catch_up(log, now);
        if self.used(log, now) >= self.count {
            return None;
        }
        Some(self.add(log, now))
    }

    /// How the key stands at `now`.
    pub fn standing(&self, log: &Log, now: u64) -> Standing {
        let mut log = *log;
        let asked = now;
        let now = self.catch_up(&mut log, asked);
        let used = self.used(&log, now);
        let oldest = log
            .slots
            .iter()
            .copied()
            .filter(|slot| *slot != 0)
            .map(|slot| self.time(&log, slot))
            .find(|time| time + self.period > now);
        let free_in = oldest.map_or(0, |time| time + self.period - asked);
        Standing { remaining: self.count.saturating_sub(used), free_in: Duration::from_nanos(free_in) }
    }

    /// Gives back the place that was taken at the time `counted`. One that would be free by now anyway stays as it is.
    ///
    /// ```
    /// use reroute_core::window::{Log, Window};
    ///
    /// let window = Window::new("1/min".parse()?);
    /// let mut log = Log::default();
    /// let counted = window.admit(&mut log, 0).expect("a place is free");
    /// window.refund(&mut log, counted, 1_000);
    /// assert!(window.admit(&mut log, 2_000).is_some());
    /// # Ok::<(), reroute_core::rate::RateError>(())
    /// ```
    pub fn refund(&self, log: &mut Log, counted: u64, now: u64) {
        if now >= counted.saturating_add(self.period) {
            return;
        }
        let at = log.slots.iter().position(|slot| *slot != 0 && self.time(log, *slot) >= counted);
        let Some(at) = at else { return };
        log.slots[at] -= 1;
        if self.count_of(log.slots[at]) == 0 {
            log.slots[at..].rotate_left(1);
            log.slots[SLOTS - 1] = 0;
        }
    }

    /// From when on nothing of the log counts any longer.
    pub fn idle_from(&self, log: &Log) -> u64 {
        self.newest(log).map_or(0, |time| time + self.period)
    }

    /// How many were counted and may still count, of how many: how much is lost with the log.
    pub fn usage(&self, log: &Log) -> (u32, u32) {
        (log.slots.iter().map(|slot| self.count_of(*slot)).sum(), self.count)
    }

    /// The time that holds for the log: never before its newest slot.
    fn catch_up(&self, log: &mut Log, now: u64) -> u64 {
        let Some(newest) = self.newest(log) else { return now };
        if now.saturating_add(self.period) < newest {
            self.shift_back(log, newest - now);
        }
        now.max(self.newest(log).unwrap_or(now))
    }

    #[cold]
    fn shift_back(&self, log: &mut Log, by: u64) {
        let times = log.slots.map(|slot| self.time(log, slot).saturating_sub(by));
        log.base = (times[0] >> self.unit) as u32;
        for (slot, time) in log.slots.iter_mut().zip(times).filter(|(slot, _)| **slot != 0) {
            *slot = self.slot(log.base, time, self.count_of(*slot));
        }
    }

    fn used(&self, log: &Log, now: u64) -> u32 {
        let is_young = |slot: &u32| self.time(log, *slot) + self.period > now;
        log.slots.iter().copied().filter(|slot| *slot != 0 && is_young(slot)).map(|slot| self.count_of(slot)).sum()
    }

    /// Counts one at `now`, which is no earlier than the newest slot.
    fn add(&self, log: &mut Log, now: u64) -> u64 {
        self.drop_old(log, now);
        let taken = log.slots.iter().take_while(|slot| **slot != 0).count();
        if taken == 0 {
            log.base = (now >> self.unit) as u32;
        } else {
            self.rebase(log, now);
        }
        let new = self.slot(log.base, now, 1);
        let time = self.time(log, new);
        match taken.checked_sub(1) {
            Some(last) if log.slots[last] >> self.count_bits == new >> self.count_bits => log.slots[last] += 1,
            _ if taken < SLOTS => log.slots[taken] = new,
            _ => self.join(log, new),
        }
        time
    }

    fn drop_old(&self, log: &mut Log, now: u64) {
        let is_old = |slot: &u32| *slot != 0 && self.time(log, *slot) + self.period <= now;
        let old = log.slots.iter().take_while(|slot| is_old(slot)).count();
        log.slots[..old].fill(0);
        log.slots.rotate_left(old);
    }

    /// Lets the slots count from the oldest of them, where `now` would be too far from the base. Ticks divide units: nothing is rounded.
    fn rebase(&self, log: &mut Log, now: u64) {
        if self.ticks(log.base, now) <= u64::from(u32::MAX >> self.count_bits) {
            return;
        }
        let base = (self.time(log, log.slots[0]) >> self.unit) as u32;
        let slots = log
            .slots
            .map(|slot| if slot == 0 { 0 } else { self.slot(base, self.time(log, slot), self.count_of(slot)) });
        *log = Log { base, slots };
    }

    /// Joins the two nearest that stand in one cell, and puts `new` behind all.
    fn join(&self, log: &mut Log, new: u32) {
        let mut all = [0; SLOTS + 1];
        all[..SLOTS].copy_from_slice(&log.slots);
        all[SLOTS] = new;
        let times = all.map(|slot| self.time(log, slot));
        let in_one_cell = |at: &usize| times[*at] / self.cell == times[at + 1] / self.cell;
        let gap = |at: &usize| times[at + 1] - times[*at];
        // Nine times in eight cells: two share one. Were there none, the nearest would do: it errs on the side of refusing.
        let at = (0..SLOTS).filter(in_one_cell).min_by_key(gap).or_else(|| (0..SLOTS).min_by_key(gap)).unwrap_or(0);
        all[at + 1] += self.count_of(all[at]);
        all[at..].rotate_left(1);
        log.slots.copy_from_slice(&all[..SLOTS]);
    }

    fn newest(&self, log: &Log) -> Option<u64> {
        log.slots.iter().rev().find(|slot| **slot != 0).map(|slot| self.time(log, *slot))
    }

    fn slot(&self, base: u32, time: u64, count: u32) -> u32 {
        // `rebase` has made room for the ticks.
        (self.ticks(base, time) << self.count_bits) as u32 | count
    }

    /// Rounded up: what is counted is never counted for too short a time.
    fn ticks(&self, base: u32, time: u64) -> u64 {
        time.saturating_sub(u64::from(base) << self.unit).div_ceil(1 << self.tick)
    }

    fn time(&self, log: &Log, slot: u32) -> u64 {
        (u64::from(log.base) << self.unit) + (u64::from(slot >> self.count_bits) << self.tick)
    }

    fn count_of(&self, slot: u32) -> u32 {
        slot & ((1 << self.count_bits) - 1)
    }
}

/// About a second, so that a base of 32 bits lasts for more than a century; or a tick, where that is longer.
fn unit_of(tick: u32) -> u32 {
    tick.max(30)
}

#[cfg(test)]
mod tests;
