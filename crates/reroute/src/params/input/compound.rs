use super::{
    Input, Schema, Schemas,
    object::{Skip, skip_list, skip_object},
    reading::{At, MOST_ITEMS, Read, Reading, read_by_visitor, refuse},
    rules::too_long,
};
use crate::route::Shape;
use serde::{
    Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value, json};
use std::{
    collections::{BTreeMap, HashMap},
    hash::BuildHasher,
};

impl<T: Input> Input for Option<T> {
    const SHAPE: Shape = T::SHAPE;

    fn read<'de, D: Deserializer<'de>>(
        source: D,
        at: &At<'_>,
        reading: &mut Reading,
    ) -> Result<Option<Self>, D::Error> {
        source.deserialize_option(Read::<Self>::new(at, reading))
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn null() -> Option<Self> {
        Some(None)
    }

    fn schema(schemas: &mut Schemas) -> Schema {
        json!({"anyOf": [T::schema(schemas), {"type": "null"}]})
    }
}

impl<'de, T: Input> Visitor<'de> for Read<'_, Option<T>> {
    type Value = Option<Option<T>>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Some(T::null()))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Some(T::null()))
    }

    fn visit_some<D: Deserializer<'de>>(self, source: D) -> Result<Self::Value, D::Error> {
        Ok(T::read(source, self.at, self.reading)?.map(Some))
    }
}

impl<T: Input> Input for Box<T> {
    const SHAPE: Shape = T::SHAPE;

    fn read<'de, D: Deserializer<'de>>(
        source: D,
        at: &At<'_>,
        reading: &mut Reading,
    ) -> Result<Option<Self>, D::Error> {
        Ok(T::read(source, at, reading)?.map(Self::new))
    }

    fn absent() -> Option<Self> {
        T::absent().map(Self::new)
    }

    fn null() -> Option<Self> {
        T::null().map(Self::new)
    }

    fn schema(schemas: &mut Schemas) -> Schema {
        T::schema(schemas)
    }
}

impl<T: Input> Input for Vec<T> {
    const SHAPE: Shape = Shape::Any;

    fn read<'de, D: Deserializer<'de>>(
        source: D,
        at: &At<'_>,
        reading: &mut Reading,
    ) -> Result<Option<Self>, D::Error> {
        if reading.is_text() {
            return source.deserialize_seq(Read::<Self>::new(at, reading));
        }
        source.deserialize_any(Read::<Self>::new(at, reading))
    }

    fn absent_in_text() -> Option<Self> {
        Some(Vec::new())
    }

    fn schema(schemas: &mut Schemas) -> Schema {
        json!({"type": "array", "items": T::schema(schemas), "maxItems": MOST_ITEMS})
    }
}

impl<'de, T: Input> Visitor<'de> for Read<'_, Vec<T>> {
    type Value = Option<Vec<T>>;

    refuse!("must be a list"; bool number text null object);

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        let mut is_whole = true;
        let (most, of_each) = self.reading.take_most();
        for nth in 0..most {
            self.reading.at_most(of_each, None);
            match list.next_element_seed(Read::<T>::new(&self.at.item(nth), self.reading))? {
                Some(Some(item)) if is_whole => items.push(item),
                Some(item) => is_whole &= item.is_some(),
                None => return Ok(is_whole.then_some(items)),
            }
        }
        if list.next_element_seed(Skip)?.is_some() {
            skip_list(&mut list)?;
            too_long::<Vec<T>>(most, self.at, self.reading);
            return Ok(None);
        }
        Ok(is_whole.then_some(items))
    }
}

/// A list of values of set types, in the order of a path's parameters or of a JSON list.
pub struct Tuple<T>(std::marker::PhantomData<T>);

macro_rules! tuples {
    ($($count:literal: $($kind:ident $value:ident),*;)*) => {
        $(impl<$($kind: Input),*> Input for ($($kind,)*) {
            const SHAPE: Shape = Shape::Tuple($count);

            fn read<'de, De: Deserializer<'de>>(
                source: De,
                at: &At<'_>,
                reading: &mut Reading,
            ) -> Result<Option<Self>, De::Error> {
                if reading.is_text() {
                    return source.deserialize_seq(Read::<Tuple<Self>>::new(at, reading));
                }
                source.deserialize_any(Read::<Tuple<Self>>::new(at, reading))
            }

            fn schema(schemas: &mut Schemas) -> Schema {
                json!({
                    "type": "array", "prefixItems": [$($kind::schema(schemas)),*], "minItems": $count, "maxItems": $count
                })
            }
        }

        impl<'de, $($kind: Input),*> Visitor<'de> for Read<'_, Tuple<($($kind,)*)>> {
            type Value = Option<($($kind,)*)>;

            refuse!(concat!("must be a list of ", $count); bool number text null object);

            fn visit_seq<Ac: SeqAccess<'de>>(self, mut list: Ac) -> Result<Self::Value, Ac::Error> {
                let mut nth = 0usize;
                $(
                    let $value = list.next_element_seed(Read::<$kind>::new(&self.at.item(nth), self.reading))?;
                    nth += usize::from($value.is_some());
                )*
                let is_short = nth < $count;
                let mut is_long = false;
                while list.next_element_seed(Skip)?.is_some() {
                    is_long = true;
                }
                if is_short || is_long {
                    return Ok(self.misfit(concat!("must be a list of ", $count)));
                }
                Ok(match ($($value.flatten(),)*) {
                    ($(Some($value),)*) => Some(($($value,)*)),
                    _ => None,
                })
            }
        })*
    };
}

tuples! {
    1: T1 a;
    2: T1 a, T2 b;
    3: T1 a, T2 b, T3 c;
    4: T1 a, T2 b, T3 c, T4 d;
    5: T1 a, T2 b, T3 c, T4 d, T5 e;
    6: T1 a, T2 b, T3 c, T4 d, T5 e, T6 f;
}

macro_rules! maps {
    ($($map:ident [$($extra:ident: $bound:ident)?];)*) => {
        $(impl<T: Input, $($extra: $bound + Default + Send + 'static)?> Input for $map<String, T, $($extra)?> {
            const SHAPE: Shape = Shape::Any;

            read_by_visitor!();

            fn schema(schemas: &mut Schemas) -> Schema {
                json!({"type": "object", "additionalProperties": T::schema(schemas), "maxProperties": MOST_ITEMS})
            }
        }

        impl<'de, T: Input, $($extra: $bound + Default)?> Visitor<'de> for Read<'_, $map<String, T, $($extra)?>> {
            type Value = Option<$map<String, T, $($extra)?>>;

            refuse!("must be an object"; bool number text null list);

            fn visit_map<Ac: MapAccess<'de>>(self, mut map: Ac) -> Result<Self::Value, Ac::Error> {
                let mut all = $map::default();
                let mut is_whole = true;
                let (most, of_each) = self.reading.take_most();
                while let Some(name) = map.next_key::<String>()? {
                    if all.len() == most {
                        if all.contains_key(&name) {
                            self.reading.duplicate();
                        }
                        map.next_value_seed(Skip)?;
                        skip_object(&mut map)?;
                        too_long::<$map<String, T, $($extra)?>>(most, self.at, self.reading);
                        return Ok(None);
                    }
                    self.reading.at_most(of_each, None);
                    let at = self.at.field(&name);
                    let value = map.next_value_seed(Read::<T>::new(&at, self.reading))?;
                    if name.contains('\0') {
                        self.reading.add(self.at, "nul", "must not contain the character U+0000");
                        is_whole = false;
                    }
                    match value {
                        Some(value) => {
                            if all.insert(name, value).is_some() {
                                self.reading.duplicate();
                            }
                        }
                        None => is_whole = false,
                    }
                }
                Ok(is_whole.then_some(all))
            }
        })*
    };
}

maps! {
    BTreeMap [];
    HashMap [S: BuildHasher];
}

impl Input for Value {
    const SHAPE: Shape = Shape::Any;

    read_by_visitor!();

    fn schema(_: &mut Schemas) -> Schema {
        json!({})
    }
}

impl<'de> Visitor<'de> for Read<'_, Value> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(Value::Number(value.into())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(Value::Number(value.into())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(match Number::from_f64(value) {
            Some(number) => Some(Value::Number(number)),
            None => self.misfit("must be a number in range"),
        })
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Value::String(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Some(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        // It cannot be wrong by itself: what it holds can be anything.
        while let Some(item) = list.next_element_seed(Read::<Value>::new(self.at, self.reading))? {
            items.push(item.unwrap_or_default());
        }
        Ok(Some(Value::Array(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut all = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let value = map.next_value_seed(Read::<Value>::new(self.at, self.reading))?.unwrap_or_default();
            if all.insert(name, value).is_some() {
                self.reading.duplicate();
            }
        }
        Ok(Some(Value::Object(all)))
    }
}
