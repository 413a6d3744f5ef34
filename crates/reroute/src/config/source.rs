//! Where settings are written: files and variables, as entries that know where they stand.

use super::dotenv;
use std::{collections::BTreeMap, fmt, fs, io, path::Path};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// Where an entry stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    Line { file: String, line: usize },
    Variable(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { file, line } => write!(f, "{file}, line {line}"),
            Self::Variable(name) => write!(f, "the variable {}", super::load::plain(name)),
        }
    }
}

/// What was written for a key.
pub(super) enum Written {
    Text(String),
    Toml(Plain),
}

/// A key, what was written for it, and where.
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) written: Written,
    pub(super) origin: Origin,
}

/// A part of `reroute.toml`; the top level is the section without a name.
pub(super) struct Section {
    pub(super) name: String,
    pub(super) entries: Vec<Entry>,
    pub(super) origin: Origin,
}

/// `reroute.toml`: its keys, by section.
pub(super) fn toml(folder: &Path) -> Result<Vec<Section>, String> {
    const FILE: &str = "reroute.toml";
    let Some(text) = read(&folder.join(FILE), FILE)? else { return Ok(Vec::new()) };
    let line = |at: usize| text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
    let table = DeTable::parse(&text).map_err(|error| {
        let at = error.span().map_or(1, |span| line(span.start));
        // The parser's message says what it expected; it does not quote the file.
        format!("{FILE}, line {at}: {}", error.message())
    })?;
    let at = |line| Origin::Line { file: FILE.to_owned(), line };
    let mut general = Vec::new();
    let mut sections = Vec::new();
    let entry = |name: &Spanned<std::borrow::Cow<'_, str>>, value: &Spanned<DeValue<'_>>| Entry {
        key: name.get_ref().to_string(),
        written: Written::Toml(Plain::of(value.get_ref())),
        origin: at(line(name.span().start)),
    };
    for (name, value) in table.get_ref() {
        match value.get_ref() {
            DeValue::Table(inner) => sections.push(Section {
                name: name.get_ref().to_string(),
                entries: inner.iter().map(|(name, value)| entry(name, value)).collect(),
                origin: at(line(name.span().start)),
            }),
            _ => general.push(entry(name, value)),
        }
    }
    sections.push(Section { name: String::new(), entries: general, origin: at(1) });
    Ok(sections)
}

/// A value of `reroute.toml` that borrows nothing any more.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Plain {
    Text(String),
    Flag(bool),
    Integer(String),
    Float(String),
    List(Vec<Plain>),
    /// What no key takes, by its name in TOML.
    Other(&'static str),
}

impl Plain {
    fn of(value: &DeValue<'_>) -> Self {
        match value {
            DeValue::String(text) => Self::Text(text.to_string()),
            DeValue::Boolean(flag) => Self::Flag(*flag),
            DeValue::Integer(number) if number.radix() == 10 => Self::Integer(number.as_str().to_owned()),
            DeValue::Float(number) => Self::Float(number.as_str().to_owned()),
            DeValue::Array(items) => Self::List(items.iter().map(|item| Self::of(item.get_ref())).collect()),
            other => Self::Other(other.type_str()),
        }
    }

    /// What TOML calls it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Flag(_) => "true or false",
            Self::Integer(_) => "an integer",
            Self::Float(_) => "a float",
            Self::List(_) => "a list",
            Self::Other(kind) => kind,
        }
    }
}

/// `.env` or one of its kin. The process's own environment is not touched.
pub(super) fn dotenv(folder: &Path, file: &str) -> Result<Vec<Entry>, String> {
    let Some(text) = read(&folder.join(file), file)? else { return Ok(Vec::new()) };
    // The error does not quote the line, which may hold a secret.
    let pairs = dotenv::parse(&text).map_err(|line| format!("{file}, line {line}: it is not well-formed"))?;
    let entry = |pair: dotenv::Pair| Entry {
        origin: Origin::Line { file: file.to_owned(), line: pair.line },
        written: Written::Text(pair.value),
        key: pair.name,
    };
    Ok(pairs.into_iter().map(entry).collect())
}

/// The process's own environment.
pub(super) fn environment(variables: &BTreeMap<String, String>) -> Vec<Entry> {
    let entry = |(name, value): (&String, &String)| Entry {
        key: name.clone(),
        written: Written::Text(value.clone()),
        origin: Origin::Variable(name.clone()),
    };
    variables.iter().map(entry).collect()
}

fn read(path: &Path, name: &str) -> Result<Option<String>, String> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{name} cannot be read: {error}")),
    }
}
