//! Constraints of inputs. `#[input]` writes the calls; each is an ordinary function.

#[doc(hidden)]
pub use super::pattern::Pattern as Regex;
use super::reading::{At, Reading};
use crate::error::FieldError;
use std::{
    borrow::{Borrow, Cow},
    collections::{BTreeMap, HashMap},
    fmt::Display,
    str::FromStr,
};

/// The items of a list, numbered.
pub fn items<T>(list: &mut [T]) -> impl Iterator<Item = (usize, &mut T)> {
    list.iter_mut().enumerate()
}

/// What has a length: characters of a text, items of a list.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no length",
    label = "`min_length` and `max_length` hold for texts, lists and maps",
    note = "a number is held by `ge`, `gt`, `le` and `lt`"
)]
pub trait Length {
    /// How long it is.
    fn length(&self) -> usize;
    /// What it is long of.
    const UNIT: &'static str;

    /// Whether it is not as long.
    fn is_shorter(&self, least: usize) -> bool {
        self.length() < least
    }

    /// Whether it is longer.
    fn is_longer(&self, most: usize) -> bool {
        self.length() > most
    }
}

impl Length for String {
    fn length(&self) -> usize {
        self.chars().count()
    }
    const UNIT: &'static str = "characters";

    // A character is one to four bytes: mostly nothing has to be counted.
    fn is_shorter(&self, least: usize) -> bool {
        self.len() < least.saturating_mul(4) && self.length() < least
    }

    fn is_longer(&self, most: usize) -> bool {
        self.len() > most && self.length() > most
    }
}

impl<T> Length for Vec<T> {
    fn length(&self) -> usize {
        self.len()
    }
    const UNIT: &'static str = "items";
}

impl<T> Length for BTreeMap<String, T> {
    fn length(&self) -> usize {
        self.len()
    }
    const UNIT: &'static str = "entries";
}

impl<T, S> Length for HashMap<String, T, S> {
    fn length(&self) -> usize {
        self.len()
    }
    const UNIT: &'static str = "entries";
}

/// At least `least` long.
pub fn min_length<T: Length>(value: &T, least: usize, at: &At<'_>, reading: &mut Reading) {
    if value.is_shorter(least) {
        reading.add_bound(at, "min_length", least, format!("must have at least {least} {}", T::UNIT));
    }
}

/// At most `most` long.
pub fn max_length<T: Length>(value: &T, most: usize, at: &At<'_>, reading: &mut Reading) {
    if value.is_longer(most) {
        too_long::<T>(most, at, reading);
    }
}

pub(super) fn too_long<T: Length>(most: usize, at: &At<'_>, reading: &mut Reading) {
    reading.add_bound(at, "max_length", most, format!("must have at most {most} {}", T::UNIT));
}

macro_rules! bounds {
    ($($(#[$doc:meta])* $name:ident $holds:tt $words:literal)*) => {
        $($(#[$doc])*
        pub fn $name<T: PartialOrd + Display>(value: &T, bound: T, at: &At<'_>, reading: &mut Reading) {
            // What is not comparable, a NaN, holds no bound.
            #[allow(clippy::neg_cmp_op_on_partial_ord)]
            if !(*value $holds bound) {
                reading.add_bound(at, stringify!($name), &bound, format!(concat!("must be ", $words, " {}"), bound));
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
pub fn pattern(value: &str, pattern: &Regex, at: &At<'_>, reading: &mut Reading) {
    // Here `$` is the end and no line break before it, unlike in Python or Perl.
    if !pattern.is_match(value) {
        reading.add(at, "pattern", "has a character that may not stand there, or lacks one that must");
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
pub fn email(value: &str, at: &At<'_>, reading: &mut Reading) {
    let is_plain = email_address::EmailAddress::from_str(value).is_ok_and(|address| {
        let domain = address.domain();
        let is_label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
        domain.contains('.') && domain.split('.').all(is_label) && !value.contains(['"', ' ', '<', '>', '[', '(', '\\'])
    });
    if !is_plain || value.len() > 254 {
        reading.add(at, "email", "must be an e-mail address");
    }
}

/// An absolute `http` or `https` URL with a host, no user name and no password in it.
pub fn url(value: &str, at: &At<'_>, reading: &mut Reading) {
    let is_web = value.parse::<http::Uri>().is_ok_and(|uri| {
        let is_known = matches!(uri.scheme_str(), Some("http" | "https"));
        is_known
            && uri
                .authority()
                .is_some_and(|authority| !authority.host().is_empty() && !authority.as_str().contains('@'))
    });
    if !is_web || value.len() > 2048 {
        reading.add(at, "url", "must be a URL such as https://example.com/page");
    }
}

/// Takes the white space off both ends.
pub fn trim(value: &mut String) {
    let trimmed = value.trim();
    if trimmed.len() != value.len() {
        *value = trimmed.to_owned();
    }
}

/// Composes characters (Unicode Standard Annex 15, form NFC), so that what looks alike is alike.
#[cfg(feature = "nfc")]
pub fn nfc(value: &mut String) {
    use unicode_normalization::{UnicodeNormalization, is_nfc};
    if !is_nfc(value) {
        *value = value.nfc().collect();
    }
}

/// `nfc` without the feature of that name: no type has it.
#[cfg(not(feature = "nfc"))]
pub fn nfc<T: Normalized>(_: &mut T) {}

#[cfg(not(feature = "nfc"))]
#[diagnostic::on_unimplemented(
    message = "`nfc` needs the feature `nfc` of reroute-web",
    label = "this cannot be normalized",
    note = "write `features = [\"nfc\"]` beside reroute-web in Cargo.toml"
)]
#[doc(hidden)]
pub trait Normalized {}

/// A rule of the application's own, called `code` in answers: `Err` is what to tell the caller.
pub fn check<T: ?Sized, V: Borrow<T>, E: Into<Cow<'static, str>>>(
    value: &V,
    code: &'static str,
    rule: impl FnOnce(&T) -> std::result::Result<(), E>,
    at: &At<'_>,
    reading: &mut Reading,
) {
    if let Err(message) = rule(value.borrow()) {
        reading.add(at, code, message);
    }
}

/// A rule over several fields: `Err` names the one to complain of.
pub fn check_all<T>(
    value: &T,
    rule: impl FnOnce(&T) -> std::result::Result<(), FieldError>,
    at: &At<'_>,
    reading: &mut Reading,
) {
    if let Err(broken) = rule(value) {
        reading.add_below(at, broken);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::input::Source;

    fn broken(test: impl FnOnce(&At<'_>, &mut Reading)) -> bool {
        let mut reading = Reading::new(Source::Json);
        test(&At::root().field("x"), &mut reading);
        reading.finish(Some(())).is_err()
    }

    #[test]
    fn lengths_count_characters() {
        assert!(!broken(|at, reading| max_length(&"äöü".to_owned(), 3, at, reading)));
        assert!(broken(|at, reading| min_length(&"äö".to_owned(), 3, at, reading)));
        for length in 0..9 {
            for text in ["a", "ä", "€", "😀"].map(|one| one.repeat(length)) {
                for bound in 0..9 {
                    assert_eq!(broken(|at, reading| min_length(&text, bound, at, reading)), length < bound, "{text}");
                    assert_eq!(broken(|at, reading| max_length(&text, bound, at, reading)), length > bound, "{text}");
                }
            }
        }
    }

    #[test]
    fn a_nan_is_in_no_range() {
        assert!(broken(|at, reading| ge(&f64::NAN, 0.0, at, reading)));
    }

    #[test]
    fn addresses() {
        for yes in ["ada@example.com", "a.b+c@mail.example.org"] {
            assert!(!broken(|at, reading| email(yes, at, reading)), "{yes}");
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
            assert!(broken(|at, reading| email(no, at, reading)), "{no}");
        }
    }

    #[test]
    fn a_pattern_holds_to_the_end() {
        let word = regex("^[a-z]+$");
        assert!(broken(|at, reading| pattern("abc\n", &word, at, reading)));
        assert!(!broken(|at, reading| pattern("abc", &word, at, reading)));
        let text = regex("^[^<>]*$");
        assert!(!broken(|at, reading| pattern("two\nlines\n", &text, at, reading)));
    }
}
