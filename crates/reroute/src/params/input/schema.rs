use serde_json::{Map, Value, json};
use std::any::type_name;

/// What may stand somewhere, as JSON Schema (draft 2020-12).
pub type Schema = Value;

/// The schemas of all types that have a name, each written once.
#[derive(Debug, Default)]
pub struct Schemas {
    /// The type's full name, the name that it goes by, and its schema once that is written.
    types: Vec<(&'static str, String, Schema)>,
}

impl Schemas {
    /// A reference to the schema of `T`, which `write` writes when it is asked for first; a type may hold itself.
    pub fn define<T>(&mut self, name: &'static str, write: impl FnOnce(&mut Self) -> Schema) -> Schema {
        let full = type_name::<T>();
        let name = match self.types.iter().find(|(known, ..)| *known == full) {
            Some((_, name, _)) => name.clone(),
            None => {
                let is_taken = |name: &String| self.types.iter().any(|(_, other, _)| other == name);
                let numbered = (2u64..).map(|nth| format!("{name}{nth}"));
                let mut names = std::iter::once(name.to_owned()).chain(numbered).skip_while(is_taken);
                // There is always a next number.
                let name = names.next().unwrap_or_default();
                let place = self.types.len();
                self.types.push((full, name.clone(), Value::Null));
                let schema = write(self);
                self.types[place].2 = schema;
                name
            }
        };
        json!({"$ref": format!("#/$defs/{name}")})
    }

    /// The schemas by name.
    pub fn into_definitions(self) -> Map<String, Schema> {
        self.types.into_iter().map(|(_, name, schema)| (name, schema)).collect()
    }

    /// The whole schema of `T`, with the definitions that it refers to.
    ///
    /// ```
    /// use reroute::{params::Schemas, prelude::*};
    ///
    /// #[input]
    /// struct Tag {
    ///     #[field(min_length = 1)]
    ///     name: String,
    /// }
    ///
    /// let schema = Schemas::of::<Tag>();
    /// assert_eq!(schema["$defs"]["Tag"]["properties"]["name"]["minLength"], 1);
    /// ```
    pub fn of<T: super::Input>() -> Schema {
        let mut schemas = Self::default();
        let mut whole = T::schema(&mut schemas);
        constrain(
            &mut whole,
            &json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": schemas.into_definitions()}),
        );
        whole
    }
}

/// Adds `words` to the schema of a value, below an `Option` where there is one.
pub fn constrain(schema: &mut Schema, words: &Value) {
    let (Some(schema), Some(words)) = (schema.as_object_mut(), words.as_object()) else { return };
    if let Some(Value::Array(either)) = schema.get_mut("anyOf")
        && !words.contains_key("$schema")
    {
        if let Some(first) = either.first_mut() {
            constrain(first, &Value::Object(words.clone()));
        }
        return;
    }
    // A pattern may not replace another: both hold.
    let kind = schema.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    for (name, value) in words {
        // A length counts what the type has.
        let name = match (name.as_str(), kind.as_str()) {
            ("minLength", "array") => "minItems",
            ("maxLength", "array") => "maxItems",
            ("minLength", "object") => "minProperties",
            ("maxLength", "object") => "maxProperties",
            (name, _) => name,
        };
        if name == "pattern" && schema.contains_key(name) {
            let all = schema.entry("allOf").or_insert_with(|| json!([]));
            if let Some(all) = all.as_array_mut() {
                all.push(json!({"pattern": value}));
            }
        } else {
            schema.insert(name.to_owned(), value.clone());
        }
    }
}

/// Adds `words` to the schema of a list's items.
pub fn constrain_items(schema: &mut Schema, words: &Value) {
    let Some(schema) = schema.as_object_mut() else { return };
    if let Some(Value::Array(either)) = schema.get_mut("anyOf") {
        if let Some(first) = either.first_mut() {
            constrain_items(first, words);
        }
        return;
    }
    if let Some(items) = schema.get_mut("items") {
        constrain(items, words);
    }
}

/// An object of exactly these fields: name, schema, whether it is required.
pub fn object_schema(description: &str, fields: Vec<(&'static str, Schema, bool)>) -> Schema {
    let required: Vec<&str> = fields.iter().filter(|(.., is_required)| *is_required).map(|(name, ..)| *name).collect();
    let mut schema = json!({"type": "object", "required": required, "additionalProperties": false});
    schema["properties"] =
        fields.into_iter().map(|(name, schema, _)| (name.to_owned(), schema)).collect::<Map<_, _>>().into();
    if !description.is_empty() {
        schema["description"] = description.into();
    }
    schema
}
