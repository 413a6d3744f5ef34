use super::{
    Input,
    reading::{At, Read, Reading, refuse},
};
use serde::{
    Deserializer,
    de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor},
};
use std::{
    collections::{BTreeSet, HashSet},
    fmt,
    marker::PhantomData,
};

/// A struct that comes in by its fields' names. `#[input]` writes it.
pub trait Object: Sized + Send + 'static {
    /// The names of its fields.
    const FIELDS: &'static [&'static str];

    /// What was read of each field.
    type Slots: Default;

    /// Which field is called so.
    fn position(name: &str) -> Option<usize>;

    /// Reads the `nth` field.
    ///
    /// # Errors
    ///
    /// What the parser cannot get over.
    fn fill<'de, A: MapAccess<'de>>(
        slots: &mut Self::Slots,
        nth: usize,
        values: &mut A,
        at: &At<'_>,
        reading: &mut Reading,
    ) -> Result<(), A::Error>;

    /// The whole, once all that was written is read.
    fn build(slots: Self::Slots, at: &At<'_>, reading: &mut Reading) -> Option<Self>;

    /// Holds the whole to its rules over several fields, each of which holds its own.
    fn check(&self, at: &At<'_>, reading: &mut Reading) {
        let _ = (at, reading);
    }
}

/// What was read of one field.
#[derive(Debug, Default)]
pub enum Slot<T> {
    /// Nothing was written.
    #[default]
    Empty,
    /// Something was, and it was wrong.
    Broken,
    /// This was.
    Full(T),
}

/// Reads the field that is called `name` into its slot, and asks `rules` about what was read.
///
/// # Errors
///
/// What the parser cannot get over.
#[inline]
pub fn fill<'de, T: Input, A: MapAccess<'de>>(
    slot: &mut Slot<T>,
    name: &'static str,
    values: &mut A,
    at: &At<'_>,
    reading: &mut Reading,
    rules: impl FnOnce(&mut T, &At<'_>, &mut Reading),
) -> Result<(), A::Error> {
    let at = at.field(name);
    if !matches!(slot, Slot::Empty) {
        // Text under names is handed over once, with all its values: only JSON comes here.
        reading.duplicate();
    }
    *slot = match values.next_value_seed(Read::<T>::new(&at, reading))? {
        Some(mut value) => {
            rules(&mut value, &at, reading);
            Slot::Full(value)
        }
        None => Slot::Broken,
    };
    Ok(())
}

/// What was read, out of the `T` that read it; where nothing was, `default` or what stands for a `T` by itself.
#[inline]
pub fn take<T: Input, V>(
    slot: Slot<T>,
    name: &'static str,
    at: &At<'_>,
    reading: &mut Reading,
    default: Option<fn() -> V>,
    unwrap: impl FnOnce(T) -> V,
    rules: impl FnOnce(&mut T, &At<'_>, &mut Reading),
) -> Option<V> {
    match slot {
        Slot::Full(value) => Some(unwrap(value)),
        Slot::Broken => None,
        Slot::Empty => {
            if let Some(default) = default {
                return Some(default());
            }
            let at = at.field(name);
            let mut value = if reading.is_text() { T::absent_in_text() } else { T::absent() };
            match &mut value {
                Some(value) => rules(value, &at, reading),
                None => reading.add(&at, "required", "is required"),
            }
            value.map(unwrap)
        }
    }
}

/// Reads an object that has exactly the fields of `T`.
///
/// # Errors
///
/// What the parser cannot get over.
pub fn read_object<'de, T: Object, D: Deserializer<'de>>(
    source: D,
    at: &At<'_>,
    reading: &mut Reading,
) -> Result<Option<T>, D::Error> {
    source.deserialize_any(Read::<ObjectOf<T>>::new(at, reading))
}

struct ObjectOf<T>(PhantomData<T>);

impl<'de, T: Object> Visitor<'de> for Read<'_, ObjectOf<T>> {
    type Value = Option<T>;

    refuse!("must be an object"; bool number text null list);

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Self { at, reading, .. } = self;
        let before = reading.count();
        let mut slots = T::Slots::default();
        let mut strange = BTreeSet::new();
        while let Some(name) = map.next_key_seed(Name::<T>(PhantomData))? {
            match name {
                Ok(nth) => T::fill(&mut slots, nth, &mut map, at, reading)?,
                Err(unknown) => {
                    map.next_value_seed(Skip)?;
                    if reading.ignores_unknown() {
                        continue;
                    }
                    reading.add(&at.field(&unknown), "unknown", "is not a known field");
                    if !strange.insert(unknown) {
                        reading.duplicate();
                    }
                }
            }
        }
        let whole = T::build(slots, at, reading);
        if let Some(whole) = &whole
            && reading.count() == before
        {
            whole.check(at, reading);
        }
        Ok(whole)
    }
}

/// Which field of `T` a key names, or what it says instead.
struct Name<T>(PhantomData<T>);

impl<'de, T: Object> DeserializeSeed<'de> for Name<T> {
    type Value = Result<usize, String>;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Self::Value, D::Error> {
        source.deserialize_str(self)
    }
}

impl<T: Object> Visitor<'_> for Name<T> {
    type Value = Result<usize, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(T::position(name).ok_or_else(|| name.to_owned()))
    }
}

/// Passes over a value that nobody wants, and holds it to what is asked of all JSON: its depth and its keys.
pub(super) struct Skip;

impl<'de> DeserializeSeed<'de> for Skip {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Skip {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        skip_list(&mut list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        skip_object(&mut map)
    }
}

pub(in crate::params) fn skip_list<'de, A: SeqAccess<'de>>(list: &mut A) -> Result<(), A::Error> {
    while list.next_element_seed(Skip)?.is_some() {}
    Ok(())
}

pub(in crate::params) fn skip_object<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    let mut names = HashSet::new();
    while let Some(name) = map.next_key::<String>()? {
        if !names.insert(name) {
            // Whoever else reads the body may take the other one.
            return Err(A::Error::custom("a key twice"));
        }
        map.next_value_seed(Skip)?;
    }
    Ok(())
}
