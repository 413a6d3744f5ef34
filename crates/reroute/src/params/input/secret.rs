//! A secret that somebody sends: read like the text of a sensitive field, and held to the same rules.

use super::{
    Input, Schema, Schemas, constrain,
    reading::{At, Reading},
    rules::Length,
    scalar::Opaque,
};
use crate::config::Secret;
use serde::Deserializer;
use serde_json::json;
use std::borrow::Borrow;

impl Input for Secret {
    fn read<'de, D: Deserializer<'de>>(
        source: D,
        at: &At<'_>,
        reading: &mut Reading,
    ) -> Result<Option<Self>, D::Error> {
        Ok(Opaque::read(source, at, reading)?.map(|Opaque(text)| Self::new(text)))
    }

    fn schema(schemas: &mut Schemas) -> Schema {
        let mut schema = String::schema(schemas);
        constrain(&mut schema, &json!({"writeOnly": true}));
        schema
    }
}

impl Length for Secret {
    const UNIT: &'static str = String::UNIT;

    fn length(&self) -> usize {
        self.expose().length()
    }

    fn is_shorter(&self, least: usize) -> bool {
        self.expose().is_shorter(least)
    }

    fn is_longer(&self, most: usize) -> bool {
        self.expose().is_longer(most)
    }
}

/// For rules of an application that look at the text.
impl Borrow<str> for Secret {
    fn borrow(&self) -> &str {
        self.expose()
    }
}
