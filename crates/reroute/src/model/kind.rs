use super::ColumnsOf;
use crate::{
    model::Record,
    params::{float, integer},
};
use sea_orm::{ColumnTrait, ColumnType, Value};
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// What a column holds, as far as its values can be written in a request.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Bool,
    /// With the least and the greatest.
    Integer(i64, i64),
    Float,
    Double,
    Text,
    Time,
    /// One of an enum's, which PostgreSQL knows by name.
    Word(Vec<String>),
    /// Another type: such a column is read and written by code alone.
    Other,
}

/// Why a text is no value of a kind: a stable word, and what to do about it.
pub(super) type Misfit = (&'static str, &'static str);

/// The most characters of a text to compare with. A pattern of so many stays below what SQLite takes.
const MOST_CHARACTERS: usize = 1000;

impl Kind {
    pub(super) fn of<M: Record>(column: ColumnsOf<M>) -> Self {
        match column.def().get_column_type() {
            ColumnType::Boolean => Self::Bool,
            ColumnType::TinyInteger => Self::Integer(i8::MIN.into(), i8::MAX.into()),
            ColumnType::SmallInteger => Self::Integer(i16::MIN.into(), i16::MAX.into()),
            ColumnType::Integer => Self::Integer(i32::MIN.into(), i32::MAX.into()),
            ColumnType::BigInteger => Self::Integer(i64::MIN, i64::MAX),
            ColumnType::TinyUnsigned => Self::Integer(0, u8::MAX.into()),
            ColumnType::SmallUnsigned => Self::Integer(0, u16::MAX.into()),
            ColumnType::Unsigned => Self::Integer(0, u32::MAX.into()),
            ColumnType::BigUnsigned => Self::Integer(0, i64::MAX),
            ColumnType::Float => Self::Float,
            ColumnType::Double => Self::Double,
            ColumnType::Char(_) | ColumnType::String(_) | ColumnType::Text => Self::Text,
            ColumnType::TimestampWithTimeZone => Self::Time,
            ColumnType::Enum { variants, .. } => {
                Self::Word(variants.iter().map(|variant| variant.to_string()).collect())
            }
            _ => Self::Other,
        }
    }

    /// Whether there is a less and a more that both databases agree on.
    pub(super) fn is_ordered(&self) -> bool {
        matches!(self, Self::Integer(..) | Self::Float | Self::Double | Self::Time)
    }

    /// The value that a caller wrote.
    pub(super) fn parse(&self, text: &str) -> Result<Value, Misfit> {
        match self {
            Self::Bool => match text {
                "true" => Ok(true.into()),
                "false" => Ok(false.into()),
                _ => Err(("type", "must be true or false")),
            },
            Self::Integer(least, greatest) => match integer::<i64>(text) {
                Ok(number) if (*least..=*greatest).contains(&number) => Ok(number.into()),
                Err(broken) if !broken.is_range => Err(("type", "must be an integer")),
                _ => Err(("range", "must be an integer in the range of the column")),
            },
            Self::Float => match float::<f32>(text) {
                Some(number) if number.is_finite() => Ok(number.into()),
                _ => Err(("type", "must be a number in the range of the column")),
            },
            Self::Double => match float::<f64>(text) {
                Some(number) if number.is_finite() => Ok(number.into()),
                _ => Err(("type", "must be a number in the range of the column")),
            },
            Self::Text if text.contains('\0') => Err(("nul", "must not contain the character U+0000")),
            Self::Text if text.chars().nth(MOST_CHARACTERS).is_some() => {
                Err(("max_length", "must have at most 1000 characters"))
            }
            Self::Text => Ok(text.into()),
            Self::Time => {
                time(text).map(Value::from).ok_or(("date-time", "must be a time such as 2025-11-28T10:30:00Z"))
            }
            Self::Word(words) if words.iter().any(|word| word == text) => Ok(text.into()),
            Self::Word(_) => Err(("enum", "must be one of the words of the column")),
            Self::Other => Err(("type", "must not be given")),
        }
    }

    /// The text that is parsed as this value. `None`: there is none.
    pub(super) fn print(&self, value: &Value) -> Option<String> {
        match value {
            Value::Bool(Some(is)) => Some(is.to_string()),
            Value::TinyInt(Some(number)) => Some(number.to_string()),
            Value::SmallInt(Some(number)) => Some(number.to_string()),
            Value::Int(Some(number)) => Some(number.to_string()),
            Value::BigInt(Some(number)) => Some(number.to_string()),
            Value::TinyUnsigned(Some(number)) => Some(number.to_string()),
            Value::SmallUnsigned(Some(number)) => Some(number.to_string()),
            Value::Unsigned(Some(number)) => Some(number.to_string()),
            Value::BigUnsigned(Some(number)) => Some(number.to_string()),
            Value::Float(Some(number)) => Some(number.to_string()),
            Value::Double(Some(number)) => Some(number.to_string()),
            Value::Char(Some(character)) => Some(character.to_string()),
            Value::String(Some(text)) => Some(text.clone()),
            Value::TimeDateTimeWithTimeZone(Some(time)) => time.format(&Rfc3339).ok(),
            _ => None,
        }
        .filter(|text| self.parse(text).is_ok())
    }
}

/// A time in UTC, of a year that both databases have and that SQLite's text sorts.
fn time(text: &str) -> Option<OffsetDateTime> {
    let time = OffsetDateTime::parse(text, &Rfc3339).ok()?.checked_to_offset(UtcOffset::UTC)?;
    (1..=9999).contains(&time.year()).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds() -> impl Strategy<Value = Kind> {
        prop_oneof![
            Just(Kind::Bool),
            Just(Kind::Integer(i32::MIN.into(), i32::MAX.into())),
            Just(Kind::Integer(i64::MIN, i64::MAX)),
            Just(Kind::Float),
            Just(Kind::Double),
            Just(Kind::Text),
            Just(Kind::Time),
            Just(Kind::Word(vec!["open".to_owned(), "a b".to_owned()])),
            Just(Kind::Other),
        ]
    }

    #[test]
    fn times_have_years_that_both_databases_have() {
        for text in [
            "0000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+23:59",
            "9999-12-31T23:59:59-23:59",
            "2026-02-30T00:00:00Z",
            "2026-01-01",
            "2026-01-01T00:00:00",
            "now",
            "",
        ] {
            assert!(Kind::Time.parse(text).is_err(), "{text}");
        }
        assert!(Kind::Time.parse("2026-01-01T00:00:00.5+02:00").is_ok());
    }

    proptest! {
        #[test]
        fn what_is_printed_is_parsed_alike(kind in kinds(), text in "\\PC{0,20}|[-+0-9.e]{0,20}|true|open") {
            if let Ok(value) = kind.parse(&text) {
                let printed = kind.print(&value).expect("what was parsed has a text");
                prop_assert_eq!(kind.parse(&printed), Ok(value));
            }
        }
    }
}
