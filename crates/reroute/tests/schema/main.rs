//! What is read is what the schema says: an independent validator of JSON Schema takes the same documents.
//!
//! The documents are made from the schema itself, mostly valid and each wrong in a place or two. Where the two differ on
//! purpose, the documents leave it out:
//!
//! * `1.0`, `1e0` and `-0` are integers to JSON Schema; here they are not, so that a number has one spelling.
//! * U+0000 stands in no string: PostgreSQL cannot keep it. A schema has no short word for that.
//! * `trim` is done before lengths are counted; the schema tells of what is left.
//! * `url` takes `http` and `https` alone, and `email` a host name with a dot: both say `format`, of which only clear
//!   cases are compared.
//! * `f32` holds no more than about 3.4e38, which the schema does not say.
//! * `pattern` is the dialect of the crate `regex-lite`; in JavaScript's `.` ends at more line breaks, and `\s` knows
//!   more white space.
//! * `parse` and `check` are the application's own rules, of which a schema knows nothing.
//! * 128 levels of nesting are the most that is read, and no key may stand twice.

mod documents;
mod inputs;

use documents::near;
use inputs::{Account, Basket, Everything, Measures, Ratio, Tree};
use proptest::{prelude::*, test_runner::TestRunner};
use reroute::params::{Input, Schemas, from_json};
use serde_json::Value;

#[test]
fn accounts() {
    agree::<Account>(|document| {
        if let Some(Value::String(motto)) = document.get_mut("motto") {
            *motto = motto.trim().to_owned();
        }
    });
}

#[test]
fn measures() {
    agree::<Measures>(|_| {});
}

#[test]
fn baskets() {
    agree::<Basket>(|_| {});
}

#[test]
fn trees() {
    agree::<Tree>(|_| {});
}

#[test]
fn what_is_no_object() {
    agree::<Vec<Ratio>>(|_| {});
    agree::<Option<(u8, bool, Option<String>)>>(|_| {});
    agree::<Everything>(|_| {});
}

/// Reading and the schema agree on all documents, but for what `even` takes away.
fn agree<T: Input>(even: fn(&mut Value)) {
    let schema = Schemas::of::<T>();
    let validator = jsonschema::draft202012::options().should_validate_formats(true).build(&schema);
    let validator = validator.unwrap_or_else(|error| panic!("{schema:#} is no schema: {error}"));
    let mut taken = 0;
    let mut all = 0;
    let cases = ProptestConfig::default().cases * 8;
    let mut runner = TestRunner::new(ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() });
    let outcome = runner.run(&near(&schema), |mut document| {
        even(&mut document);
        let text = document.to_string();
        let is_valid = validator.is_valid(&document);
        let read = from_json::<T>(text.as_bytes());
        prop_assert_eq!(read.is_ok(), is_valid, "{} against {}: {:?}", text, schema, read.err());
        if let Err(error) = read {
            prop_assert_eq!(error.status().as_u16(), 422, "{}", text);
            prop_assert!(!error.fields().is_empty(), "{}", text);
            for broken in error.fields() {
                let is_told = if broken.code == "required" { is_missing } else { is_there };
                prop_assert!(is_told(&document, &broken.field), "{:?} of {}", broken, text);
            }
        }
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    // Documents that are nearly all refused, or nearly all taken, would tell nothing.
    let mut runner = TestRunner::deterministic();
    let documents = near(&schema);
    while all < 400 {
        let document = documents.new_tree(&mut runner).expect("a document can be made").current();
        taken += usize::from(validator.is_valid(&document));
        all += 1;
    }
    assert!((20..=380).contains(&taken), "{taken} of {all} documents are valid");
}

/// Whether an error names a place of the document.
fn is_there(document: &Value, field: &str) -> bool {
    places(document).iter().any(|(place, _)| place == field)
}

/// Whether it names a field that an object of the document lacks.
fn is_missing(document: &Value, field: &str) -> bool {
    places(document).iter().any(|(place, value)| {
        let Some(object) = value.as_object() else { return false };
        let name = field.strip_prefix(place.as_str()).map(|rest| rest.strip_prefix('.').unwrap_or(rest));
        name.is_some_and(|name| !name.is_empty() && !name.contains(['.', '[']) && !object.contains_key(name))
    })
}

/// All places of the document as answers write them, with what stands there.
fn places(document: &Value) -> Vec<(String, &Value)> {
    let mut all = vec![(String::new(), document)];
    let mut next = 0;
    while let Some((place, value)) = all.get(next).cloned() {
        match value {
            Value::Array(items) => {
                all.extend(items.iter().enumerate().map(|(nth, item)| (format!("{place}[{nth}]"), item)));
            }
            Value::Object(fields) => all.extend(fields.iter().map(|(name, value)| {
                let dot = if next == 0 { "" } else { "." };
                let cut: String = name.chars().take(64).collect();
                let more = if cut.len() < name.len() { "…" } else { "" };
                (format!("{place}{dot}{cut}{more}"), value)
            })),
            _ => {}
        }
        next += 1;
    }
    all
}

#[test]
fn two_types_never_go_by_one_name() {
    let schema = Schemas::of::<inputs::names::All>();
    let definitions = schema["$defs"].as_object().expect("definitions");
    assert_eq!(definitions.len(), 4, "{schema:#}");
}

#[test]
fn a_key_that_looks_like_another_place_is_no_key_twice() {
    let long = "x".repeat(64);
    for text in [
        format!(r#"{{"{long}a": 1, "{long}b": 1}}"#),
        r#"{"pair": [1, "no"], "pair[1]": 0}"#.to_owned(),
        r#"{"": 1, "x": 1}"#.to_owned(),
    ] {
        let error = from_json::<Basket>(text.as_bytes()).expect_err("it has unknown fields");
        assert_eq!(error.status(), 422, "{text}");
    }
    let error = from_json::<Basket>(format!(r#"{{"{long}a": 1, "{long}a": 1}}"#).as_bytes()).expect_err("a key twice");
    assert_eq!(error.status(), 400);
    // The hundred errors that are told do not hide a key that stands twice behind them.
    let many: String = (0..200).map(|nth| format!("\"k{nth}\": 1, ")).collect();
    let error = from_json::<Basket>(format!(r#"{{{many} "z": 1, "z": 1}}"#).as_bytes()).expect_err("a key twice");
    assert_eq!(error.status(), 400);
}
