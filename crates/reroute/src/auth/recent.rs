//! What was found out a moment ago, so that it is not asked for again with every request.
//!
//! Each key has one slot, by its hash; another key that falls into it takes its place. So the memory is bounded, nothing is ever searched, and
//! what is lost is one question. The hash is keyed at random: nobody can aim at a slot.

use crate::error::Result;
use foldhash::fast::RandomState;
use std::{
    borrow::Borrow,
    hash::{BuildHasher, Hash},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// How many slots there are.
const SLOTS: usize = 4096;

/// Answers, each good for the same time from when its question was asked.
pub(crate) struct Recent<K, V> {
    slots: Box<[Mutex<Slot<K, V>>]>,
    hasher: RandomState,
    life: Duration,
}

struct Slot<K, V> {
    /// Counts what was forgotten here, so that an answer to a question from before is not kept.
    forgotten: u64,
    kept: Option<Kept<K, V>>,
}

struct Kept<K, V> {
    key: K,
    value: V,
    asked: Instant,
}

impl<K: Eq + Hash, V: Clone> Recent<K, V> {
    pub(crate) fn new(life: Duration) -> Self {
        let slots = (0..SLOTS).map(|_| Mutex::new(Slot { forgotten: 0, kept: None })).collect();
        Self { slots, hasher: RandomState::default(), life }
    }

    /// What is known of `key`, or what `ask` finds out: `asked` is now, by a clock that is read once for several questions.
    ///
    /// # Errors
    ///
    /// What `ask` says: nothing is kept then.
    pub(crate) async fn get<Q>(&self, asked: Instant, key: &Q, ask: impl Future<Output = Result<V>>) -> Result<V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        let forgotten = {
            let slot = self.slot(key);
            if let Some(kept) = &slot.kept
                && kept.key.borrow() == key
                && asked.saturating_duration_since(kept.asked) < self.life
            {
                return Ok(kept.value.clone());
            }
            slot.forgotten
        };
        let value = ask.await?;
        let mut slot = self.slot(key);
        if slot.forgotten == forgotten {
            slot.kept = Some(Kept { key: key.to_owned(), value: value.clone(), asked });
        }
        Ok(value)
    }

    /// Forgets what is known of `key`, and whatever is being found out about it.
    pub(crate) fn forget<Q>(&self, key: &Q)
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let mut slot = self.slot(key);
        slot.forgotten += 1;
        slot.kept = None;
    }

    fn slot<Q: Hash + ?Sized>(&self, key: &Q) -> MutexGuard<'_, Slot<K, V>> {
        // The remainder is below the number of slots.
        let at = self.hasher.hash_one(key) as usize % SLOTS;
        // A slot is changed by assignments alone: it is whole even where a thread panicked.
        self.slots[at].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use proptest::prelude::*;
    use std::{
        cell::Cell,
        pin::Pin,
        task::{self, Poll},
    };
    use tokio::{runtime::Builder, sync::oneshot};

    async fn counted(count: &Mutex<u32>) -> Result<u32> {
        let mut count = count.lock().expect("nobody panics");
        *count += 1;
        Ok(*count)
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_asked_again_after_its_time_and_after_it_was_forgotten() {
        let recent = Recent::<String, u32>::new(Duration::from_secs(1));
        let asked = Mutex::new(0);
        assert_eq!(recent.get(Instant::now(), "ada", counted(&asked)).await.ok(), Some(1));
        tokio::time::advance(Duration::from_millis(999)).await;
        assert_eq!(recent.get(Instant::now(), "ada", counted(&asked)).await.ok(), Some(1));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(recent.get(Instant::now(), "ada", counted(&asked)).await.ok(), Some(2));
        recent.forget("ada");
        assert_eq!(recent.get(Instant::now(), "ada", counted(&asked)).await.ok(), Some(3));
    }

    #[tokio::test]
    async fn an_answer_to_a_question_from_before_is_not_kept() {
        let recent = Recent::<String, u32>::new(Duration::from_secs(1));
        let late = recent.get(Instant::now(), "ada", async {
            recent.forget("ada");
            Ok(1)
        });
        assert_eq!(late.await.ok(), Some(1));
        assert_eq!(recent.get(Instant::now(), "ada", async { Ok(2) }).await.ok(), Some(2));
    }

    #[tokio::test]
    async fn errors_are_not_kept() {
        let recent = Recent::<String, u32>::new(Duration::from_secs(1));
        assert!(recent.get(Instant::now(), "ada", async { Err(Error::unavailable("away")) }).await.is_err());
        assert_eq!(recent.get(Instant::now(), "ada", async { Ok(2) }).await.ok(), Some(2));
    }

    #[tokio::test]
    async fn more_keys_than_slots_take_no_more_room() {
        let recent = Recent::<String, usize>::new(Duration::from_secs(60));
        for nth in 0..3 * SLOTS {
            assert_eq!(recent.get(Instant::now(), nth.to_string().as_str(), async { Ok(nth) }).await.ok(), Some(nth));
        }
        assert_eq!(recent.slots.len(), SLOTS);
    }

    /// Something happens to what is asked about, to a question, or to the clock.
    #[derive(Debug, Clone)]
    enum Step {
        Ask,
        /// A question that is under way reads, and then is answered.
        Read(usize),
        Answer(usize),
        Change,
        Forget,
        Wait(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            Just(Step::Ask),
            (0usize..4).prop_map(Step::Read),
            (0usize..4).prop_map(Step::Answer),
            Just(Step::Change),
            Just(Step::Forget),
            (1u64..70).prop_map(Step::Wait),
        ]
    }

    /// A question under way.
    struct Asked<'a> {
        answer: Pin<Box<dyn Future<Output = Result<u64>> + 'a>>,
        read: Option<oneshot::Sender<()>>,
        answered: Option<oneshot::Sender<()>>,
        /// What it may be told at least.
        least: u64,
    }

    const LIFE: u64 = 100;

    proptest! {
        /// Whatever goes on at once: nobody is told what was so longer ago than the time of an answer, or before it was forgotten.
        #[test]
        fn nothing_old_is_told(steps in prop::collection::vec(step(), 0..60)) {
            let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().expect("it starts");
            runtime.block_on(async {
                let recent = Recent::<String, u64>::new(Duration::from_millis(LIFE));
                let world = Cell::new(0);
                let (mut clock, mut forgotten) = (0, 0);
                let mut changes = vec![(0, 0)];
                let mut asked: Vec<Asked<'_>> = Vec::new();
                for step in steps {
                    match step {
                        Step::Ask if asked.len() < 4 => {
                            let ((read, is_read), (answered, is_answered)) = (oneshot::channel(), oneshot::channel());
                            let world = &world;
                            let answer = Box::pin(recent.get(Instant::now(), "ada", async move {
                                let _ = is_read.await;
                                let value = world.get();
                                let _ = is_answered.await;
                                Ok(value)
                            }));
                            // What was so one life ago, and still when it was asked.
                            let young = changes.iter().rev().find(|(at, _)| at + LIFE <= clock).map_or(0, |(_, to)| *to);
                            let least = forgotten.max(young);
                            asked.push(Asked { answer, read: Some(read), answered: Some(answered), least });
                        }
                        Step::Read(nth) => drop(asked.get_mut(nth).and_then(|asked| asked.read.take())),
                        Step::Answer(nth) => drop(asked.get_mut(nth).and_then(|asked| asked.answered.take())),
                        Step::Change => {
                            world.set(world.get() + 1);
                            changes.push((clock, world.get()));
                        }
                        Step::Forget => {
                            recent.forget("ada");
                            forgotten = world.get();
                        }
                        Step::Wait(time) => {
                            tokio::time::advance(Duration::from_millis(time)).await;
                            clock += time;
                        }
                        Step::Ask => {}
                    }
                    let mut cx = task::Context::from_waker(task::Waker::noop());
                    let mut outcome = Ok(());
                    asked.retain_mut(|asked| match asked.answer.as_mut().poll(&mut cx) {
                        Poll::Ready(Ok(told)) => {
                            if told < asked.least || told > world.get() {
                                outcome = Err((told, asked.least));
                            }
                            false
                        }
                        Poll::Ready(Err(_)) => false,
                        Poll::Pending => true,
                    });
                    prop_assert_eq!(outcome, Ok(()));
                }
                Ok(())
            })?;
        }
    }
}
