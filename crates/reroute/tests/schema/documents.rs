//! Documents made from a schema: mostly valid, wrong in a place or two.

use proptest::{
    collection::{btree_map, vec},
    prelude::*,
    sample::select,
    string::string_regex,
};
use serde_json::{Map, Value, json};

/// How deep a schema that holds itself is followed.
const DEEPEST: usize = 5;

const GOOD_EMAILS: [&str; 3] = ["ada@example.com", "a.b+c@mail.example.org", "x@y.zz"];
const BAD_EMAILS: [&str; 4] = ["", "ada", "@", "a b@example.com"];
const GOOD_URLS: [&str; 3] = ["https://example.com", "http://example.com:8080/a?b=c", "https://[::1]/"];
const BAD_URLS: [&str; 3] = ["", "example", "http//x"];

/// Keys that nobody declares, and one that is longer than what is told back.
fn strange_key() -> impl Strategy<Value = String> {
    let long = "k".repeat(70);
    select(vec!["x".to_owned(), String::new(), "a.b".to_owned(), "__proto__".to_owned(), "is_admin".to_owned(), long])
}

/// A document that is nearly what `schema` describes.
pub(super) fn near(schema: &Value) -> BoxedStrategy<Value> {
    fits(schema, &schema["$defs"], DEEPEST)
}

fn fits(schema: &Value, definitions: &Value, depth: usize) -> BoxedStrategy<Value> {
    prop_oneof![30 => right(schema, definitions, depth), 1 => anything()].boxed()
}

fn right(schema: &Value, definitions: &Value, depth: usize) -> BoxedStrategy<Value> {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return right(&definitions[name], definitions, depth);
    }
    if let Some(either) = schema["anyOf"].as_array() {
        if depth == 0 {
            return Just(Value::Null).boxed();
        }
        let all: Vec<_> = either.iter().map(|one| fits(one, definitions, depth)).collect();
        return proptest::strategy::Union::new(all).boxed();
    }
    if let Some(words) = schema["enum"].as_array() {
        return prop_oneof![12 => select(words.clone()), 1 => Just(json!("nothing"))].boxed();
    }
    match schema["type"].as_str() {
        Some("object") => object(schema, definitions, depth),
        Some("array") => array(schema, definitions, depth),
        Some("string") => text(schema),
        Some("integer") => integer(schema),
        Some("number") => number(schema),
        Some("boolean") => any::<bool>().prop_map(Value::from).boxed(),
        Some("null") => Just(Value::Null).boxed(),
        _ => anything(),
    }
}

fn object(schema: &Value, definitions: &Value, depth: usize) -> BoxedStrategy<Value> {
    let depth = depth.saturating_sub(1);
    let Some(properties) = schema["properties"].as_object() else {
        let keys = prop_oneof![4 => string_regex("[a-z]{1,3}").expect("a pattern"), 1 => strange_key()];
        let entries = btree_map(keys, fits(&schema["additionalProperties"], definitions, depth), 0..4);
        return entries.prop_map(|all| Value::Object(Map::from_iter(all))).boxed();
    };
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let fields: Vec<BoxedStrategy<Option<(String, Value)>>> = properties
        .iter()
        .map(|(name, schema)| {
            let name = name.clone();
            let is_there = if required.contains(&Value::from(name.clone())) { 0.98 } else { 0.5 };
            let value = fits(schema, definitions, depth).prop_map(move |value| (name.clone(), value));
            proptest::option::weighted(is_there, value).boxed()
        })
        .collect();
    let strange = proptest::option::weighted(0.05, vec((strange_key(), anything()), 1..3));
    let whole = (fields, strange).prop_map(|(fields, strange)| {
        Value::Object(fields.into_iter().flatten().chain(strange.into_iter().flatten()).collect())
    });
    whole.boxed()
}

fn array(schema: &Value, definitions: &Value, depth: usize) -> BoxedStrategy<Value> {
    let depth = depth.saturating_sub(1);
    if let Some(kinds) = schema["prefixItems"].as_array() {
        let items: Vec<_> = kinds.iter().map(|one| fits(one, definitions, depth)).collect();
        let changed = (items, prop_oneof![8 => Just(0), 1 => Just(1), 1 => Just(2)]).prop_map(|(mut items, change)| {
            match change {
                1 => drop(items.pop()),
                2 => items.push(json!(1)),
                _ => {}
            }
            Value::Array(items)
        });
        return changed.boxed();
    }
    let bound = |name: &str| schema[name].as_u64().and_then(|bound| usize::try_from(bound).ok());
    // The bound of lists that bear none is far; lists of lists that reach it would be all that is made.
    let (least, most) = (bound("minItems").unwrap_or(0), bound("maxItems").filter(|most| *most < 100).unwrap_or(3));
    let inside = vec(fits(&schema["items"], definitions, depth), least..=most);
    let around = vec(fits(&schema["items"], definitions, depth), least.saturating_sub(1)..=most + 1);
    prop_oneof![6 => inside, 1 => around].prop_map(Value::Array).boxed()
}

fn text(schema: &Value) -> BoxedStrategy<Value> {
    let words = match schema["format"].as_str() {
        Some("email") => Some((GOOD_EMAILS.to_vec(), BAD_EMAILS.to_vec())),
        Some("uri") => Some((GOOD_URLS.to_vec(), BAD_URLS.to_vec())),
        _ => None,
    };
    if let Some((good, bad)) = words {
        return prop_oneof![12 => select(good), 1 => select(bad)].prop_map(Value::from).boxed();
    }
    let bound = |name: &str| schema[name].as_u64();
    let (least, most) = (bound("minLength").unwrap_or(0), bound("maxLength").unwrap_or(5));
    // With marks that take several bytes, are several marks, or end a line.
    let class = "[a-zA-C_é€😀\u{301}<> \\n\\r\u{2028}0-9]";
    let plain = string_regex(&format!("[a-c_]{{{least},{most}}}")).expect("a pattern");
    let odd = string_regex(&format!("{class}{{{},{}}}", least.saturating_sub(1), most + 1)).expect("a pattern");
    let ended = string_regex(&format!("[a-c]{{{},{most}}}[\\n<]", least.saturating_sub(1))).expect("a pattern");
    prop_oneof![8 => plain, 2 => odd, 1 => ended].prop_map(Value::from).boxed()
}

fn integer(schema: &Value) -> BoxedStrategy<Value> {
    let whole = |name: &str| schema[name].as_i64().map(i128::from).or(schema[name].as_u64().map(i128::from));
    let least = whole("exclusiveMinimum").map(|bound| bound + 1).or(whole("minimum")).unwrap_or(i64::MIN.into());
    let most = whole("exclusiveMaximum").map(|bound| bound - 1).or(whole("maximum")).unwrap_or(u64::MAX.into());
    let edges = select(vec![least, least + 1, most - 1, most, (least + most) / 2]);
    let beyond = select(vec![least - 1, most + 1, i128::from(i64::MIN), i128::from(u64::MAX), -1, 0, 1]);
    let spelled = |number: i128| match (i64::try_from(number), u64::try_from(number)) {
        (Ok(number), _) => Value::from(number),
        (_, Ok(number)) => Value::from(number),
        // Beyond all integers; as a real number it is out of every range, too.
        _ => json!("beyond"),
    };
    prop_oneof![12 => least..=most, 6 => edges, 1 => beyond].prop_map(spelled).boxed()
}

fn number(schema: &Value) -> BoxedStrategy<Value> {
    let bound = |name: &str, other: &str| schema[name].as_f64().or(schema[other].as_f64());
    let least = bound("minimum", "exclusiveMinimum").unwrap_or(-1e9);
    let most = bound("maximum", "exclusiveMaximum").unwrap_or(1e9);
    let edges = select(vec![least, most, (least + most) / 2.0, 1.0]);
    let beyond = select(vec![least - 0.25, most + 0.25]);
    let whole = (-3i64..3).prop_map(Value::from);
    let real = prop_oneof![12 => least..most, 4 => edges, 1 => beyond].prop_map(Value::from);
    prop_oneof![12 => real, 1 => whole].boxed()
}

/// Any JSON that is small, but for what is said to differ: no U+0000, no whole number with a point, nothing that looks
/// like an address.
fn anything() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-3i64..300).prop_map(Value::from),
        (-1e9..1e9).prop_filter("a fraction", |real: &f64| real.fract() != 0.0).prop_map(Value::from),
        string_regex("[a-zé€😀\\n\" ]{0,5}").expect("a pattern").prop_map(Value::from),
    ];
    let nested = leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::Array),
            btree_map(strange_key(), inner, 0..3).prop_map(|all| Value::Object(Map::from_iter(all))),
        ]
    });
    nested.boxed()
}
