use super::{
    load::plain,
    source::{Entry, Origin, Plain, Written},
    text::Value,
};
use reroute_core::nearest::nearest;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor, value::SeqDeserializer,
};
use std::fmt;

/// What the application's own section, `[app]`, and the variables `REROUTE_APP_…` hold.
#[derive(Default)]
pub struct OwnSettings(Vec<Entry>);

impl OwnSettings {
    /// A later entry takes the place of one with the same key.
    pub(super) fn add(&mut self, entry: Entry) {
        self.0.retain(|other| other.key != entry.key);
        self.0.push(entry);
    }

    /// Why settings that nobody reads stop the start.
    pub(crate) fn unused(&self) -> Option<String> {
        let entry = self.0.first()?;
        Some(format!("app.{}: the application takes no settings of its own ({})", plain(&entry.key), entry.origin))
    }

    /// The settings as a struct of the application's own. What the struct does not name is an error.
    ///
    /// # Errors
    ///
    /// What is unknown, missing or ill-typed, with where it stands.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, String> {
        T::deserialize(Section(&self.0)).map_err(|error| error.0)
    }
}

impl fmt::Debug for OwnSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|entry| &entry.key)).finish()
    }
}

struct Section<'a>(&'a [Entry]);

/// What is wrong, in words.
#[derive(Debug)]
struct Wrong(String);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    fn custom<T: fmt::Display>(text: T) -> Self {
        Self(text.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        Self(format!(
            "app.{field} is not set: write it into [app] of reroute.toml, or set REROUTE_APP_{}",
            field.to_ascii_uppercase()
        ))
    }

    fn invalid_type(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self(format!("must be {expected}"))
    }

    fn invalid_value(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self(format!("must be {expected}"))
    }
}

impl<'de> Deserializer<'de> for Section<'de> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_map(Walk(self.0.iter(), None))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        if let Some(entry) = self.0.iter().find(|entry| !fields.contains(&entry.key.as_str())) {
            let near = nearest(&entry.key, fields).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(Wrong(format!("there is no key `{}` in [app]{near} ({})", plain(&entry.key), entry.origin)));
        }
        visitor.visit_map(Walk(self.0.iter(), None))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct Walk<'de>(std::slice::Iter<'de, Entry>, Option<&'de Entry>);

impl<'de> MapAccess<'de> for Walk<'de> {
    type Error = Wrong;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Wrong> {
        let Some(entry) = self.0.next() else { return Ok(None) };
        self.1 = Some(entry);
        seed.deserialize(entry.key.as_str().into_deserializer()).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Wrong> {
        let Some(entry) = self.1.take() else { return Err(Wrong("a value was asked for before its key".to_owned())) };
        let value = match &entry.written {
            Written::Text(text) => seed.deserialize(Value(text)).map_err(|error| Wrong(error.to_string())),
            Written::Toml(value) => seed.deserialize(Toml(value)),
        };
        value.map_err(|Wrong(why)| Wrong(at(&entry.key, &why, &entry.origin)))
    }
}

fn at(key: &str, why: &str, origin: &Origin) -> String {
    format!("app.{}: {} ({origin})", plain(key), plain(why))
}

/// A value of the file, which has a type of its own.
struct Toml<'a>(&'a Plain);

impl<'de> Deserializer<'de> for Toml<'de> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Plain::Text(text) => visitor.visit_borrowed_str(text),
            Plain::Flag(flag) => visitor.visit_bool(*flag),
            Plain::Integer(digits) => {
                visitor.visit_i64(digits.parse().map_err(|_| Wrong("is too large a number".to_owned()))?)
            }
            Plain::Float(digits) => visitor.visit_f64(digits.parse().map_err(|_| Wrong("is no number".to_owned()))?),
            Plain::List(items) => visitor.visit_seq(SeqDeserializer::new(items.iter().map(Toml))),
            Plain::Other(kind) => Err(Wrong(format!("cannot be {kind}"))),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        match self.0 {
            Plain::Text(text) => {
                Value(text).deserialize_enum(name, variants, visitor).map_err(|error| Wrong(error.to_string()))
            }
            other => Err(Wrong(format!("cannot be {}", other.kind()))),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Wrong> for Toml<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
