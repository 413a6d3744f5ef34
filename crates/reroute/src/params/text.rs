//! Values that are written as text under names: a query, a form, headers, cookies, the parameters of a path.

use super::input::{At, Input, Reading, Source};
use crate::error::Result;
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
pub(super) fn read<T: Input>(pairs: &Pairs<'_>, source: Source) -> Result<T> {
    let mut reading = Reading::new(source);
    match T::read(Named(pairs), &At::root(), &mut reading) {
        Ok(value) => reading.finish(value),
        Err(_) => {
            reading.add(&At::root(), "type", "cannot be read from text");
            reading.finish(None)
        }
    }
}

/// All names with their values; a name that stands several times stands once, with all its values.
pub(super) struct Named<'a>(pub(super) &'a Pairs<'a>);

impl<'de> Deserializer<'de> for Named<'de> {
    type Error = Malformed;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_map(Walk { pairs: self.0, next: 0, name: "" })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        if self.0.is_empty() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Walk<'a> {
    pairs: &'a Pairs<'a>,
    next: usize,
    name: &'a str,
}

impl<'a> MapAccess<'a> for Walk<'a> {
    type Error = Malformed;

    fn next_key_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>, Malformed> {
        while let Some((name, _)) = self.pairs.get(self.next) {
            let before = &self.pairs[..self.next];
            self.next += 1;
            if before.iter().all(|(other, _)| other != name) {
                self.name = name;
                return seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<S::Value, Malformed> {
        // `next` stands behind the first pair of this name.
        let at = self.next.checked_sub(1).ok_or_else(|| Malformed::custom("a value was asked for before its name"))?;
        seed.deserialize(Values { pairs: &self.pairs[at..], name: self.name })
    }
}

/// The values of one name; the first pair is of it.
#[derive(Clone, Copy)]
struct Values<'a> {
    pairs: &'a Pairs<'a>,
    name: &'a str,
}

impl<'a> Values<'a> {
    fn all(self) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(name, _)| name == self.name).map(|(_, value)| value.as_ref())
    }
}

impl<'de> Deserializer<'de> for Values<'de> {
    type Error = Malformed;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        let mut values = self.all();
        match (values.next(), values.next()) {
            (Some(value), None) => visitor.visit_borrowed_str(value),
            _ => self.deserialize_seq(visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_seq(Texts(self.all()))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_some(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Texts, one after the other.
pub(super) struct Texts<I>(pub(super) I);

impl<'a, I: Iterator<Item = &'a str>> SeqAccess<'a> for Texts<I> {
    type Error = Malformed;

    fn next_element_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>, Malformed> {
        self.0.next().map(|value| seed.deserialize(Text(value))).transpose()
    }
}

/// The value of a pair.
pub(super) fn one<'a>(pair: &'a (Cow<'a, str>, Cow<'a, str>)) -> &'a str {
    &pair.1
}

/// One text.
struct Text<'a>(&'a str);

impl<'de> Deserializer<'de> for Text<'de> {
    type Error = Malformed;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_some(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
