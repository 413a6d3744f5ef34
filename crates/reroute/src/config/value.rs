//! What a key can hold, and how each is written.

use super::source::Plain;
use reroute_core::{duration, size};
use std::{ops::RangeInclusive, time::Duration};

/// What a key holds.
pub(super) enum Kind {
    Flag,
    Number(RangeInclusive<u64>),
    Duration,
    Size,
    Text,
    Secret,
    List,
    Choice(&'static [&'static str]),
}

/// What was written, of the key's kind.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Flag(bool),
    Number(u64),
    Duration(Duration),
    Text(String),
    List(Vec<String>),
}

impl Kind {
    /// Reads what a variable or a line of `.env` holds.
    ///
    /// # Errors
    ///
    /// What it must be instead; a secret is not quoted.
    pub(super) fn read(&self, text: &str) -> Result<Value, String> {
        match self {
            Self::Flag => match text {
                "true" => Ok(Value::Flag(true)),
                "false" => Ok(Value::Flag(false)),
                _ => Err(self.wrong(text)),
            },
            Self::Number(range) => {
                let number = text.parse().ok().filter(|number| range.contains(number) && !text.starts_with('+'));
                number.map(Value::Number).ok_or_else(|| self.wrong(text))
            }
            Self::Duration => duration::parse(text).map(Value::Duration).map_err(|error| error.to_string()),
            Self::Size => size(text).map(Value::Number).ok_or_else(|| self.wrong(text)),
            Self::Text | Self::Secret => Ok(Value::Text(text.to_owned())),
            Self::List => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                Ok(Value::List(items.map(str::to_owned).collect()))
            }
            Self::Choice(choices) => {
                if choices.contains(&text) {
                    Ok(Value::Text(text.to_owned()))
                } else {
                    Err(self.wrong(text))
                }
            }
        }
    }

    /// Reads what stands in `reroute.toml`: true and false and numbers are written as such, lists as lists.
    ///
    /// # Errors
    ///
    /// What it must be instead.
    pub(super) fn read_toml(&self, value: &Plain) -> Result<Value, String> {
        match (self, value) {
            (Self::Flag, Plain::Flag(flag)) => Ok(Value::Flag(*flag)),
            (Self::Number(_) | Self::Size, Plain::Integer(number)) => self.read(number),
            (Self::Size | Self::Duration | Self::Text | Self::Secret | Self::Choice(_), Plain::Text(text)) => {
                self.read(text)
            }
            (Self::List, Plain::List(items)) => {
                let item = |item: &Plain| match item {
                    Plain::Text(text) => Some(text.clone()),
                    _ => None,
                };
                let items = items.iter().map(item).collect::<Option<_>>();
                items.map(Value::List).ok_or_else(|| "must be a list of texts".to_owned())
            }
            _ => Err(format!("must be {}, and is {}", self.described(), value.kind())),
        }
    }

    /// What it must be, in words.
    pub(super) fn described(&self) -> String {
        match self {
            Self::Flag => "true or false".to_owned(),
            Self::Number(range) => format!("a number from {} to {}", range.start(), range.end()),
            Self::Duration => "a duration such as \"2 s\"".to_owned(),
            Self::Size => "a size such as \"1 MiB\" or a number of bytes".to_owned(),
            Self::Text => "a text".to_owned(),
            Self::Secret => "a secret text".to_owned(),
            Self::List => "a list of texts".to_owned(),
            Self::Choice(choices) => format!("one of: {}", choices.join(", ")),
        }
    }

    fn wrong(&self, text: &str) -> String {
        let shown: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
        format!("must be {}, and is `{shown}`", self.described())
    }
}

/// A size with its unit, or a number of bytes.
fn size(text: &str) -> Option<u64> {
    let is_bare = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_bare { size::parse(&format!("{text} B")) } else { size::parse(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lesson_configuration_a_number_is_no_flag_and_a_comma_splits_no_secret() {
        assert!(Kind::Flag.read("1").is_err());
        assert_eq!(Kind::Secret.read("a,b").ok(), Some(Value::Text("a,b".to_owned())));
        assert_eq!(Kind::List.read("a, b,").ok(), Some(Value::List(vec!["a".to_owned(), "b".to_owned()])));
    }

    #[test]
    fn sizes() {
        assert_eq!((size("1 MiB"), size("64KiB"), size("7")), (Some(1 << 20), Some(65_536), Some(7)));
        for wrong in ["", "MiB", "1 MB", "-1", "1.5 MiB", "0", "99999999 GiB"] {
            assert_eq!(size(wrong), None, "{wrong}");
        }
    }
}
