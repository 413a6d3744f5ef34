use super::{
    Input, Schema, Schemas,
    reading::{At, Read, Reading, read_by_visitor, refuse},
};
use crate::params::value::{float, integer};
use serde::{Deserializer, de::Visitor};
use serde_json::json;
use std::str::FromStr;

impl Input for bool {
    read_by_visitor!();

    fn schema(_: &mut Schemas) -> Schema {
        json!({"type": "boolean"})
    }
}

impl<'de> Visitor<'de> for Read<'_, bool> {
    type Value = Option<bool>;

    refuse!("must be true or false"; number null list object);

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(match text {
            "true" if self.reading.is_text() => Some(true),
            "false" if self.reading.is_text() => Some(false),
            _ => self.misfit("must be true or false"),
        })
    }
}

macro_rules! integers {
    ($($kind:ident $least:literal $most:literal,)*) => {
        $(impl Input for $kind {
            read_by_visitor!();

            fn schema(_: &mut Schemas) -> Schema {
                json!({"type": "integer", "minimum": $kind::MIN, "maximum": $kind::MAX})
            }
        }

        impl Read<'_, $kind> {
            fn in_range(self, value: Option<$kind>) -> Option<$kind> {
                if value.is_none() {
                    let message = concat!("must be an integer from ", $least, " to ", $most);
                    self.reading.add(self.at, "range", message);
                }
                value
            }
        }

        impl<'de> Visitor<'de> for Read<'_, $kind> {
            type Value = Option<$kind>;

            refuse!("must be an integer"; bool null list object);

            fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
                Ok(self.in_range($kind::try_from(value).ok()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
                Ok(self.in_range($kind::try_from(value).ok()))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
                Ok(self.misfit("must be an integer"))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                if !self.reading.is_text() {
                    return Ok(self.misfit("must be an integer"));
                }
                Ok(match integer(text) {
                    Ok(value) => Some(value),
                    Err(wrong) if wrong.is_range => self.in_range(None),
                    Err(_) => self.misfit("must be an integer"),
                })
            }
        })*
    };
}

integers! {
    i8 "-128" "127",
    i16 "-32768" "32767",
    i32 "-2147483648" "2147483647",
    i64 "-9223372036854775808" "9223372036854775807",
    u8 "0" "255",
    u16 "0" "65535",
    u32 "0" "4294967295",
    u64 "0" "18446744073709551615",
}

macro_rules! floats {
    ($($kind:ident)*) => {
        $(impl Input for $kind {
            read_by_visitor!();

            fn schema(_: &mut Schemas) -> Schema {
                json!({"type": "number"})
            }
        }

        impl<'de> Visitor<'de> for Read<'_, $kind> {
            type Value = Option<$kind>;

            refuse!("must be a number"; bool null list object);

            #[allow(clippy::cast_precision_loss, reason = "a float is what was asked for")]
            fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
                Ok(Some(value as $kind))
            }

            #[allow(clippy::cast_precision_loss, reason = "a float is what was asked for")]
            fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
                Ok(Some(value as $kind))
            }

            #[allow(clippy::cast_possible_truncation, clippy::cast_lossless, reason = "what does not fit is infinite")]
            fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
                let value = value as $kind;
                if value.is_finite() { Ok(Some(value)) } else { Ok(self.misfit("must be a number in range")) }
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                let value = if self.reading.is_text() { float::<$kind>(text) } else { None };
                Ok(match value {
                    Some(value) if value.is_finite() => Some(value),
                    _ => self.misfit("must be a number"),
                })
            }
        })*
    };
}

floats!(f32 f64);

impl Input for String {
    read_by_visitor!();

    fn schema(_: &mut Schemas) -> Schema {
        json!({"type": "string"})
    }
}

impl<'de> Visitor<'de> for Read<'_, String> {
    type Value = Option<String>;

    refuse!("must be a string"; bool number null list object);

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        if text.as_bytes().contains(&0) {
            self.reading.add(self.at, "nul", "must not contain the character U+0000");
            return Ok(None);
        }
        Ok(Some(text.to_owned()))
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        // JSON writes U+0000 as an escape, and what has an escape is not borrowed.
        if self.reading.is_text() { self.visit_str(text) } else { Ok(Some(text.to_owned())) }
    }
}

/// A secret's text, which is hashed or compared and kept nowhere as it is: any character may stand in it. Sensitive fields are read so.
#[derive(Debug)]
pub struct Opaque<T>(pub T);

impl Input for Opaque<String> {
    read_by_visitor!();

    fn schema(schemas: &mut Schemas) -> Schema {
        String::schema(schemas)
    }
}

impl<'de> Visitor<'de> for Read<'_, Opaque<String>> {
    type Value = Option<Opaque<String>>;

    refuse!("must be a string"; bool number null list object);

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Opaque(text.to_owned())))
    }
}

/// What a `T` parses itself from: the field's text. `#[field(parse)]` names it.
#[derive(Debug)]
pub struct Parsed<T>(pub T);

impl<T: FromStr + Send + 'static> Input for Parsed<T> {
    fn read<'de, D: Deserializer<'de>>(
        source: D,
        at: &At<'_>,
        reading: &mut Reading,
    ) -> Result<Option<Self>, D::Error> {
        let Some(text) = String::read(source, at, reading)? else { return Ok(None) };
        let value = text.parse().ok().map(Self);
        if value.is_none() {
            reading.add(at, "format", "is not written as it should be");
        }
        Ok(value)
    }

    fn schema(_: &mut Schemas) -> Schema {
        json!({"type": "string"})
    }
}

/// RFC 3339, with the offset that was written.
#[cfg(feature = "db")]
impl Input for time::OffsetDateTime {
    fn read<'de, D: Deserializer<'de>>(
        source: D,
        at: &At<'_>,
        reading: &mut Reading,
    ) -> Result<Option<Self>, D::Error> {
        let Some(text) = String::read(source, at, reading)? else { return Ok(None) };
        let value = Self::parse(&text, &time::format_description::well_known::Rfc3339).ok();
        if value.is_none() {
            reading.add(at, "date-time", "must be a time such as 2025-11-28T10:30:00Z");
        }
        Ok(value)
    }

    fn schema(_: &mut Schemas) -> Schema {
        json!({"type": "string", "format": "date-time"})
    }
}
