use super::{
    input::{At, Input, Reading, Source},
    text::{Each, Leaf, Named, Pairs, shows_itself},
};
use crate::{
    error::{Error, Result},
    route::{Context, Describe, Description, Reads, Shape},
};
use axum_core::extract::FromRequestParts;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use serde::de::{Deserializer, Visitor, value::Error as Malformed};
use smallvec::SmallVec;
use std::borrow::Cow;

/// The parameters of the path: a value, a tuple of values by position, or an [`#[input]`](crate::input) of values by
/// name.
///
/// A value of another type, or one that breaks a constraint, is another path: 404. A `Path` that does not fit the file's pattern stops the start.
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

impl<T: Input> FromRequestParts<Context> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, cx: &Context) -> Result<Self> {
        let mut values = SmallVec::<[(Cow<'_, str>, Cow<'_, str>); 4]>::new();
        for (name, text) in cx.parameters() {
            let decoded = percent_decode_str(text).decode_utf8().map_err(|_| Error::not_found())?;
            values.push((Cow::Borrowed(name), decoded));
        }
        let mut reading = Reading::new(Source::Parameters);
        let value = T::read(Parameters { pairs: &values, shape: T::SHAPE }, &At::root(), &mut reading);
        let value = value.map_err(|_| Error::not_found())?;
        reading.finish(value).map(Self).map_err(|_| Error::not_found())
    }
}

impl<T: Input> Describe for Path<T> {
    const PARAMETER: bool = true;
    const READS: Reads = Reads::Parameters;

    fn describe(description: &mut Description) {
        description.needs_path(T::SHAPE);
    }
}

/// All parameters, in the order of the pattern.
struct Parameters<'a> {
    pairs: &'a Pairs<'a>,
    shape: Shape,
}

impl<'de> Deserializer<'de> for Parameters<'de> {
    type Error = Malformed;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        match (self.shape, self.pairs) {
            (Shape::One, [(_, value)]) => value.show(visitor),
            _ => Named(self.pairs).deserialize_any(visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_seq(Each(self.pairs.iter().map(|(_, value)| value)))
    }

    shows_itself! {}
}
