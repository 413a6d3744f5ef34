//! What of an event is written down, as one line of JSON without what seals it.

use super::event::Facts;
use reroute_core::{
    redact::{REDACTED, redact},
    sensitive::is_sensitive,
    timestamp::rfc3339,
};
use serde::Serialize;
use serde_json::{Map, Value};
use std::{fmt::Write, time::SystemTime};

/// The longest line, its end included.
pub(super) const LONGEST: usize = 64 << 10;

/// What the chain's members take at most.
const SEAL: usize = 512;

/// How deep details may be nested.
const DEEPEST: usize = 16;

/// How long texts, and how many the items of a list or an object, may be where a line is too long: tried one after the other.
const CUTS: [(usize, usize); 4] = [(4096, 64), (512, 32), (128, 16), (64, 4)];

/// The same for [`shortened`]: the last of them leaves no details.
const SHORT_CUTS: [(usize, usize); 4] = [(512, 16), (128, 8), (48, 8), (48, 0)];

#[derive(Serialize)]
struct Line<'a> {
    timestamp: String,
    event_type: &'a str,
    severity: &'a str,
    message: &'a str,
    details: &'a Map<String, Value>,
}

/// The line up to its last brace, which the chain's members follow: no secret, no raw control character, and never too long.
pub(super) fn render(facts: Facts) -> Vec<u8> {
    let at = facts.at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let at = u64::try_from(at.as_millis()).unwrap_or(u64::MAX);
    let (kind, mut message, mut details) = (facts.kind, redact(&facts.message).into_owned(), details(facts));
    let write = |message: &str, details: &Map<String, Value>| {
        let timestamp = rfc3339(at);
        let line = Line { timestamp, event_type: kind.name(), severity: kind.severity(), message, details };
        // Strings and JSON values under string keys: serialization has nothing to fail on.
        escaped(serde_json::to_string(&line).unwrap_or_default())
    };
    let mut line = write(&message, &details);
    for (text, items) in CUTS {
        if line.len() + SEAL <= LONGEST {
            break;
        }
        cut(&mut message, text);
        details.values_mut().for_each(|value| cut_value(value, text, items));
        keep(&mut details, items.max(16));
        details.insert("truncated".to_owned(), true.into());
        line = write(&message, &details);
    }
    if line.len() + SEAL > LONGEST {
        line = write(&message, &Map::from_iter([("truncated".to_owned(), true.into())]));
    }
    line.pop();
    line.into_bytes()
}

/// A line, without its end, that has no more than `most` bytes, for whoever takes no more; nothing where it has no more already. What is cut is
/// the message and the details: the chain's members say which line of the log it was, whose seal it does not bear out.
pub(super) fn shortened(line: &str, most: usize) -> Option<String> {
    if line.len() <= most {
        return None;
    }
    let mut members: Map<String, Value> = serde_json::from_str(line).ok()?;
    let mut short = String::new();
    for (text, items) in SHORT_CUTS {
        members.iter_mut().filter(|(name, _)| *name == "message").for_each(|(_, value)| cut_value(value, text, items));
        if let Some(Value::Object(details)) = members.get_mut("details") {
            details.values_mut().for_each(|value| cut_value(value, text, items));
            keep(details, items);
            if items == 0 {
                details.clear();
            }
            details.insert("truncated".to_owned(), true.into());
        }
        short = escaped(serde_json::to_string(&members).unwrap_or_default());
        if short.len() <= most {
            break;
        }
    }
    Some(short)
}

fn details(facts: Facts) -> Map<String, Value> {
    let mut details = redacted(facts.details, 0);
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            details.insert(name.to_owned(), value);
        }
    };
    put("user", facts.user.map(|user| text(&user)));
    put("ip_address", facts.ip.map(|ip| ip.to_string().into()));
    put("endpoint", facts.endpoint.map(|endpoint| text(&endpoint)));
    put("owasp", facts.owasp.or(facts.kind.owasp()).map(Value::from));
    put("count", facts.count.map(Value::from));
    details
}

fn text(text: &str) -> Value {
    Value::String(redact(text).into_owned())
}

/// By name at every depth, and by looks in every text.
fn redacted(members: Map<String, Value>, depth: usize) -> Map<String, Value> {
    let member = |(name, value): (String, Value)| {
        let value = if is_sensitive(&name) { Value::from(REDACTED) } else { redacted_value(value, depth + 1) };
        (redact(&name).into_owned(), value)
    };
    members.into_iter().map(member).collect()
}

fn redacted_value(value: Value, depth: usize) -> Value {
    match value {
        Value::String(own) => text(&own),
        Value::Array(_) | Value::Object(_) if depth > DEEPEST => Value::from("[TOO DEEP]"),
        Value::Array(items) => items.into_iter().map(|item| redacted_value(item, depth + 1)).collect(),
        Value::Object(members) => Value::Object(redacted(members, depth)),
        // A card's number may come as a number.
        Value::Number(number) => match redact(&number.to_string()) {
            std::borrow::Cow::Owned(text) => Value::String(text),
            std::borrow::Cow::Borrowed(_) => Value::Number(number),
        },
        other => other,
    }
}

/// JSON leaves characters as they are that end lines or steer terminals: they are written as escapes. They stand in strings alone.
fn escaped(line: String) -> String {
    if line.is_ascii() && !line.contains('\u{7f}') {
        return line;
    }
    let mut escaped = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '\u{7f}'..='\u{9f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}' => {
                // Writing to a string cannot fail.
                let _ = write!(escaped, "\\u{:04x}", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

fn cut(text: &mut String, most: usize) {
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most));
        text.push('…');
    }
}

fn cut_value(value: &mut Value, most: usize, items: usize) {
    match value {
        Value::String(text) => cut(text, most),
        Value::Array(all) => {
            all.truncate(items);
            all.iter_mut().for_each(|item| cut_value(item, most, items));
        }
        Value::Object(members) => {
            keep(members, items);
            members.values_mut().for_each(|member| cut_value(member, most, items));
        }
        _ => {}
    }
}

/// The first few members, with names of a length that can be borne.
fn keep(members: &mut Map<String, Value>, most: usize) {
    let mut left = most;
    members.retain(|name, _| {
        left = left.saturating_sub(usize::from(name.len() <= 256));
        name.len() <= 256 && (left > 0 || OURS.contains(&name.as_str()))
    });
}

/// Details that are kept when others go.
const OURS: [&str; 8] = ["user", "ip_address", "endpoint", "request_id", "owasp", "reason", "resource", "count"];

#[cfg(test)]
mod tests;
