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
//! tick is below `P / 2^25` for `N` up to 7 and grows with `N`, to `P / 32` for [`Rate::MOST`]. A client that was idle for that long
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
    /// Ticks since the base, and below them a count; the newest first, zero where there is none.
    slots: [u32; SLOTS],
}

/// How a rate is held: what [`Rate`] says, prepared.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    count: u32,
    /// Nanoseconds.
    period: u64,
    /// How many bits of a slot are its count, and a mask of them.
    count_bits: u32,
    count_mask: u32,
    /// A tick is this power of two, in nanoseconds.
    tick: u32,
    /// A unit of the base is this power of two, in nanoseconds.
    unit: u32,
    /// Within this many nanoseconds slots may be joined.
    cell: u64,
    /// What one of the count is, in parts of 254, as a fraction of 2^32.
    part: u64,
}

/// How a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// How many more are admitted now.
    pub remaining: u32,
    /// Until a place is free that is taken now; zero where none is taken. Where nothing remains, waiting this long gets one in.
    pub free_in: Duration,
}

/// What came of asking for a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// At which time it was counted, for [`Window::refund`]; `None` where it is refused.
    pub counted: Option<u64>,
    /// How the key stands now.
    pub standing: Standing,
    /// How much of the limit is used now, in parts of 255; all of it is 255, and nothing less is.
    pub used: u8,
    /// From when on nothing of the log counts any longer.
    pub idle_from: u64,
}

/// What a log holds at a time. A slot is compared as it is: its ticks stand above its count.
struct Seen {
    /// The time that one more is counted at: never before the newest slot.
    now: u64,
    /// How many slots count, of those that come first.
    young: usize,
    used: u32,
}

impl Window {
    /// The window of a rate.
    pub fn new(rate: Rate) -> Self {
        // Bounded by 366 days: far from the end of u64.
        let period = rate.period().as_nanos() as u64;
        let count_bits = u32::BITS - rate.count().leading_zeros();
        let most_ticks = u64::from(u32::MAX >> count_bits);
        let is_fine = |tick: &u32| {
            // Four periods: a busy key's base moves once in three of them.
            let span = 4 * period + (1 << unit_of(*tick)) + (2 << tick);
            span >> tick < most_ticks
        };
        // 2^56 nanoseconds are more than two years: the span of the longest period fits into 255 such ticks.
        let tick = (0..56).find(is_fine).unwrap_or(56);
        let cell = (period + (1 << tick)).div_ceil(SLOTS as u64 - 1);
        Self {
            count: rate.count(),
            period,
            count_bits,
            count_mask: (1 << count_bits) - 1,
            tick,
            unit: unit_of(tick),
            cell,
            part: (254 << 32) / u64::from(rate.count()),
        }
    }

    /// Admits one more at `now`, if there is a place.
    ///
    /// ```
    /// use reroute_core::window::{Log, Window};
    ///
    /// let window = Window::new("2/min".parse()?);
    /// let mut log = Log::default();
    /// assert!(window.admit(&mut log, 0).counted.is_some());
    /// assert_eq!(window.admit(&mut log, 1_000).standing.remaining, 0);
    /// assert!(window.admit(&mut log, 2_000).counted.is_none());
    /// assert!(window.admit(&mut log, 60_001_000_000).counted.is_some());
    /// # Ok::<(), reroute_core::rate::RateError>(())
    /// ```
    #[inline]
    pub fn admit(&self, log: &mut Log, now: u64) -> Outcome {
        let mut seen = self.look(log, now);
        let is_admitted = seen.used < self.count;
        if is_admitted {
            self.add(log, &mut seen);
        }
        let newest = self.time(log, log.slots[0]);
        let standing =
            Standing { remaining: self.count.saturating_sub(seen.used), free_in: self.free_in(log, &seen, now) };
        let counted = is_admitted.then_some(newest);
        Outcome { counted, standing, used: self.part_of(seen.used), idle_from: newest + self.period }
    }

    /// How finely times are told: what is counted may count for that much longer than it should.
    pub fn resolution(&self) -> Duration {
        Duration::from_nanos(1 << self.tick)
    }

    /// How the key stands at `now`.
    pub fn standing(&self, log: &Log, now: u64) -> Standing {
        let mut log = *log;
        let seen = self.look(&mut log, now);
        Standing { remaining: self.count.saturating_sub(seen.used), free_in: self.free_in(&log, &seen, now) }
    }

    /// Gives back the place that was taken at the time `counted`. One that would be free by now anyway stays as it is.
    ///
    /// ```
    /// use reroute_core::window::{Log, Window};
    ///
    /// let window = Window::new("1/min".parse()?);
    /// let mut log = Log::default();
    /// let counted = window.admit(&mut log, 0).counted.expect("a place is free");
    /// window.refund(&mut log, counted, 1_000);
    /// assert!(window.admit(&mut log, 2_000).counted.is_some());
    /// # Ok::<(), reroute_core::rate::RateError>(())
    /// ```
    ///
    /// Gives back how much of the limit is used then, as in [`Outcome::used`].
    pub fn refund(&self, log: &mut Log, counted: u64, now: u64) -> u8 {
        self.take_back(log, counted, now);
        let seen = self.look(log, now);
        self.part_of(seen.used)
    }

    fn take_back(&self, log: &mut Log, counted: u64, now: u64) {
        if now >= counted.saturating_add(self.period) {
            return;
        }
        // What was counted then stands in the first slot that is no earlier: joining moves to the next.
        let is_there = |slot: &u32| *slot != 0 && self.time(log, *slot) >= counted;
        let Some(at) = log.slots.iter().rposition(is_there) else { return };
        log.slots[at] -= 1;
        if self.count_of(log.slots[at]) == 0 {
            log.slots[at..].rotate_left(1);
            log.slots[SLOTS - 1] = 0;
        }
    }

    #[inline]
    fn part_of(&self, used: u32) -> u8 {
        // At most 254 where it is not all.
        if used >= self.count { u8::MAX } else { ((u64::from(used) * self.part) >> 32) as u8 }
    }

    #[inline]
    fn look(&self, log: &mut Log, now: u64) -> Seen {
        let newest = self.time(log, log.slots[0]);
        let counted = if newest > now && log.slots[0] != 0 { self.held_back(log, now, newest) } else { now };
        // What is old is told by the clock alone: times are rounded up, and must not be taken for it.
        let Some(old) = self.old(log, now) else { return Seen { now: counted, young: 0, used: 0 } };
        let (mut used, mut young) = (0, 0u32);
        for slot in &log.slots {
            let is_young = *slot >= old;
            used += if is_young { self.count_of(*slot) } else { 0 };
            young += u32::from(is_young);
        }
        Seen { now: counted, young: young as usize, used }
    }

    /// Slots below this one count no longer; `None` where none does.
    #[inline]
    fn old(&self, log: &Log, now: u64) -> Option<u32> {
        match now.checked_sub(self.base(log) + self.period) {
            Some(past) => u32::try_from(((past >> self.tick) + 1) << self.count_bits).ok(),
            // One is less than every slot and more than none.
            None => Some(1),
        }
    }

    /// The time to count at where the clock is behind the newest slot.
    #[cold]
    fn held_back(&self, log: &mut Log, now: u64, newest: u64) -> u64 {
        if now.saturating_add(self.period) >= newest {
            return newest;
        }
        // Whole ticks: the slots keep their distances.
        let by = (newest - now) >> self.tick << self.tick;
        self.rebase(log, by);
        now.max(self.time(log, log.slots[0]))
    }

    /// Counts one at the time that was seen, which is no earlier than the newest slot.
    #[inline]
    fn add(&self, log: &mut Log, seen: &mut Seen) {
        seen.used += 1;
        if seen.young == 0 {
            log.base = (seen.now >> self.unit) as u32;
            log.slots = [0; SLOTS];
        } else if self.ticks(log.base, seen.now) > u64::from(u32::MAX >> self.count_bits) {
            log.slots[seen.young..].fill(0);
            self.rebase(log, 0);
        }
        let new = self.slot(log.base, seen.now, 1);
        if log.slots[0] >> self.count_bits == new >> self.count_bits && seen.young > 0 {
            log.slots[0] += 1;
        } else if seen.young < SLOTS {
            log.slots.copy_within(..SLOTS - 1, 1);
            log.slots[0] = new;
            seen.young += 1;
        } else {
            self.join(log, new);
        }
    }

    /// Lets the slots count from the oldest of those within a period of the newest, and be earlier `by` so much. Ticks divide units: nothing is
    /// rounded.
    #[cold]
    fn rebase(&self, log: &mut Log, by: u64) {
        let times = log.slots.map(|slot| self.time(log, slot));
        let is_near = |at: &usize| log.slots[*at] != 0 && times[*at] + self.period > times[0];
        let near = (0..SLOTS).take_while(is_near).count();
        let base = times[near.saturating_sub(1)].saturating_sub(by) >> self.unit;
        let mut slots = [0; SLOTS];
        for at in 0..near {
            slots[at] = self.slot(base as u32, times[at].saturating_sub(by), self.count_of(log.slots[at]));
        }
        *log = Log { base: base as u32, slots };
    }

    /// Adds `new` and joins the two nearest that stand in one cell, of slots that all count.
    #[inline(never)]
    fn join(&self, log: &mut Log, new: u32) {
        let mut all = [new; SLOTS + 1];
        all[1..].copy_from_slice(&log.slots);
        let times = all.map(|slot| self.time(log, slot));
        let mut start_of_cell = times[0] / self.cell * self.cell;
        let (mut at, mut least) = (0, u64::MAX);
        for nth in 0..SLOTS {
            while times[nth] < start_of_cell {
                start_of_cell -= self.cell;
            }
            let gap = times[nth] - times[nth + 1];
            // Nine times in eight cells: two share one.
            if times[nth + 1] >= start_of_cell && gap < least {
                (at, least) = (nth, gap);
            }
        }
        all[at] += self.count_of(all[at + 1]);
        all.copy_within(at + 2.., at + 1);
        log.slots.copy_from_slice(&all[..SLOTS]);
    }

    /// Until a place that is taken is free.
    #[inline]
    fn free_in(&self, log: &Log, seen: &Seen, now: u64) -> Duration {
        let Some(oldest) = seen.young.checked_sub(1) else { return Duration::ZERO };
        Duration::from_nanos(self.time(log, log.slots[oldest]) + self.period - now)
    }

    #[inline]
    fn slot(&self, base: u32, time: u64, count: u32) -> u32 {
        // `rebase` has made room for the ticks.
        (self.ticks(base, time) << self.count_bits) as u32 | count
    }

    /// Rounded up: what is counted is never counted for too short a time.
    #[inline]
    fn ticks(&self, base: u32, time: u64) -> u64 {
        let since = time.saturating_sub(u64::from(base) << self.unit);
        (since + (1 << self.tick) - 1) >> self.tick
    }

    #[inline]
    fn time(&self, log: &Log, slot: u32) -> u64 {
        self.base(log) + (u64::from(slot >> self.count_bits) << self.tick)
    }

    #[inline]
    fn base(&self, log: &Log) -> u64 {
        u64::from(log.base) << self.unit
    }

    #[inline]
    fn count_of(&self, slot: u32) -> u32 {
        slot & self.count_mask
    }
}

/// About a second, so that a base of 32 bits lasts for more than a century; or a tick, where that is longer.
fn unit_of(tick: u32) -> u32 {
    tick.max(30)
}

#[cfg(test)]
mod tests;
