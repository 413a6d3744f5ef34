use super::Input;
use crate::{
    error::{Error, FieldError, Result},
    log::security_log,
    route::Context,
};
use serde::{Deserializer, de::DeserializeSeed};
use std::{borrow::Cow, fmt, fmt::Display, marker::PhantomData};

/// No answer tells more broken constraints: a list of a million wrong items is refused as well by its first hundred.
const MOST_ERRORS: usize = 100;

/// Longer names are cut where they are told back.
const LONGEST_NAME: usize = 64;

/// The most items of a list, or entries of a map, that bears no `max_length`: an item may take a hundred times the memory of
/// what is written for it.
pub(super) const MOST_ITEMS: usize = 1000;

/// A place in the input.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    parent: Option<&'a At<'a>>,
    step: Step<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Root,
    Field(&'a str),
    Item(usize),
}

impl<'a> At<'a> {
    /// The input itself.
    pub fn root() -> Self {
        Self { parent: None, step: Step::Root }
    }

    /// A field of what is here.
    pub fn field(&'a self, name: &'a str) -> Self {
        Self { parent: Some(self), step: Step::Field(name) }
    }

    /// An item of the list that is here.
    pub fn item(&'a self, nth: usize) -> Self {
        Self { parent: Some(self), step: Step::Item(nth) }
    }
}

impl Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match (self.step, self.parent.map(|parent| parent.step)) {
            (Step::Root, _) => Ok(()),
            (Step::Item(nth), _) => write!(f, "[{nth}]"),
            (Step::Field(name), parent) => {
                if !matches!(parent, Some(Step::Root) | None) {
                    f.write_str(".")?;
                }
                match name.char_indices().nth(LONGEST_NAME) {
                    None => f.write_str(name),
                    Some((end, _)) => write!(f, "{}…", &name[..end]),
                }
            }
        }
    }
}

/// What an input is read out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// JSON: values have types, and what is not named is refused.
    Json,
    /// A form: values are text, and what is not named is refused.
    Form,
    /// A query, headers or cookies: values are text, and what is not named is somebody else's.
    Parameters,
}

/// One reading of an input: where it comes from, and what was wrong with it so far.
#[derive(Debug)]
pub struct Reading {
    source: Source,
    errors: Vec<FieldError>,
    /// The fields that something was taken out of.
    sanitized: Vec<String>,
    has_duplicate: bool,
    /// How many items the list that is read next may have, and how many each of its items.
    most: [Option<usize>; 2],
    /// The files of a multipart form, each until it is read; none where one was refused.
    #[cfg(feature = "multipart")]
    pub(in crate::params) files: Vec<Option<crate::params::File>>,
}

impl Reading {
    /// Nothing read yet.
    pub fn new(source: Source) -> Self {
        Self {
            source,
            errors: Vec::new(),
            sanitized: Vec::new(),
            has_duplicate: false,
            most: [None; 2],
            #[cfg(feature = "multipart")]
            files: Vec::new(),
        }
    }

    /// Whether values are text.
    pub(in crate::params) fn is_text(&self) -> bool {
        self.source != Source::Json
    }

    /// Whether a name that is not known is passed over.
    pub(super) fn ignores_unknown(&self) -> bool {
        self.source == Source::Parameters
    }

    /// Adds a broken constraint.
    pub fn add(&mut self, at: &At<'_>, code: &'static str, message: impl Into<Cow<'static, str>>) {
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(FieldError::new(at.to_string(), code, message));
        }
    }

    /// Adds a broken constraint that demands `bound`.
    pub fn add_bound(&mut self, at: &At<'_>, code: &'static str, bound: impl Display, message: String) {
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(FieldError::new(at.to_string(), code, message).with_bound(bound.to_string()));
        }
    }

    /// Adds what a rule over several fields found, which names the field below `at` itself.
    pub fn add_below(&mut self, at: &At<'_>, mut broken: FieldError) {
        if self.errors.len() < MOST_ERRORS {
            broken.field = match broken.field.as_str() {
                "" => at.to_string(),
                field => at.field(field).to_string(),
            };
            self.errors.push(broken);
        }
    }

    /// Says how long the value that is read next may be, if it is a list or a map, and how long its items; what is longer is passed over
    /// instead of kept.
    #[inline]
    pub fn at_most(&mut self, items: Option<usize>, of_each: Option<usize>) {
        self.most = [items, of_each];
    }

    /// How long the list that is read now may be; its items are bounded by what is left.
    pub(super) fn take_most(&mut self) -> (usize, Option<usize>) {
        let [items, of_each] = std::mem::take(&mut self.most);
        (items.unwrap_or(MOST_ITEMS), of_each)
    }

    /// How many constraints are broken so far.
    pub(in crate::params) fn count(&self) -> usize {
        self.errors.len()
    }

    /// Whether this place has been complained of already.
    #[cfg(feature = "multipart")]
    pub(in crate::params) fn knows(&self, at: &At<'_>) -> bool {
        let at = at.to_string();
        self.errors.iter().any(|error| error.field == at)
    }

    /// An object names a key twice, so that it cannot be known which is meant.
    pub(super) fn duplicate(&mut self) {
        self.has_duplicate = true;
    }

    /// Notes that something was taken out of the value.
    #[cfg(feature = "html")]
    pub(crate) fn sanitized(&mut self, at: &At<'_>) {
        if self.sanitized.len() < MOST_ERRORS {
            self.sanitized.push(at.to_string());
        }
    }

    /// The value, when nothing was wrong with it; the security log is told what was taken out of it.
    ///
    /// # Errors
    ///
    /// As [`finish`](Self::finish).
    pub(in crate::params) fn finish_for<T>(self, value: Option<T>, cx: &Context) -> Result<T> {
        for field in &self.sanitized {
            security_log().input_sanitized(field).request(cx).emit();
        }
        self.finish(value)
    }

    /// The value, when nothing was wrong with it.
    ///
    /// # Errors
    ///
    /// 400 for a key that stands twice, 422 with every broken constraint.
    pub fn finish<T>(self, value: Option<T>) -> Result<T> {
        if self.has_duplicate {
            return Err(Error::bad_request("The body has a key twice"));
        }
        match value {
            Some(value) if self.errors.is_empty() => Ok(value),
            // Every value that is missing was complained of.
            _ => Err(Error::invalid(self.errors)),
        }
    }
}

/// Reads a `T` with what it takes to say what is wrong with it.
pub(in crate::params) struct Read<'a, T> {
    pub(in crate::params) at: &'a At<'a>,
    pub(in crate::params) reading: &'a mut Reading,
    of: PhantomData<fn() -> T>,
}

impl<'a, T> Read<'a, T> {
    pub(in crate::params) fn new(at: &'a At<'a>, reading: &'a mut Reading) -> Self {
        Self { at, reading, of: PhantomData }
    }

    /// Says that another kind of value was expected.
    pub(in crate::params) fn misfit<V>(self, expected: &'static str) -> Option<V> {
        self.reading.add(self.at, "type", expected);
        None
    }
}

impl<'de, T: Input> DeserializeSeed<'de> for Read<'_, T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Option<T>, D::Error> {
        T::read(source, self.at, self.reading)
    }
}

/// Reads whatever stands there by the visitor that [`Read`] of the type is: source and visitor agree on what it is, not the
/// type alone, so that another kind of value is told and passed over instead of ending all.
macro_rules! read_by_visitor {
    () => {
        fn read<'de, De: serde::Deserializer<'de>>(
            source: De,
            at: &crate::params::input::At<'_>,
            reading: &mut crate::params::input::Reading,
        ) -> Result<Option<Self>, De::Error> {
            source.deserialize_any(crate::params::input::reading::Read::<Self>::new(at, reading))
        }
    };
}
pub(in crate::params) use read_by_visitor;

/// The methods of a visitor that refuse the kinds of value named, with the words of `expected`.
macro_rules! refuse {
    ($expected:expr; $($kind:ident)*) => {
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str($expected)
        }
        $(crate::params::input::reading::refuse!(@$kind $expected);)*
    };
    (@bool $expected:expr) => {
        fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Self::Value, E> { Ok(self.misfit($expected)) }
    };
    (@number $expected:expr) => {
        fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Self::Value, E> { Ok(self.misfit($expected)) }
        fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Self::Value, E> { Ok(self.misfit($expected)) }
        fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Self::Value, E> { Ok(self.misfit($expected)) }
    };
    (@text $expected:expr) => {
        fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self::Value, E> { Ok(self.misfit($expected)) }
    };
    (@null $expected:expr) => {
        fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> { Ok(self.misfit($expected)) }
        fn visit_none<E: serde::de::Error>(self) -> Result<Self::Value, E> { Ok(self.misfit($expected)) }
    };
    (@list $expected:expr) => {
        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            crate::params::input::object::skip_list(&mut list)?;
            if self.reading.is_text() {
                // Of several values nobody knows which one is meant.
                self.reading.add(self.at, "repeated", "must be given once");
                return Ok(None);
            }
            Ok(self.misfit($expected))
        }
    };
    (@object $expected:expr) => {
        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            crate::params::input::object::skip_object(&mut map)?;
            Ok(self.misfit($expected))
        }
    };
}
pub(in crate::params) use refuse;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_written_as_paths() {
        let root = At::root();
        let items = root.field("items");
        let second = items.item(1);
        assert_eq!(second.field("quantity").to_string(), "items[1].quantity");
        assert_eq!(root.item(0).field("id").to_string(), "[0].id");
        assert_eq!(root.field(&"x".repeat(1000)).to_string().chars().count(), LONGEST_NAME + 1);
    }

    #[test]
    fn no_more_than_a_hundred_are_told() {
        let mut reading = Reading::new(Source::Json);
        for nth in 0..1000 {
            reading.add(&At::root().item(nth), "type", "must be a string");
        }
        let error = reading.finish::<()>(None).expect_err("it is not valid");
        assert_eq!(error.fields().len(), MOST_ERRORS);
    }
}
