#[cfg(feature = "redis")]
use super::level::{Level, UNHEARD};
use super::{
    Statistics,
    flight::{Flight, Flights, Leader},
    forgotten::Forgotten,
    key::{Key, Tag},
    memory::{Bounds, Entry, Memory},
};
#[cfg(feature = "redis")]
use crate::{config::Secret, redis::Redis};
#[cfg(feature = "redis")]
use std::sync::OnceLock;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, RwLock, Weak},
    time::Duration,
};
use tokio::{
    runtime::Handle,
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, interval_at},
};

/// How often what is over is swept out.
const SWEEP: Duration = Duration::from_secs(60);

/// Everything that is kept, and what is known of it.
pub(crate) struct Store {
    memory: RwLock<Arc<Memory>>,
    /// The memories of functions with a bound of their own.
    own: Mutex<Vec<Arc<Memory>>>,
    forgotten: RwLock<Forgotten>,
    pub(super) flights: Flights,
    sweeper: Mutex<Option<JoinHandle<()>>>,
    /// What all processes share, if there is such a level.
    #[cfg(feature = "redis")]
    level: OnceLock<Arc<Level>>,
}

/// What a look-up came to.
pub(super) enum Looked {
    Found(Arc<Entry>),
    Missing(Option<Leader>),
    /// Wait, and look again: the key may be another by then.
    Follow(super::flight::Follower),
}

/// What is to be kept, but for its key.
pub(super) struct Keep {
    pub(super) value: super::memory::Value,
    pub(super) size: u64,
    pub(super) tags: Vec<Tag>,
    pub(super) began: u64,
    pub(super) duration: Duration,
    /// For how long it has been kept elsewhere.
    pub(super) age: Duration,
}

impl Store {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            memory: RwLock::new(Arc::new(Memory::new(bounds))),
            own: Mutex::default(),
            forgotten: RwLock::default(),
            flights: Flights::default(),
            sweeper: Mutex::default(),
            #[cfg(feature = "redis")]
            level: OnceLock::new(),
        }
    }

    /// Shares what is kept with all processes on this Redis. The first one that is said holds.
    #[cfg(feature = "redis")]
    pub(super) fn share(self: &Arc<Self>, redis: Arc<Redis>, secret: &Secret) {
        self.level.get_or_init(|| Level::start(redis, secret, Arc::downgrade(self)));
    }

    #[cfg(feature = "redis")]
    pub(super) fn level(&self) -> Option<&Arc<Level>> {
        self.level.get()
    }

    pub(super) fn memory(&self) -> Arc<Memory> {
        self.memory.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A memory of its own bounds, which is swept, counted and forgotten with the rest.
    pub(super) fn own(&self, bounds: Bounds) -> Arc<Memory> {
        let memory = Arc::new(Memory::new(bounds));
        self.own.lock().unwrap_or_else(PoisonError::into_inner).push(memory.clone());
        memory
    }

    pub(super) fn bound(&self, bounds: Bounds) {
        let mut memory = self.memory.write().unwrap_or_else(PoisonError::into_inner);
        if memory.bounds != bounds {
            *memory = Arc::new(memory.bounded(bounds));
        }
    }

    /// The sequence that a computation begins at.
    pub(super) fn begin(&self) -> u64 {
        self.forgotten.read().unwrap_or_else(PoisonError::into_inner).sequence()
    }

    /// What is kept for the key; else who computes it. `is_first` says whether it is this one's first look: after a wait everybody computes for
    /// themselves.
    pub(super) fn look_up(self: &Arc<Self>, memory: &Memory, key: Key, is_first: bool) -> Looked {
        if let Some(entry) = self.get(memory, &key) {
            memory.count(true);
            return Looked::Found(entry);
        }
        if !is_first {
            return Looked::Missing(None);
        }
        memory.count(false);
        match Flights::join(self, key) {
            Flight::Follow(follower) => Looked::Follow(follower),
            // Between the look and the lead another leader may have come to its end.
            Flight::Lead(leader) => match self.get(memory, &key) {
                Some(entry) => Looked::Found(entry),
                None => Looked::Missing(Some(leader)),
            },
        }
    }

    /// What is kept, and neither over nor forgotten.
    pub(super) fn get(&self, memory: &Memory, key: &Key) -> Option<Arc<Entry>> {
        let entry = memory.get(key)?;
        if self.is_stale(&entry) {
            memory.remove(key);
            return None;
        }
        self.is_believed(&entry).then_some(entry)
    }

    /// While forgettings of other processes are not heard, only what is young is believed.
    #[cfg(feature = "redis")]
    fn is_believed(&self, entry: &Entry) -> bool {
        self.level().is_none_or(|level| level.hears() || entry.kept_here.elapsed() < UNHEARD)
    }

    #[cfg(not(feature = "redis"))]
    fn is_believed(&self, _: &Entry) -> bool {
        true
    }

    fn is_stale(&self, entry: &Entry) -> bool {
        self.forgotten.read().unwrap_or_else(PoisonError::into_inner).is_stale(entry)
    }

    /// Keeps it, unless something of it was forgotten since its computation began.
    pub(super) fn keep(self: &Arc<Self>, memory: &Memory, key: Key, keep: Keep) -> bool {
        let kept_at = Instant::now();
        let Some(expires_at) = kept_at.checked_add(keep.duration).filter(|_| !keep.duration.is_zero()) else {
            return false;
        };
        {
            // Held while it is inserted: a sweep drops no row between the question and the entry.
            let forgotten = self.forgotten.read().unwrap_or_else(PoisonError::into_inner);
            if forgotten.is_too_late(keep.began, &keep.tags) {
                return false;
            }
            let Keep { value, size, tags, began, age, .. } = keep;
            let entry = Entry {
                value,
                size,
                tags: tags.into(),
                began,
                kept_at: kept_at.checked_sub(age).unwrap_or(kept_at),
                #[cfg(feature = "redis")]
                kept_here: kept_at,
                expires_at,
            };
            memory.insert(key, entry);
        }
        memory.settle();
        self.keep_swept();
        true
    }

    /// Forgets a tag, in every process.
    pub(super) fn forget(&self, tag: Tag) {
        self.forget_here(tag);
        #[cfg(feature = "redis")]
        if let Some(level) = self.level() {
            level.forget(tag);
        }
    }

    /// Forgets everything, in every process.
    pub(super) fn clear(&self) {
        self.clear_here();
        #[cfg(feature = "redis")]
        if let Some(level) = self.level() {
            level.forget_all();
        }
    }

    pub(super) fn forget_here(&self, tag: Tag) {
        let is_full = self.forgotten.write().unwrap_or_else(PoisonError::into_inner).forget(tag);
        if is_full {
            self.sweep(true);
        }
    }

    pub(super) fn clear_here(&self) {
        self.forgotten.write().unwrap_or_else(PoisonError::into_inner).clear();
        self.memories().iter().for_each(|memory| memory.clear());
    }

    pub(super) fn statistics(&self) -> Statistics {
        let mut sum = Statistics::default();
        for memory in self.memories() {
            // What nobody would be given any more is not counted.
            memory.sweep(|entry| self.is_stale(entry));
            memory.add_to(&mut sum);
        }
        sum
    }

    /// Removes what is over or stale, then the rows that nothing needs any more.
    fn sweep(&self, is_full: bool) {
        let mark = self.begin();
        for memory in self.memories() {
            memory.sweep(|entry| self.is_stale(entry));
        }
        self.forgotten.write().unwrap_or_else(PoisonError::into_inner).swept(mark, is_full);
    }

    fn memories(&self) -> Vec<Arc<Memory>> {
        let mut memories = vec![self.memory()];
        memories.extend(self.own.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned());
        memories
    }

    /// Starts the task that sweeps, if there is a runtime and the task of one that is gone, or none, ran so far.
    fn keep_swept(self: &Arc<Self>) {
        let Ok(runtime) = Handle::try_current() else { return };
        let mut sweeper = self.sweeper.lock().unwrap_or_else(PoisonError::into_inner);
        if sweeper.as_ref().is_none_or(JoinHandle::is_finished) {
            *sweeper = Some(runtime.spawn(sweep(Arc::downgrade(self))));
        }
    }
}

/// Sweeps as long as there is something to sweep.
async fn sweep(store: Weak<Store>) {
    let mut rounds = interval_at(Instant::now() + SWEEP, SWEEP);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        rounds.tick().await;
        let Some(store) = store.upgrade() else { return };
        // Nothing of ours panics; a value's own `drop` may. The next round goes on.
        if catch_unwind(AssertUnwindSafe(|| store.sweep(false))).is_err() {
            tracing::error!("a sweep of the cache panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::memory::Value;

    const BOUNDS: Bounds = Bounds { entries: 10, bytes: 1 << 20 };

    /// Keeps something under this key for a minute; it is gone when the other end is.
    fn keep(store: &Arc<Store>, key: u8, tag: Tag, began: u64) -> (bool, Weak<()>) {
        let value = Arc::new(());
        let weak = Arc::downgrade(&value);
        let keep = Keep {
            value: Value::Result(Box::new(value)),
            size: 1,
            tags: vec![tag],
            began,
            duration: Duration::from_secs(60),
            age: Duration::ZERO,
        };
        (store.keep(&store.memory(), [key; 32], keep), weak)
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_over_is_swept_out_without_being_asked_for() {
        let store = Arc::new(Store::new(BOUNDS));
        let (is_kept, kept) = keep(&store, 1, [1; 16], store.begin());
        assert!(is_kept && kept.upgrade().is_some());
        // The clock jumps from round to round of the sweeper.
        tokio::time::sleep(SWEEP * 3).await;
        assert!(kept.upgrade().is_none());
    }

    /// Its end panics.
    struct Bomb;

    impl Drop for Bomb {
        fn drop(&mut self) {
            assert!(std::thread::panicking(), "as asked");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_sweep_that_panics_is_followed_by_the_next() {
        let store = Arc::new(Store::new(BOUNDS));
        let value = Value::Result(Box::new(Bomb));
        let bomb =
            Keep { value, size: 1, tags: Vec::new(), began: 0, duration: Duration::from_secs(60), age: Duration::ZERO };
        assert!(store.keep(&store.memory(), [9; 32], bomb));
        tokio::time::sleep(SWEEP * 3).await;
        let (_, kept) = keep(&store, 1, [1; 16], store.begin());
        tokio::time::sleep(SWEEP * 3).await;
        assert!(kept.upgrade().is_none());
    }

    #[test]
    fn what_began_before_it_was_forgotten_is_not_kept() {
        let store = Arc::new(Store::new(BOUNDS));
        let began = store.begin();
        store.forget([1; 16]);
        assert!(!keep(&store, 1, [1; 16], began).0);
        assert!(keep(&store, 2, [2; 16], began).0);
        // Rows that are dropped take along what they spoke of, and no entry.
        store.sweep(false);
        store.sweep(false);
        assert!(store.get(&store.memory(), &[2; 32]).is_some());
        assert!(!keep(&store, 3, [2; 16], began).0);
        assert!(keep(&store, 3, [1; 16], store.begin()).0);
        store.forget([1; 16]);
        assert!(store.get(&store.memory(), &[3; 32]).is_none());
    }

    #[test]
    fn too_many_rows_are_swept_at_once() {
        let store = Arc::new(Store::new(BOUNDS));
        let began = store.begin();
        assert!(keep(&store, 1, [1; 16], began).0);
        for nth in 0..=super::super::forgotten::MOST as u128 {
            store.forget((nth << 32).to_le_bytes());
        }
        assert!(store.get(&store.memory(), &[1; 32]).is_some());
        assert!(!keep(&store, 2, [2; 16], began).0);
    }

    #[tokio::test]
    async fn a_flight_leaves_nothing_behind() {
        let store = Arc::new(Store::new(BOUNDS));
        let Looked::Missing(Some(leader)) = store.look_up(&store.memory(), [1; 32], true) else { panic!("it leads") };
        let Looked::Follow(follower) = store.look_up(&store.memory(), [1; 32], true) else { panic!("it follows") };
        drop(leader);
        follower.end().await;
        assert_eq!(store.flights.count(), 0);
    }
}
