//! The store of one process: a bounded table of logs.
//!
//! Keys are spread over shards by a hash with a random seed; each shard is a table behind a lock of its own. Who found keys that collide all the
//! same would make one shard slow, by less than a microsecond, since it is small. The bound holds for
//! each shard. When one is full, keys that nothing counts for any longer go first, then those that have used the least of their
//! limit. A key that has used all of it never goes: where there are only such, a newcomer is refused until one is idle. So nobody wins a fresh
//! count by making the table overflow.

use super::store::{Charge, Decision, Id, Taken};
use foldhash::quality::RandomState;
use hashbrown::HashTable;
use reroute_core::window::{Log, Outcome, Standing};
use smallvec::{SmallVec, smallvec};
use std::{
    hash::BuildHasher,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How many keys a shard holds: seven eighths of a power of two, which is what a table takes before it grows.
const PER_SHARD: usize = 3_584;

/// How many keys are made ready to go at once, so that a full shard is looked through once for many newcomers.
const VICTIMS: usize = 64;

/// A table of logs with room for a number of keys.
pub(super) struct Memory {
    shards: Box<[Mutex<Shard>]>,
    per_shard: usize,
    hasher: RandomState,
}

#[derive(Default)]
struct Shard {
    table: HashTable<Row>,
    /// Keys that may go, the last first.
    victims: Vec<Id>,
}

/// 56 bytes: a key of 16, a log of 36, and what it is worth.
struct Row {
    key: Id,
    log: Log,
    worth: Worth,
}

/// When a row is idle, in units of about 17 seconds (24 bits: nine years), and how much of its limit is used (8 bits).
#[derive(Clone, Copy)]
struct Worth(u32);

impl Memory {
    /// A table for that many keys, and up to a tenth more.
    pub(super) fn new(keys: usize) -> Self {
        // A hash does not fill all shards alike: with a tenth of room, none overflows long before the rest.
        let shards = if keys <= PER_SHARD { 1 } else { (keys + keys / 10).div_ceil(PER_SHARD) };
        Self {
            shards: (0..shards).map(|_| Mutex::default()).collect(),
            per_shard: if shards == 1 { keys.max(1) } else { PER_SHARD },
            hasher: RandomState::default(),
        }
    }

    /// Admits all charges, or none. `now` is in nanoseconds.
    pub(super) fn decide(&self, charges: &[Charge<'_>], now: u64) -> Decision {
        let [charge] = charges else { return self.decide_all(charges, now) };
        let outcome = self.decide_one(charge, now);
        match outcome.counted {
            Some(counted) => Decision::Admitted(smallvec![Taken { standing: outcome.standing, counted }]),
            None => Decision::Refused(smallvec![outcome.standing]),
        }
    }

    /// Admits one charge, or not.
    #[inline]
    pub(super) fn decide_one(&self, charge: &Charge<'_>, now: u64) -> Outcome {
        let hash = self.hash(charge);
        let mut shard = self.lock(self.shard(hash));
        shard.row(hash, charge, now, self).map_or(FULL_SHARD, |row| row.decide(charge, now))
    }

    /// Gives back what was taken.
    pub(super) fn refund(&self, charge: &Charge<'_>, counted: u64, now: u64) {
        let hash = self.hash(charge);
        let mut shard = self.lock(self.shard(hash));
        if let Some(row) = shard.table.find_mut(hash, |row| row.key == charge.id()) {
            let used = charge.window().refund(&mut row.log, counted, now);
            // Until when it counts is left as it was: later than it is.
            row.worth = Worth(row.worth.0 & !0xff | u32::from(used));
        }
    }

    /// How many keys are held.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        (0..self.shards.len()).map(|shard| self.lock(shard).table.len()).sum()
    }

    /// How many bytes the tables take.
    pub(super) fn bytes(&self) -> usize {
        let tables: usize = (0..self.shards.len()).map(|shard| self.lock(shard).table.allocation_size()).sum();
        tables + self.shards.len() * size_of::<Mutex<Shard>>()
    }

    fn decide_all(&self, charges: &[Charge<'_>], now: u64) -> Decision {
        let hashes: SmallVec<[u64; 4]> = charges.iter().map(|charge| self.hash(charge)).collect();
        // Everybody locks in one order, and no shard twice.
        let mut order: SmallVec<[usize; 4]> = hashes.iter().map(|hash| self.shard(*hash)).collect();
        order.sort_unstable();
        order.dedup();
        let mut shards: SmallVec<[MutexGuard<'_, Shard>; 4]> = order.iter().map(|shard| self.lock(*shard)).collect();
        let place = |hash: u64| order.binary_search(&self.shard(hash)).unwrap_or_default();
        let mut standings: SmallVec<[Standing; 1]> = SmallVec::new();
        for (charge, hash) in charges.iter().zip(&hashes) {
            let shard = &mut shards[place(*hash)];
            let row = shard.row(*hash, charge, now, self);
            standings.push(row.map_or(FULL_SHARD.standing, |row| charge.window().standing(&row.log, now)));
        }
        if standings.iter().any(|standing| standing.remaining == 0) {
            return Decision::Refused(standings);
        }
        let mut taken: SmallVec<[Taken; 1]> = SmallVec::new();
        for (charge, hash) in charges.iter().zip(&hashes) {
            let shard = &mut shards[place(*hash)];
            // One charge may have pushed another's key out: then it is counted anew.
            let outcome = shard.row(*hash, charge, now, self).map_or(FULL_SHARD, |row| row.decide(charge, now));
            match outcome.counted {
                Some(counted) => taken.push(Taken { standing: outcome.standing, counted }),
                None => return Decision::Refused(standings),
            }
        }
        Decision::Admitted(taken)
    }

    fn hash(&self, charge: &Charge<'_>) -> u64 {
        self.hasher.hash_one(charge.id())
    }

    /// The table uses the lowest bits and the highest: the shard is told by those between.
    fn shard(&self, hash: u64) -> usize {
        let middle = hash >> 16 & 0xffff_ffff;
        // Less than the number of shards.
        ((middle * self.shards.len() as u64) >> 32) as usize
    }

    /// A shard is whole after each step: where a thread panicked, the next goes on.
    fn lock(&self, shard: usize) -> MutexGuard<'_, Shard> {
        self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shard {
    /// The row of the key, new where there is none; `None` where there is no room for one.
    #[inline]
    fn row(&mut self, hash: u64, charge: &Charge<'_>, now: u64, memory: &Memory) -> Option<&mut Row> {
        let key = charge.id();
        if let Some(place) = self.table.find_bucket_index(hash, |row| row.key == key) {
            return self.table.get_bucket_mut(place);
        }
        if self.table.len() >= memory.per_shard && !self.make_room(now, memory) {
            return None;
        }
        let rehash = |row: &Row| memory.hasher.hash_one(row.key);
        let new = Row { key, log: Log::default(), worth: Worth(0) };
        Some(self.table.insert_unique(hash, new, rehash).into_mut())
    }

    #[cold]
    fn make_room(&mut self, now: u64, memory: &Memory) -> bool {
        loop {
            while let Some(key) = self.victims.pop() {
                let hash = memory.hasher.hash_one(key);
                // It may have come nearer to its limit since it was chosen.
                if let Ok(row) = self.table.find_entry(hash, |row| row.key == key && row.worth.used() < FULL) {
                    row.remove();
                    return true;
                }
            }
            let before = self.table.len();
            self.table.retain(|row| !row.worth.is_idle(now));
            if self.table.len() < before {
                return true;
            }
            let mut all: Vec<(u32, Id)> =
                self.table.iter().map(|row| (row.worth.used(), row.key)).filter(|(used, _)| *used < FULL).collect();
            if all.is_empty() {
                return false;
            }
            let count = VICTIMS.min(all.len());
            all.select_nth_unstable_by(count - 1, |a, b| a.0.cmp(&b.0));
            all.truncate(count);
            all.sort_unstable_by_key(|(used, _)| std::cmp::Reverse(*used));
            self.victims.extend(all.into_iter().map(|(_, key)| key));
        }
    }
}

impl Row {
    #[inline]
    fn decide(&mut self, charge: &Charge<'_>, now: u64) -> Outcome {
        let outcome = charge.window().admit(&mut self.log, now);
        self.worth = Worth::of(&outcome);
        outcome
    }
}

/// All of a limit, in parts of 255.
const FULL: u32 = 255;

/// Nanoseconds to units, as a shift: 2^34 of them are about 17 seconds.
const IDLE_UNIT: u32 = 34;

impl Worth {
    #[inline]
    fn of(outcome: &Outcome) -> Self {
        let idle = ((outcome.idle_from >> IDLE_UNIT) + 1).min(0xff_ffff);
        Self((idle as u32) << 8 | u32::from(outcome.used))
    }

    fn used(self) -> u32 {
        self.0 & 0xff
    }

    fn is_idle(self, now: u64) -> bool {
        u64::from(self.0 >> 8) <= now >> IDLE_UNIT
    }
}

/// What a newcomer is told for whom there is no room.
const FULL_SHARD: Outcome = Outcome {
    counted: None,
    standing: Standing { remaining: 0, free_in: Duration::from_secs(1) },
    used: 0,
    idle_from: 0,
};

#[cfg(test)]
mod tests;
