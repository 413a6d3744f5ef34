use super::reading::{At, Read, Reading, refuse};
use serde::{Deserializer, de::Visitor};
use std::marker::PhantomData;

/// An enum that comes in as one of its words. `#[input]` writes it.
pub trait Word: Sized + Send + 'static {
    /// The words.
    const WORDS: &'static [&'static str];

    /// What a caller who wrote another is told.
    const EXPECTED: &'static str;

    /// What the word means.
    fn of(word: &str) -> Option<Self>;
}

/// Reads one of the words of `T`.
///
/// # Errors
///
/// What the parser cannot get over.
pub fn read_word<'de, T: Word, D: Deserializer<'de>>(
    source: D,
    at: &At<'_>,
    reading: &mut Reading,
) -> Result<Option<T>, D::Error> {
    source.deserialize_any(Read::<WordOf<T>>::new(at, reading))
}

struct WordOf<T>(PhantomData<T>);

impl<'de, T: Word> Visitor<'de> for Read<'_, WordOf<T>> {
    type Value = Option<T>;

    refuse!("must be a string"; bool number null list object);

    fn visit_str<E>(self, word: &str) -> Result<Self::Value, E> {
        let value = T::of(word);
        if value.is_none() {
            self.reading.add(self.at, "enum", T::EXPECTED);
        }
        Ok(value)
    }
}
