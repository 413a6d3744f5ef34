//! Patterns, matched fast where they are plain.
//!
//! Most patterns of fields say what the whole of a short text is made of: `^[a-z0-9]+(-[a-z0-9]+)*$`. Such a one, with at
//! most 64 places for a character, is walked with a set of places that fits a word. Any other is regex-lite's, which
//! walks its states one by one: it is small and linear, but ten times as slow, and a larger engine would be most of what a
//! hello-world compiles. The language is regex-lite's either way.

mod parse;
mod places;

use places::Places;
use regex_lite::Regex;

/// What a text has to match.
#[derive(Debug)]
pub struct Pattern(Kind);

#[derive(Debug)]
enum Kind {
    Places(Box<Places>),
    Regex(Regex),
}

impl Pattern {
    /// Compiles what is a pattern to regex-lite.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub(super) fn new(pattern: &str) -> Result<Self, regex_lite::Error> {
        let places = parse::whole(pattern).and_then(|node| Places::of(&node));
        Ok(Self(match places {
            Some(places) => Kind::Places(Box::new(places)),
            None => Kind::Regex(Regex::new(pattern)?),
        }))
    }

    /// Whether it is found in the text.
    pub(super) fn is_match(&self, text: &str) -> bool {
        match &self.0 {
            Kind::Places(places) => places.is_match(text),
            Kind::Regex(regex) => regex.is_match(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_fast(pattern: &str) -> bool {
        matches!(Pattern::new(pattern).expect("a pattern").0, Kind::Places(_))
    }

    #[test]
    fn plain_patterns_are_fast() {
        for fast in [
            "^[a-zA-Z0-9_]+$",
            "^[a-z0-9]+(-[a-z0-9]+)*$",
            "^[A-Z]{3}-[0-9]{4,8}$",
            "^[^<>]*$",
            r"^\d{4}-\d\d-\d\d$",
            "^(?:red|green|blue)?$",
            "^#?[0-9a-fA-F]{6}$",
            r"^[\w.+-]{1,60}$",
            "^.*$",
            "^$",
        ] {
            assert!(is_fast(fast), "{fast}");
        }
        for other in ["a", "^a", "a$", "^a|b$", r"^\bx$", "^(?i)a$", "^[[:alpha:]]$", "^é$", "^[a-z]{100}$", "^(^a)$"]
        {
            assert!(!is_fast(other), "{other}");
        }
    }

    /// Patterns of all that is understood, and of some that is not.
    fn patterns() -> impl Strategy<Value = String> {
        let one = prop_oneof![
            "[ab0_.-]".prop_map(|text| if text == "." { text } else { text.replace('-', r"\-") }),
            "\\[\\^?[a-c]-[d-f]\\]",
            "\\[\\^?[abé0_.*+ -]{0,2}[a-z]\\]",
            proptest::sample::select(vec![
                r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", ".", r"\.", r"\n", "é", "[\\w-]", "[^\\d]", "[]a]", "[a-]",
                "[a&&b]", "^", "$", r"\b", "", r"\\", r"[\]]",
            ])
            .prop_map(str::to_owned),
        ];
        let times =
            proptest::sample::select(vec!["", "", "", "*", "+", "?", "{2}", "{0,2}", "{1,}", "{,2}", "*?", "{3"]);
        let inner = one.prop_recursive(4, 16, 3, move |inner| {
            prop_oneof![
                (inner.clone(), times.clone()).prop_map(|(inner, times)| format!("({inner}){times}")),
                (inner.clone(), times.clone()).prop_map(|(inner, times)| format!("{inner}{times}")),
                (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("(?:{one}|{other})")),
                (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("{one}|{other}")),
                (inner.clone(), inner).prop_map(|(one, other)| format!("{one}{other}")),
            ]
        });
        inner.prop_map(|inner| format!("^{inner}$"))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_language_is_the_same(pattern in patterns(), texts in proptest::collection::vec("[ab-f0_.é\\-\n \\\\]{0,6}", 16)) {
            let Ok(regex) = Regex::new(&pattern) else { return Ok(()) };
            let ours = Pattern::new(&pattern).expect("regex-lite takes it");
            for text in &texts {
                prop_assert_eq!(ours.is_match(text), regex.is_match(text), "{:?} of {:?}", text, pattern);
            }
        }
    }
}
