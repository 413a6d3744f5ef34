//! The parts of a form under their names, for an input to read itself from.

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor,
    value::{BorrowedStrDeserializer, Error as Malformed},
};

/// What stands in one part.
#[derive(Debug)]
pub(super) enum Entry {
    Text(String),
    /// The number of a file.
    File(usize),
    /// A file that no field takes.
    Stray,
}

/// All names with their entries; a name that stands several times stands once, with all of them.
pub(super) struct Entries<'a>(pub(super) &'a [(String, Entry)]);

impl<'de> Deserializer<'de> for Entries<'de> {
    type Error = Malformed;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_map(Walk { entries: self.0, next: 0 })
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
    entries: &'a [(String, Entry)],
    next: usize,
}

impl<'de> MapAccess<'de> for Walk<'de> {
    type Error = Malformed;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Malformed> {
        while let Some((name, _)) = self.entries.get(self.next) {
            let before = &self.entries[..self.next];
            self.next += 1;
            if before.iter().all(|(other, _)| other != name) {
                return seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Malformed> {
        // `next` stands behind the first entry of this name.
        let at = self.next.checked_sub(1).ok_or_else(|| Malformed::custom("a value was asked for before its name"))?;
        seed.deserialize(Named { entries: &self.entries[at..], name: &self.entries[at].0 })
    }
}

/// The entries of one name; the first one is of it.
struct Named<'a> {
    entries: &'a [(String, Entry)],
    name: &'a str,
}

impl<'a> Named<'a> {
    fn all(&self) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let name = self.name;
        self.entries.iter().filter(move |(other, _)| other == name).map(|(_, entry)| entry)
    }
}

impl<'de> Deserializer<'de> for Named<'de> {
    type Error = Malformed;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        let mut entries = self.all();
        match (entries.next(), entries.next()) {
            (Some(entry), None) => One(entry).deserialize_any(visitor),
            _ => self.deserialize_seq(visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_seq(Items(self.all()))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_some(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Items<I>(I);

impl<'a, I: Iterator<Item = &'a Entry>> SeqAccess<'a> for Items<I> {
    type Error = Malformed;

    fn next_element_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>, Malformed> {
        self.0.next().map(|entry| seed.deserialize(One(entry))).transpose()
    }
}

struct One<'a>(&'a Entry);

impl<'de> Deserializer<'de> for One<'de> {
    type Error = Malformed;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        match self.0 {
            Entry::Text(text) => visitor.visit_borrowed_str(text),
            Entry::File(number) => visitor.visit_bytes(&number.to_le_bytes()),
            Entry::Stray => visitor.visit_unit(),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_some(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
