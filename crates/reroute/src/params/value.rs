//! One value out of a path or a query.

use serde::de::{
    self, Deserializer, EnumAccess, IntoDeserializer, VariantAccess, Visitor, value::BorrowedStrDeserializer,
};
use std::{borrow::Cow, fmt, str::FromStr};

/// Why a value is not what was asked for. Never quotes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ValueError {
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

/// A number in its one spelling: no plus, no leading zeros, no minus before a zero. `01` is not `1`.
pub(super) fn integer<T: FromStr>(text: &str) -> Result<T, ValueError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_canonical = match digits.as_bytes() {
        [b'0'] => digits.len() == text.len(),
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    let number = if is_canonical { text.parse().ok() } else { None };
    number.ok_or(ValueError::Expected(Cow::Borrowed("an integer in range")))
}

fn float<T: FromStr>(text: &str) -> Result<T, ValueError> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'e' | b'E' | b'+'));
    let number = if is_plain && !text.starts_with('+') { text.parse().ok() } else { None };
    number.ok_or(ValueError::Expected(Cow::Borrowed("a number")))
}

/// Makes a value of the text that stands for it.
#[derive(Clone, Copy)]
pub(crate) struct Value<'a>(pub(crate) &'a str);

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
        deserialize_i8 visit_i8 integer,
        deserialize_i16 visit_i16 integer,
        deserialize_i32 visit_i32 integer,
        deserialize_i64 visit_i64 integer,
        deserialize_i128 visit_i128 integer,
        deserialize_u8 visit_u8 integer,
        deserialize_u16 visit_u16 integer,
        deserialize_u32 visit_u32 integer,
        deserialize_u64 visit_u64 integer,
        deserialize_u128 visit_u128 integer,
        deserialize_f32 visit_f32 float,
        deserialize_f64 visit_f64 float,
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_has_one_spelling() {
        for text in
            ["", "-", "+1", "01", "-0", "00", "1_0", "1.0", "0x1", " 1", "1 ", "１", "9223372036854775808", "1e3"]
        {
            assert!(integer::<i64>(text).is_err(), "{text:?}");
        }
        assert_eq!(integer::<i64>("-9223372036854775808"), Ok(i64::MIN));
        assert_eq!(integer::<u8>("255"), Ok(255));
        assert!(integer::<u8>("256").is_err());
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_alike(text in "[-+0-9. ]{0,21}") {
            if let Ok(number) = integer::<i64>(&text) {
                prop_assert_eq!(number.to_string(), text);
            }
        }
    }
}
