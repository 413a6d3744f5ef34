use serde::de::{self, DeserializeOwned, Deserializer, Visitor};
use std::{any::TypeId, fmt};

/// What an extractor says of itself at start, before any request: what it needs, so that a lack of it stops the start.
///
/// Extractors of other crates say nothing, and are asked nothing.
pub trait Describe {
    /// Whether it can only be had of a signed-in caller.
    const DEMANDS_CALLER: bool = false;
    /// Whether it reads what the caller wrote into path, query or body, and so must come after authorization.
    const PARAMETER: bool = false;

    /// Adds what it needs to `description`.
    fn describe(description: &mut Description) {
        let _ = description;
    }
}

/// What an endpoint's extractors need.
#[derive(Debug, Default, Clone)]
pub struct Description {
    pub(crate) states: Vec<(TypeId, &'static str)>,
    pub(crate) paths: Vec<Shape>,
    pub(crate) extractors: Vec<&'static str>,
    pub(crate) caller: bool,
    pub(crate) body: bool,
}

impl Description {
    /// The endpoint needs what [`App::state`](crate::App::state) was given of type `T`.
    pub fn needs_state<T: 'static>(&mut self) {
        self.states.push((TypeId::of::<T>(), std::any::type_name::<T>()));
    }

    pub(crate) fn needs_path(&mut self, shape: Shape) {
        self.paths.push(shape);
    }
}

/// What a type wants of the path's parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One value.
    One,
    /// That many values, by position.
    Tuple(usize),
    /// Values by name.
    Named(&'static [&'static str]),
    /// Whatever there is.
    Any,
}

impl Shape {
    /// Why a pattern with the parameters `names` cannot give it, if it cannot.
    pub(crate) fn misfit(&self, names: &[String]) -> Option<String> {
        match self {
            Self::Any => None,
            Self::One if names.len() == 1 => None,
            Self::Tuple(count) if names.len() == *count => None,
            Self::Named(fields) => {
                let missing = fields.iter().find(|field| !names.iter().any(|name| name == *field))?;
                Some(format!("its `Path` names `{missing}`, which is no parameter of the path"))
            }
            Self::One => Some(format!("its `Path` takes one parameter, and the path has {}", names.len())),
            Self::Tuple(count) => {
                Some(format!("its `Path` takes {count} parameters, and the path has {}", names.len()))
            }
        }
    }
}

/// Asks `T` what it wants to be made of, by starting to deserialize it and stopping at the first answer.
pub(crate) fn shape_of<T: DeserializeOwned>() -> Shape {
    match T::deserialize(Ask) {
        Ok(_) => Shape::Any,
        Err(Told(shape)) => shape,
    }
}

struct Ask;

#[derive(Debug)]
struct Told(Shape);

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a shape")
    }
}

impl std::error::Error for Told {}

impl de::Error for Told {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(Shape::Any)
    }
}

macro_rules! ask_one {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'static>>(self, _: V) -> Result<V::Value, Told> {
            Err(Told(Shape::One))
        })*
    };
}

impl Deserializer<'static> for Ask {
    type Error = Told;

    ask_one! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
        deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf
        deserialize_option deserialize_identifier
    }

    fn deserialize_any<V: Visitor<'static>>(self, _: V) -> Result<V::Value, Told> {
        Err(Told(Shape::Any))
    }

    fn deserialize_unit<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Told> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'static>>(self, _: &'static str, visitor: V) -> Result<V::Value, Told> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'static>>(self, _: &'static str, visitor: V) -> Result<V::Value, Told> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'static>>(self, _: V) -> Result<V::Value, Told> {
        Err(Told(Shape::Any))
    }

    fn deserialize_tuple<V: Visitor<'static>>(self, len: usize, _: V) -> Result<V::Value, Told> {
        Err(Told(Shape::Tuple(len)))
    }

    fn deserialize_tuple_struct<V: Visitor<'static>>(
        self,
        _: &'static str,
        len: usize,
        _: V,
    ) -> Result<V::Value, Told> {
        Err(Told(Shape::Tuple(len)))
    }

    fn deserialize_map<V: Visitor<'static>>(self, _: V) -> Result<V::Value, Told> {
        Err(Told(Shape::Any))
    }

    fn deserialize_struct<V: Visitor<'static>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Told> {
        Err(Told(Shape::Named(fields)))
    }

    fn deserialize_enum<V: Visitor<'static>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Told> {
        Err(Told(Shape::One))
    }

    fn deserialize_ignored_any<V: Visitor<'static>>(self, _: V) -> Result<V::Value, Told> {
        Err(Told(Shape::Any))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Named {
        id: i64,
        name: String,
    }

    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Id(i64);

    #[derive(Deserialize)]
    #[allow(dead_code)]
    enum Kind {
        A,
    }

    #[test]
    fn types_tell_their_shape() {
        assert_eq!(shape_of::<i64>(), Shape::One);
        assert_eq!(shape_of::<String>(), Shape::One);
        assert_eq!(shape_of::<Id>(), Shape::One);
        assert_eq!(shape_of::<Kind>(), Shape::One);
        assert_eq!(shape_of::<(i64, String)>(), Shape::Tuple(2));
        assert_eq!(shape_of::<Named>(), Shape::Named(&["id", "name"]));
        assert_eq!(shape_of::<std::collections::HashMap<String, String>>(), Shape::Any);
    }

    #[test]
    fn misfits_are_told() {
        let names = ["id".to_owned()];
        assert_eq!(Shape::One.misfit(&names), None);
        assert!(Shape::Tuple(2).misfit(&names).is_some());
        assert!(Shape::Named(&["name"]).misfit(&names).is_some());
        assert!(Shape::One.misfit(&[]).is_some());
    }
}
