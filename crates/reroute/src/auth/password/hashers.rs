//! The threads that hash: so few that their memory is bounded, and always the same ones, since what a thread has freed its allocator
//! keeps for it.

use crate::error::{Error, Result};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};
use tokio::sync::{Semaphore, oneshot};

type Job = Box<dyn FnOnce() + Send>;

/// As many threads as there are turns: who has a turn is served at once.
struct Hashers {
    turns: Semaphore,
    jobs: Sender<Job>,
}

/// Does the work when it is its turn, and waits for what comes of it. Work that has begun is done to its end, also when nobody waits any more.
pub(super) async fn hashing<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let hashers = hashers()?;
    let turn = hashers.turns.acquire().await.map_err(Error::internal)?;
    let (tell, told) = oneshot::channel();
    let job = move || {
        let _turn = turn;
        // Whoever asked may have gone.
        let _ = tell.send(work());
    };
    hashers.jobs.send(Box::new(job)).map_err(|_| Error::internal("nobody hashes"))?;
    told.await.map_err(|_| Error::internal("hashing a password ended without a result"))?
}

/// Half of the cores, at least one.
pub(super) fn at_once() -> usize {
    thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1))
}

#[cfg(test)]
pub(super) fn free_turns() -> usize {
    hashers().map_or(0, |hashers| hashers.turns.available_permits())
}

fn hashers() -> Result<&'static Hashers> {
    static HASHERS: OnceLock<Result<Hashers, String>> = OnceLock::new();
    let hashers = HASHERS.get_or_init(|| {
        let (jobs, waiting) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..at_once() {
            let waiting = waiting.clone();
            let started = thread::Builder::new().name("password-hash".to_owned()).spawn(move || serve(&waiting));
            started.map_err(|error| error.to_string())?;
        }
        Ok(Hashers { turns: Semaphore::new(at_once()), jobs })
    });
    hashers.as_ref().map_err(|reason| Error::unavailable(reason.clone()))
}

fn serve(waiting: &Mutex<Receiver<Job>>) {
    loop {
        // Receiving leaves nothing half done.
        let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        // One that panics tells nobody anything, and gives its turn back.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}
