//! Results of functions. Not for people: what `#[cache]` writes calls it.
#![allow(missing_docs, reason = "only generated code names these")]

#[cfg(feature = "redis")]
use super::level::{self, Tokens};
use super::{
    Cache, cache,
    flight::Leader,
    key::{Digesting, Key, Tag, tag},
    memory::{Bounds, Entry, Memory, Value},
    store::{Keep, Looked, Store},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    any::Any,
    hash::Hash,
    marker::PhantomData,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// A function whose results are kept.
pub struct Function {
    name: &'static str,
    duration: Duration,
    capacity: Option<usize>,
    tags: &'static [&'static str],
    place: OnceLock<Place>,
}

/// What tells it from every other function of the process, and its own memory, where it has a bound of its own.
struct Place {
    id: u64,
    cache: Cache,
    own: Option<Arc<Memory>>,
}

impl Function {
    pub const fn new(
        name: &'static str,
        duration: Duration,
        capacity: Option<usize>,
        tags: &'static [&'static str],
    ) -> Self {
        Self { name, duration, capacity, tags, place: OnceLock::new() }
    }

    /// The key of one call, but for its arguments. The type of `here`, a closure in the function, names the function, and the types that a generic
    /// one is for. What is shared between processes is named by it alone.
    pub fn key<T, K: Shareable>(&self, _here: &T, _: K) -> Arguments {
        let name = std::any::type_name::<T>();
        let key = if K::IS_SHARED {
            Digesting::new("shared function")
        } else {
            Digesting::new("function").number(self.place().id)
        };
        Arguments(key.text(name))
    }

    /// What is kept for the call, or what it takes to keep its result. Waits while another computes the same.
    pub async fn look_up<R, K: Keeps<R>>(&'static self, _: K, key: Arguments, tags: Vec<String>) -> Found<R> {
        let (store, memory, began) = self.begin();
        let key = key.0.finish();
        let mut is_first = true;
        let leader = loop {
            match store.look_up(&memory, key, is_first) {
                Looked::Found(entry) => match given::<R, K>(&entry) {
                    Some(value) => return Found::Kept(value),
                    None => break None,
                },
                Looked::Missing(leader) => break leader,
                Looked::Follow(follower) => {
                    follower.end().await;
                    is_first = false;
                }
            }
        };
        let missing = self.missing::<R, K>(key, memory, began, leader, tags);
        #[cfg(feature = "redis")]
        if K::IS_SHARED {
            return missing.ask_others::<K>().await;
        }
        Found::Missing(missing)
    }

    /// The same for a plain function, which waits for nobody.
    pub fn look_up_now<R, K: Keeps<R>>(&'static self, _: K, key: Arguments, tags: Vec<String>) -> Found<R> {
        let (store, memory, began) = self.begin();
        let key = key.0.finish();
        let entry = store.get(&memory, &key);
        memory.count(entry.is_some());
        match entry.and_then(|entry| given::<R, K>(&entry)) {
            Some(value) => Found::Kept(value),
            None => Found::Missing(self.missing::<R, K>(key, memory, began, None, tags)),
        }
    }

    fn begin(&self) -> (&Arc<Store>, Arc<Memory>, u64) {
        let place = self.place();
        let store = place.cache.store();
        (store, place.own.clone().unwrap_or_else(|| store.memory()), store.begin())
    }

    fn missing<R, K: Keeps<R>>(
        &'static self,
        key: Key,
        memory: Arc<Memory>,
        began: u64,
        leader: Option<Leader>,
        given: Vec<String>,
    ) -> Missing<R> {
        let mut tags = vec![tag(self.name)];
        tags.extend(self.tags.iter().map(|name| tag(name)));
        tags.extend(given.iter().map(|name| tag(name)));
        Missing {
            function: self,
            key,
            memory,
            began,
            leader,
            tags,
            kept: K::kept,
            #[cfg(feature = "redis")]
            shared: None,
        }
    }

    fn place(&self) -> &Place {
        self.place.get_or_init(|| {
            static FUNCTIONS: AtomicU64 = AtomicU64::new(0);
            let cache = cache();
            let own = self.capacity.map(|entries| {
                let bytes = cache.store().memory().bounds.bytes;
                cache.store().own(Bounds { entries, bytes })
            });
            Place { id: FUNCTIONS.fetch_add(1, Ordering::Relaxed), cache, own }
        })
    }
}

/// Says what `?` and `return` in the body of an `async` function are to give.
pub fn waited<R, F: Future<Output = R>>(body: F) -> F {
    body
}

/// The same for the body of a plain one.
pub fn called<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// The key of a call in the making.
pub struct Arguments(Digesting);

impl Arguments {
    /// With one more argument.
    #[must_use]
    pub fn with<T: Argument + ?Sized>(self, argument: &T) -> Self {
        Self(self.0.hash(argument))
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of what a result is found by",
    label = "this is not `Hash`",
    note = "derive `Hash` for it, or say what the result depends on: `#[cache(\"5 min\", key = (a, &b.id))]`, in place of all arguments"
)]
pub trait Argument: Hash {}
#[diagnostic::do_not_recommend]
impl<T: Hash + ?Sized> Argument for T {}

#[diagnostic::on_unimplemented(
    message = "a result of `{Self}` cannot be kept",
    label = "what `#[cache]` keeps is `Clone + Send + Sync + 'static`",
    note = "derive `Clone`, or return an `Arc` of it"
)]
pub trait Keepable: Clone + Send + Sync + 'static {}
#[diagnostic::do_not_recommend]
impl<T: Clone + Send + Sync + 'static> Keepable for T {}

/// Whether what is kept is shared with other processes.
pub trait Shareable: Copy {
    const IS_SHARED: bool = false;
}

/// What of a result is kept.
pub trait Keeps<R>: Shareable {
    /// What is kept of it, if it is to be kept.
    fn kept(result: &R) -> Option<Box<dyn Any + Send + Sync>>;

    /// The result again.
    fn back(value: &(dyn Any + Send + Sync)) -> Option<R>;

    /// The same for other processes.
    fn written(result: &R) -> Option<Vec<u8>> {
        let _ = result;
        None
    }

    /// What another process wrote, as it is kept here.
    fn read(bytes: &[u8]) -> Option<Box<dyn Any + Send + Sync>> {
        let _ = bytes;
        None
    }
}

/// The result that an entry holds.
fn given<R, K: Keeps<R>>(entry: &Entry) -> Option<R> {
    match &entry.value {
        Value::Result(value) => K::back(&**value),
        Value::Answer(_) => None,
    }
}

/// All of it.
#[derive(Clone, Copy)]
pub struct Whole;

/// What is in its `Ok`.
#[derive(Clone, Copy)]
pub struct Success;

impl Shareable for Whole {}
impl Shareable for Success {}

impl<R: Keepable> Keeps<R> for Whole {
    fn kept(result: &R) -> Option<Box<dyn Any + Send + Sync>> {
        Some(Box::new(result.clone()))
    }

    fn back(value: &(dyn Any + Send + Sync)) -> Option<R> {
        value.downcast_ref::<R>().cloned()
    }
}

impl<T: Keepable, E> Keeps<Result<T, E>> for Success {
    fn kept(result: &Result<T, E>) -> Option<Box<dyn Any + Send + Sync>> {
        let value: Box<dyn Any + Send + Sync> = Box::new(result.as_ref().ok()?.clone());
        Some(value)
    }

    fn back(value: &(dyn Any + Send + Sync)) -> Option<Result<T, E>> {
        value.downcast_ref::<T>().cloned().map(Ok)
    }
}

#[diagnostic::on_unimplemented(
    message = "a result of `{Self}` cannot be shared between processes",
    label = "what `#[cache(…, serde)]` keeps is `Serialize` and `Deserialize`",
    note = "derive both for it, or leave `serde` away: then each process keeps its own"
)]
pub trait Written: Keepable + Serialize + DeserializeOwned {}
#[diagnostic::do_not_recommend]
impl<T: Keepable + Serialize + DeserializeOwned> Written for T {}

/// The same as it says, written and read by serde for other processes.
#[derive(Clone, Copy)]
pub struct Serde<K>(pub K);

impl<K: Copy> Shareable for Serde<K> {
    const IS_SHARED: bool = true;
}

impl<R: Written> Keeps<R> for Serde<Whole> {
    fn kept(result: &R) -> Option<Box<dyn Any + Send + Sync>> {
        Whole::kept(result)
    }

    fn back(value: &(dyn Any + Send + Sync)) -> Option<R> {
        Whole::back(value)
    }

    fn written(result: &R) -> Option<Vec<u8>> {
        serde_json::to_vec(result).ok()
    }

    fn read(bytes: &[u8]) -> Option<Box<dyn Any + Send + Sync>> {
        Some(Box::new(serde_json::from_slice::<R>(bytes).ok()?))
    }
}

impl<T: Written, E> Keeps<Result<T, E>> for Serde<Success> {
    fn kept(result: &Result<T, E>) -> Option<Box<dyn Any + Send + Sync>> {
        Success::kept(result)
    }

    fn back(value: &(dyn Any + Send + Sync)) -> Option<Result<T, E>> {
        Success::back(value)
    }

    fn written(result: &Result<T, E>) -> Option<Vec<u8>> {
        serde_json::to_vec(result.as_ref().ok()?).ok()
    }

    fn read(bytes: &[u8]) -> Option<Box<dyn Any + Send + Sync>> {
        Some(Box::new(serde_json::from_slice::<T>(bytes).ok()?))
    }
}

/// Asks a type whether it is a `Result`, under whatever name.
pub struct Returned<R>(PhantomData<R>);

impl<R> Returned<R> {
    #[allow(clippy::new_without_default, reason = "generated code calls it")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

pub trait IsResult {
    fn keeps(&self) -> Success {
        Success
    }
}
impl<T, E> IsResult for Returned<Result<T, E>> {}

pub trait IsAnything {
    fn keeps(&self) -> Whole {
        Whole
    }
}
impl<R> IsAnything for &Returned<R> {}

/// What a look-up came to.
#[allow(
    clippy::large_enum_variant,
    reason = "it is taken apart at once, and a box would be an allocation for each miss"
)]
pub enum Found<R> {
    Kept(R),
    Missing(Missing<R>),
}

/// Writes a result for other processes.
#[cfg(feature = "redis")]
type Writes<R> = fn(&R) -> Option<Vec<u8>>;

/// What it takes to keep a result. Dropped, those who wait for it compute for themselves.
pub struct Missing<R> {
    function: &'static Function,
    key: Key,
    memory: Arc<Memory>,
    began: u64,
    leader: Option<Leader>,
    tags: Vec<Tag>,
    kept: fn(&R) -> Option<Box<dyn Any + Send + Sync>>,
    /// How and with what it is told to other processes.
    #[cfg(feature = "redis")]
    shared: Option<(Tokens, Writes<R>)>,
}

impl<R> Missing<R> {
    pub fn keep(self, result: &R) {
        let Some(value) = (self.kept)(result) else { return };
        let store = self.function.place().cache.store();
        #[cfg(feature = "redis")]
        if let (Some(level), Some((tokens, written))) = (store.level(), self.shared)
            && let Some(body) = written(result)
        {
            level.keep(self.key, tokens, self.function.duration, body);
        }
        let keep = Keep {
            size: size_of_val(&*value) as u64,
            value: Value::Result(value),
            tags: self.tags,
            began: self.began,
            duration: self.function.duration,
            age: Duration::ZERO,
        };
        store.keep(&self.memory, self.key, keep);
        // Those who wait find it now.
        drop(self.leader);
    }

    /// What another process keeps, which is kept here from now on, too.
    #[cfg(feature = "redis")]
    async fn ask_others<K: Keeps<R>>(mut self) -> Found<R> {
        let store = self.function.place().cache.store();
        let Some(level) = store.level() else { return Found::Missing(self) };
        match level.look(&self.key, &self.tags).await {
            level::Looked::Missing(tokens) => {
                self.shared = tokens.map(|tokens| (tokens, K::written as Writes<R>));
                Found::Missing(self)
            }
            level::Looked::Found(found) => {
                let Some(value) = K::read(&found.body) else { return Found::Missing(self) };
                let Some(result) = K::back(&*value) else { return Found::Missing(self) };
                let keep = Keep {
                    size: size_of_val(&*value) as u64,
                    value: Value::Result(value),
                    tags: self.tags.clone(),
                    began: self.began,
                    duration: found.left,
                    age: found.age,
                };
                // What was forgotten meanwhile is not given.
                if store.keep(&self.memory, self.key, keep) { Found::Kept(result) } else { Found::Missing(self) }
            }
        }
    }
}
