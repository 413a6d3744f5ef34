//! The store of one process: a bounded table of logs.
//!
//! Keys are spread over shards by a hash that nobody outside can compute; each shard is a table behind a lock of its own. The bound holds for
//! each shard. When one is full, keys that nothing counts for any longer go first, then those that have used the least of their
//! limit. A key that has used all of it never goes: where there are only such, a newcomer is refused until one is idle. So nobody wins a fresh
//! count by making the table overflow.

use super::store::{Charge, Decision, Taken};
use hashbrown::{HashTable, hash_table::Entry as Place};
use reroute_core::window::{Log, Standing};
use smallvec::SmallVec;
use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How many keys a shard holds: seven eighths of a power of two, which is what a table takes before it grows.
const PER_SHARD: usize = 3_584;

/// How many keys are made ready to go at once, so that a full shard is looked through once for many newcomers.
const VICTIMS: usize = 64;

/// A table of logs with room for a number of keys.
pub struct Memory {
    shards: Box<[Mutex<Shard>]>,
    per_shard: usize,
    hasher: RandomState,
}

#[derive(Default)]
struct Shard {
    table: HashTable<Row>,
    /// Keys that may go, the last first.
    victims: Vec<[u64; 2]>,
}

/// 56 bytes: a key of 16, a log of 36, and what it is worth.
struct Row {
    key: [u64; 2],
    log: Log,
    worth: Worth,
}

/// When a row is idle, in units of about 17 seconds (24 bits: nine years), and how much of its limit is used (8 bits).
#[derive(Clone, Copy)]
struct Worth(u32);

impl Memory {
    /// A table for that many keys, and up to a tenth more.
    pub fn new(keys: usize) -> Self {
        // A hash does not fill all shards alike: with a tenth of room, none overflows long before the rest.
        let shards = if keys <= PER_SHARD { 1 } else { (keys + keys / 10).div_ceil(PER_SHARD) };
        Self {
            shards: (0..shards).map(|_| Mutex::default()).collect(),
            per_shard: if shards == 1 { keys.max(1) } else { PER_SHARD },
            hasher: RandomState::new(),
        }
    }

    /// Admits all charges, or none. `now` is in nanoseconds.
    pub fn decide(&self, charges: &[Charge<'_>], now: u64) -> Decision {
        if let [charge] = charges {
            let hash = self.hash(charge);
            let mut shard = self.lock(self.shard(hash));
            return match shard.log(hash, charge, now, self) {
                Some(row) => row.decide(charge, now),
                None => Decision::Refused([full()].into_iter().collect()),
            };
        }
        self.decide_all(charges, now)
    }

    /// Gives back what was taken.
    pub(super) fn refund(&self, charge: &Charge<'_>, counted: u64, now: u64) {
        let hash = self.hash(charge);
        let mut shard = self.lock(self.shard(hash));
        if let Some(row) = shard.table.find_mut(hash, |row| row.key == charge.id()) {
            charge.window().refund(&mut row.log, counted, now);
            row.worth = Worth::of(charge, &row.log);
        }
    }

    /// How many keys are held.
    pub fn len(&self) -> usize {
        (0..self.shards.len()).map(|shard| self.lock(shard).table.len()).sum()
    }

    /// Whether no key is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes the tables take.
    pub fn bytes(&self) -> usize {
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
            standings.push(
                shard.log(*hash, charge, now, self).map_or(full(), |row| charge.window().standing(&row.log, now)),
            );
        }
        if standings.iter().any(|standing| standing.remaining == 0) {
            return Decision::Refused(standings);
        }
        let mut taken = SmallVec::new();
        for (charge, hash) in charges.iter().zip(&hashes) {
            let shard = &mut shards[place(*hash)];
            // One charge may have pushed another's key out: then it is counted anew.
            match shard.log(*hash, charge, now, self).map(|row| row.decide(charge, now)) {
                Some(Decision::Admitted(one)) => taken.extend(one),
                Some(Decision::Refused(_)) | None => return Decision::Refused(standings),
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
    fn log(&mut self, hash: u64, charge: &Charge<'_>, now: u64, memory: &Memory) -> Option<&mut Row> {
        let key = charge.id();
        if self.table.len() >= memory.per_shard
            && self.table.find(hash, |row| row.key == key).is_none()
            && !self.make_room(now, memory)
        {
            return None;
        }
        let rehash = |row: &Row| memory.hasher.hash_one(row.key);
        let row = match self.table.entry(hash, |row| row.key == key, rehash) {
            Place::Occupied(row) => row.into_mut(),
            Place::Vacant(place) => place.insert(Row { key, log: Log::default(), worth: Worth(0) }).into_mut(),
        };
        Some(row)
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
            let mut all: Vec<(u32, [u64; 2])> =
                self.table.iter().map(|row| (row.worth.used(), row.key)).filter(|(used, _)| *used < FULL).collect();
            if all.is_empty() {
                return false;
            }
            let count = VICTIMS.min(all.len());
            all.select_nth_unstable_by(count - 1, |a, b| a.0.cmp(&b.0));
            all.truncate(count);
            all.sort_unstable_by(|a, b| b.0.cmp(&a.0));
            self.victims.extend(all.into_iter().map(|(_, key)| key));
        }
    }
}

impl Row {
    fn decide(&mut self, charge: &Charge<'_>, now: u64) -> Decision {
        let window = charge.window();
        match window.admit(&mut self.log, now) {
            Some(counted) => {
                self.worth = Worth::of(charge, &self.log);
                let standing = window.standing(&self.log, now);
                Decision::Admitted([Taken { standing, counted }].into_iter().collect())
            }
            None => Decision::Refused([window.standing(&self.log, now)].into_iter().collect()),
        }
    }
}

/// All of a limit, in parts of 255.
const FULL: u32 = 255;

/// Nanoseconds to units, as a shift: 2^34 of them are about 17 seconds.
const IDLE_UNIT: u32 = 34;

impl Worth {
    fn of(charge: &Charge<'_>, log: &Log) -> Self {
        let (used, of) = charge.window().usage(log);
        // Less than all is less than FULL, and some is more than nothing.
        let used =
            if used >= of { u64::from(FULL) } else { u64::from(used) * u64::from(FULL - 1) / u64::from(of.max(1)) };
        let idle = ((charge.window().idle_from(log) >> IDLE_UNIT) + 1).min(0xff_ffff);
        Self((idle as u32) << 8 | used as u32)
    }

    fn used(self) -> u32 {
        self.0 & 0xff
    }

    fn is_idle(self, now: u64) -> bool {
        u64::from(self.0 >> 8) <= now >> IDLE_UNIT
    }
}

/// How a newcomer stands for whom there is no room.
fn full() -> Standing {
    Standing { remaining: 0, free_in: Duration::from_secs(1) }
}

#[cfg(test)]
mod tests;
