//! Results of functions. Not for people: what `#[cache]` writes calls it.
#![allow(missing_docs, reason = "only generated code names these")]

use super::{
    Cache, cache,
    flight::Leader,
    key::{Digesting, Key, tag},
    memory::{Bounds, Entry, Memory, Value},
    store::{Keep, Looked, Store},
};
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

    /// The key of one call, but for its arguments. The type of `here`, a closure in the function, names the types that a generic one is for.
    pub fn key<T>(&self, _here: &T) -> Arguments {
        Arguments(Digesting::new("function").number(self.place().id).text(std::any::type_name::<T>()))
    }

    /// What is kept for the call, or what it takes to keep its result. Waits while another computes the same.
    pub async fn look_up<R, K: Keeps<R>>(&'static self, _: K, key: Arguments) -> Found<R> {
        let (store, memory, began) = self.begin();
        let key = key.0.finish();
        let mut is_first = true;
        loop {
            match store.look_up(&memory, key, is_first) {
                Looked::Found(entry) => {
                    return match given::<R, K>(&entry) {
                        Some(value) => Found::Kept(value),
                        None => self.missing::<R, K>(key, memory, began, None),
                    };
                }
                Looked::Missing(leader) => return self.missing::<R, K>(key, memory, began, leader),
                Looked::Follow(follower) => {
                    follower.end().await;
                    is_first = false;
                }
            }
        }
    }

    /// The same for a plain function, which waits for nobody.
    pub fn look_up_now<R, K: Keeps<R>>(&'static self, _: K, key: Arguments) -> Found<R> {
        let (store, memory, began) = self.begin();
        let key = key.0.finish();
        let entry = store.get(&memory, &key);
        memory.count(entry.is_some());
        match entry.and_then(|entry| given::<R, K>(&entry)) {
            Some(value) => Found::Kept(value),
            None => self.missing::<R, K>(key, memory, began, None),
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
    ) -> Found<R> {
        Found::Missing(Missing { function: self, key, memory, began, leader, tags: Vec::new(), kept: K::kept })
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

/// What of a result is kept.
pub trait Keeps<R> {
    /// What is kept of it, if it is to be kept.
    fn kept(result: &R) -> Option<Box<dyn Any + Send + Sync>>;

    /// The result again.
    fn back(value: &(dyn Any + Send + Sync)) -> Option<R>;
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

/// What it takes to keep a result. Dropped, those who wait for it compute for themselves.
pub struct Missing<R> {
    function: &'static Function,
    key: Key,
    memory: Arc<Memory>,
    began: u64,
    leader: Option<Leader>,
    tags: Vec<String>,
    kept: fn(&R) -> Option<Box<dyn Any + Send + Sync>>,
}

impl<R> Missing<R> {
    pub fn tag(&mut self, tag: impl ToString) {
        self.tags.push(tag.to_string());
    }

    pub fn keep(self, result: &R) {
        let Some(value) = (self.kept)(result) else { return };
        let mut tags = vec![tag(self.function.name)];
        tags.extend(self.function.tags.iter().map(|name| tag(name)));
        tags.extend(self.tags.iter().map(|name| tag(name)));
        let keep = Keep {
            size: size_of_val(&*value) as u64,
            value: Value::Result(value),
            tags,
            began: self.began,
            duration: self.function.duration,
        };
        self.function.place().cache.store().keep(&self.memory, self.key, keep);
        // Those who wait find it now.
        drop(self.leader);
    }
}
