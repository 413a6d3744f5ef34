//! Values that stand under names: the text of a query, a form, headers, cookies or a path, and what a form's parts hold.

use super::input::{At, Input, Reading, Source};
use crate::{error::Result, route::Context};
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor,
    value::{BorrowedStrDeserializer, Error as Malformed},
};
use std::borrow::Cow;

/// Names and values, in order.
pub(super) type Pairs<'a> = [(Cow<'a, str>, Cow<'a, str>)];

/// Reads a `T` by the names of its fields.
///
/// # Errors
///
/// 422 with every broken constraint.
pub(super) fn read<T: Input>(pairs: &Pairs<'_>, source: Source, cx: &Context) -> Result<T> {
    let mut reading = Reading::new(source);
    match T::read(Named(pairs), &At::root(), &mut reading) {
        Ok(value) => reading.finish_for(value, cx),
        Err(_) => {
            reading.add(&At::root(), "type", "cannot be read from text");
            reading.finish(None)
        }
    }
}

/// What one value shows itself as.
pub(super) trait Leaf {
    /// Shows it.
    ///
    /// # Errors
    ///
    /// Whatever the visitor's are.
    fn show<'de, V: Visitor<'de>>(&'de self, visitor: V) -> Result<V::Value, Malformed>;
}

impl Leaf for Cow<'_, str> {
    fn show<'de, V: Visitor<'de>>(&'de self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_borrowed_str(self)
    }
}

/// Nothing but what is written has a type: whatever is asked for, the same is shown.
macro_rules! shows_itself {
    ($($but:ident)*) => {
        fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
            visitor.visit_some(self)
        }

        serde::forward_to_deserialize_any! { $($but)* }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
            newtype_struct tuple tuple_struct map struct enum identifier ignored_any
        }
    };
}
pub(super) use shows_itself;

/// All names with their values; a name that stands several times stands once, with all its values.
pub(super) struct Named<'a, N, L>(pub(super) &'a [(N, L)]);

impl<'de, N: AsRef<str>, L: Leaf> Deserializer<'de> for Named<'de, N, L> {
    type Error = Malformed;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_map(Walk { pairs: self.0, next: 0 })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        if self.0.is_empty() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Walk<'a, N, L> {
    pairs: &'a [(N, L)],
    next: usize,
}

impl<'de, N: AsRef<str>, L: Leaf> MapAccess<'de> for Walk<'de, N, L> {
    type Error = Malformed;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Malformed> {
        while let Some((name, _)) = self.pairs.get(self.next) {
            let name = name.as_ref();
            let before = &self.pairs[..self.next];
            self.next += 1;
            if before.iter().all(|(other, _)| other.as_ref() != name) {
                return seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Malformed> {
        // `next` stands behind the first pair of this name.
        let at = self.next.checked_sub(1).ok_or_else(|| Malformed::custom("a value was asked for before its name"))?;
        seed.deserialize(Values(&self.pairs[at..]))
    }
}

/// The values of the first pair's name.
struct Values<'a, N, L>(&'a [(N, L)]);

impl<'a, N: AsRef<str>, L: Leaf> Values<'a, N, L> {
    fn all(&self) -> impl Iterator<Item = &'a L> + use<'a, N, L> {
        let pairs = self.0;
        let is_same =
            move |(name, _): &&(N, L)| pairs.first().is_some_and(|(first, _)| name.as_ref() == first.as_ref());
        pairs.iter().filter(is_same).map(|(_, value)| value)
    }
}

impl<'de, N: AsRef<str>, L: Leaf> Deserializer<'de> for Values<'de, N, L> {
    type Error = Malformed;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        let mut values = self.all();
        match (values.next(), values.next()) {
            (Some(value), None) => value.show(visitor),
            _ => self.deserialize_seq(visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_seq(Each(self.all()))
    }

    shows_itself! {}
}

/// Values, one after the other.
pub(super) struct Each<I>(pub(super) I);

impl<'de, L: Leaf + 'de, I: Iterator<Item = &'de L>> SeqAccess<'de> for Each<I> {
    type Error = Malformed;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Malformed> {
        self.0.next().map(|value| seed.deserialize(One(value))).transpose()
    }
}

/// One value.
struct One<'a, L>(&'a L);

impl<'de, L: Leaf> Deserializer<'de> for One<'de, L> {
    type Error = Malformed;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        self.0.show(visitor)
    }

    shows_itself! { seq }
}
