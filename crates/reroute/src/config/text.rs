//! One value of the application's own settings, out of text.

use crate::params::{float, integer};
use serde::de::{
    self, Deserializer, EnumAccess, IntoDeserializer, VariantAccess, Visitor, value::BorrowedStrDeserializer,
};
use std::{borrow::Cow, fmt, str::FromStr};

/// Why a value is not what was asked for. Never quotes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ValueError {
    /// The value stands there and is another.
    Expected(Cow<'static, str>),
    /// The value of this name does not stand there.
    Missing(&'static str),
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expected(what) => write!(f, "must be {what}"),
            Self::Missing(name) => write!(f, "{name} is required"),
        }
    }
}

impl std::error::Error for ValueError {}

impl de::Error for ValueError {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Expected(Cow::Borrowed("another value"))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::Expected(Cow::Owned(format!("one of: {}", expected.join(", "))))
    }
}

fn whole<T: FromStr>(text: &str) -> Result<T, ValueError> {
    integer(text).map_err(|_| ValueError::Expected(Cow::Borrowed("an integer in range")))
}

fn decimal<T: FromStr>(text: &str) -> Result<T, ValueError> {
    float(text).ok_or(ValueError::Expected(Cow::Borrowed("a number")))
}

/// Makes a value of the text that stands for it.
#[derive(Clone, Copy)]
pub(super) struct Value<'a>(pub(super) &'a str);

macro_rules! numbers {
    ($($deserialize:ident $visit:ident $read:ident,)*) => {
        $(fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
            visitor.$visit($read(self.0)?)
        })*
    };
}

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = ValueError;

    numbers! {
        deserialize_i8 visit_i8 whole,
        deserialize_i16 visit_i16 whole,
        deserialize_i32 visit_i32 whole,
        deserialize_i64 visit_i64 whole,
        deserialize_i128 visit_i128 whole,
        deserialize_u8 visit_u8 whole,
        deserialize_u16 visit_u16 whole,
        deserialize_u32 visit_u32 whole,
        deserialize_u64 visit_u64 whole,
        deserialize_u128 visit_u128 whole,
        deserialize_f32 visit_f32 decimal,
        deserialize_f64 visit_f64 decimal,
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0 {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => Err(ValueError::Expected(Cow::Borrowed("true or false"))),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        visitor.visit_enum(self)
    }

    serde::forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> EnumAccess<'de> for Value<'de> {
    type Error = ValueError;
    type Variant = Self;

    fn variant_seed<S: de::DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), ValueError> {
        Ok((seed.deserialize(BorrowedStrDeserializer::new(self.0))?, self))
    }
}

impl<'de> VariantAccess<'de> for Value<'de> {
    type Error = ValueError;

    fn unit_variant(self) -> Result<(), ValueError> {
        Ok(())
    }

    fn newtype_variant_seed<S: de::DeserializeSeed<'de>>(self, _: S) -> Result<S::Value, ValueError> {
        Err(ValueError::Expected(Cow::Borrowed("a plain word")))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, ValueError> {
        Err(ValueError::Expected(Cow::Borrowed("a plain word")))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, ValueError> {
        Err(ValueError::Expected(Cow::Borrowed("a plain word")))
    }
}

impl<'de> IntoDeserializer<'de, ValueError> for Value<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
