use super::value::{Value, ValueError};
use crate::{
    error::{Error, Result},
    route::{Context, Describe, Description, shape_of},
};
use axum_core::extract::FromRequestParts;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor,
    value::BorrowedStrDeserializer,
};
use smallvec::SmallVec;
use std::borrow::Cow;

/// The parameters of the path: a value, a tuple of values by position, or a struct of values by name.
///
/// A value of another type is another path: 404. A `Path` that does not fit the file's pattern stops the start.
///
/// ```
/// use reroute::prelude::*;
///
/// #[route]
/// pub struct User;
///
/// #[route]
/// impl User {
///     #[public]
///     async fn get(&self, Path(id): Path<i64>) -> String {
///         format!("user {id}")
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Context> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, cx: &Context) -> Result<Self> {
        let mut values = SmallVec::<[(&str, Cow<'_, str>); 4]>::new();
        for (name, text) in cx.parameters() {
            let decoded = percent_decode_str(text).decode_utf8().map_err(|_| Error::not_found())?;
            values.push((name, decoded));
        }
        T::deserialize(Values(&values)).map(Self).map_err(|_| Error::not_found())
    }
}

impl<T: DeserializeOwned> Describe for Path<T> {
    const PARAMETER: bool = true;

    fn describe(description: &mut Description) {
        description.needs_path(shape_of::<T>());
    }
}

/// All parameters, in the order of the pattern.
struct Values<'a>(&'a [(&'a str, Cow<'a, str>)]);

impl<'a> Values<'a> {
    fn one(&self) -> Result<Value<'a>, ValueError> {
        match self.0 {
            [(_, value)] => Ok(Value(value)),
            _ => Err(ValueError::custom("the path has another number of parameters")),
        }
    }
}

macro_rules! one_value {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ValueError> {
            self.one()?.$method(visitor)
        })*
    };
}

impl<'a> Deserializer<'a> for Values<'a> {
    type Error = ValueError;

    one_value! {
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
        deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf deserialize_option
        deserialize_identifier deserialize_ignored_any
    }

    fn deserialize_unit<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'a>>(self, _: &'static str, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(self, _: &'static str, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_seq(Walk(self.0.iter(), None))
    }

    fn deserialize_tuple<V: Visitor<'a>>(self, _: usize, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_map(Walk(self.0.iter(), None))
    }

    fn deserialize_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'a>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.one()?.deserialize_enum(name, variants, visitor)
    }
}

struct Walk<'a>(std::slice::Iter<'a, (&'a str, Cow<'a, str>)>, Option<&'a str>);

impl<'a> SeqAccess<'a> for Walk<'a> {
    type Error = ValueError;

    fn next_element_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>, ValueError> {
        self.0.next().map(|(_, value)| seed.deserialize(Value(value))).transpose()
    }
}

impl<'a> MapAccess<'a> for Walk<'a> {
    type Error = ValueError;

    fn next_key_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>, ValueError> {
        let Some((name, value)) = self.0.next() else { return Ok(None) };
        self.1 = Some(value);
        seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<S::Value, ValueError> {
        let value = self.1.take().ok_or_else(|| ValueError::custom("a value was asked for before its name"))?;
        seed.deserialize(Value(value))
    }
}
