//! Constraints of inputs. `#[input]` writes the calls; each is an ordinary function.

use crate::error::{Error, FieldError, Result};
#[doc(hidden)]
pub use regex_lite::Regex;
use serde::de::DeserializeOwned;
use std::{
    borrow::{Borrow, Cow},
    fmt,
    fmt::Display,
    str::FromStr,
};

/// A value that knows its constraints.
pub trait Validate {
    /// Adds every broken constraint to `errors`.
    fn validate(&self, at: &At<'_>, errors: &mut Errors);
}

/// What may come in as a body: it refuses what it does not name, and knows its constraints.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no input",
    label = "a body is taken only into a type that says what may stand in it",
    note = "write `#[input]` on the struct, in place of `#[derive(Deserialize)]`"
)]
pub trait Input: DeserializeOwned + Validate + Send + 'static {
    /// Whether it is written as a JSON object.
    const IS_OBJECT: bool;
}

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
}

impl Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match (self.step, self.parent.map(|parent| parent.step)) {
            (Step::Root, _) => Ok(()),
            (Step::Field(name), Some(Step::Root) | None) => f.write_str(name),
            (Step::Field(name), Some(Step::Field(_))) => write!(f, ".{name}"),
        }
    }
}

/// The broken constraints of one input.
#[derive(Debug, Default)]
pub struct Errors(Vec<FieldError>);

impl Errors {
    /// Adds one.
    pub fn add(&mut self, at: &At<'_>, code: &'static str, message: impl Into<Cow<'static, str>>) {
        self.0.push(FieldError::new(at.to_string(), code, message));
    }

    /// Whether all held.
    ///
    /// # Errors
    ///
    /// 422 with every broken constraint.
    pub fn finish(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::invalid(self.0)) }
    }
}

/// What has a length: characters of a text, items of a list.
pub trait Length {
    /// How long it is.
    fn length(&self) -> usize;
    /// What it is long of.
    const UNIT: &'static str;
}

impl Length for String {
    fn length(&self) -> usize {
        self.chars().count()
    }
    const UNIT: &'static str = "characters";
}

impl<T> Length for Vec<T> {
    fn length(&self) -> usize {
        self.len()
    }
    const UNIT: &'static str = "items";
}

/// At least `least` long.
pub fn min_length<T: Length>(value: &T, least: usize, at: &At<'_>, errors: &mut Errors) {
    if value.length() < least {
        errors.add(at, "min_length", format!("must have at least {least} {}", T::UNIT));
    }
}

/// At most `most` long.
pub fn max_length<T: Length>(value: &T, most: usize, at: &At<'_>, errors: &mut Errors) {
    if value.length() > most {
        errors.add(at, "max_length", format!("must have at most {most} {}", T::UNIT));
    }
}

macro_rules! bounds {
    ($($(#[$doc:meta])* $name:ident $holds:tt $words:literal)*) => {
        $($(#[$doc])*
        pub fn $name<T: PartialOrd + Display>(value: &T, bound: T, at: &At<'_>, errors: &mut Errors) {
            // What is not comparable, a NaN, holds no bound.
            #[allow(clippy::neg_cmp_op_on_partial_ord)]
            if !(*value $holds bound) {
                errors.add(at, stringify!($name), format!(concat!("must be ", $words, " {}"), bound));
            }
        })*
    };
}

bounds! {
    /// At least `bound`.
    ge >= "at least"
    /// More than `bound`.
    gt > "more than"
    /// At most `bound`.
    le <= "at most"
    /// Less than `bound`.
    lt < "less than"
}

/// Matched by `regex`.
pub fn pattern(value: &str, regex: &Regex, at: &At<'_>, errors: &mut Errors) {
    // `$` stands before a closing line break, too; a pattern that ends in it means the end.
    if !regex.is_match(value) || value.ends_with('\n') {
        errors.add(at, "pattern", "has a character that may not stand there, or lacks one that must");
    }
}

/// The pattern of a field, which the macro has checked.
///
/// # Panics
///
/// Never for what `#[input]` accepted.
pub fn regex(pattern: &'static str) -> Regex {
    Regex::new(pattern).expect("`#[input]` has compiled this pattern already")
}

/// An e-mail address that people can be reached at: a name, an `@`, and a host name with a dot.
pub fn email(value: &str, at: &At<'_>, errors: &mut Errors) {
    let is_plain = email_address::EmailAddress::from_str(value).is_ok_and(|address| {
        let domain = address.domain();
        let is_label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
        domain.contains('.') && domain.split('.').all(is_label) && !value.contains(['"', ' ', '<', '>', '[', '(', '\\'])
    });
    if !is_plain || value.len() > 254 {
        errors.add(at, "email", "must be an e-mail address");
    }
}

/// A rule of the application's own, called `code` in answers: `Err` is what to tell the caller.
pub fn check<T: ?Sized, V: Borrow<T>>(
    value: &V,
    code: &'static str,
    rule: impl FnOnce(&T) -> std::result::Result<(), &'static str>,
    at: &At<'_>,
    errors: &mut Errors,
) {
    if let Err(message) = rule(value.borrow()) {
        errors.add(at, code, message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(test: impl FnOnce(&At<'_>, &mut Errors)) -> bool {
        let mut errors = Errors::default();
        test(&At::root().field("x"), &mut errors);
        errors.finish().is_err()
    }

    #[test]
    fn lengths_count_characters() {
        assert!(!broken(|at, errors| max_length(&"äöü".to_owned(), 3, at, errors)));
        assert!(broken(|at, errors| min_length(&"äö".to_owned(), 3, at, errors)));
    }

    #[test]
    fn a_nan_is_in_no_range() {
        assert!(broken(|at, errors| ge(&f64::NAN, 0.0, at, errors)));
    }

    #[test]
    fn addresses() {
        for yes in ["ada@example.com", "a.b+c@mail.example.org"] {
            assert!(!broken(|at, errors| email(yes, at, errors)), "{yes}");
        }
        for no in [
            "",
            "ada",
            "ada@",
            "@example.com",
            "ada@localhost",
            "a b@example.com",
            "Ada <ada@example.com>",
            "ada@example..com",
            "ada@-x.com",
            "ada@[127.0.0.1]",
            "\"a\"@example.com",
            "ada@example.com\n",
        ] {
            assert!(broken(|at, errors| email(no, at, errors)), "{no}");
        }
    }

    #[test]
    fn a_pattern_holds_to_the_end() {
        let word = regex("^[a-z]+$");
        assert!(broken(|at, errors| pattern("abc\n", &word, at, errors)));
        assert!(!broken(|at, errors| pattern("abc", &word, at, errors)));
    }
}
