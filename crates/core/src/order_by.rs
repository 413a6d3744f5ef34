//! By which columns a list may be sorted.

use std::fmt;

/// How much of a refused name is repeated to the caller: enough to see a typing error, too little to reflect a page of text.
const SHOWN: usize = 64;

/// A column that a list cannot be sorted by. Its `Display` is the message of the original framework, word for word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidColumn {
    name: String,
    columns: Vec<&'static str>,
}

impl fmt::Display for InvalidColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invalid order_by column: '{}'. Valid columns are: {}", self.name, self.columns.join(", "))
    }
}

impl std::error::Error for InvalidColumn {}

/// The entry of `columns` that `name` is, to the letter: no folding of case, no trimming, no qualified names.
///
/// Only the entry of `columns` is given back, so what a caller wrote can never become part of a query.
///
/// # Errors
///
/// When `name` is none of `columns`; the message lists them, sorted.
///
/// ```
/// use reroute_core::order_by::column;
///
/// let columns = ["id", "name", "email", "created_at", "updated_at"];
/// assert_eq!(column("name", &columns), Ok("name"));
/// assert_eq!(
///     column("invalid_column", &columns).unwrap_err().to_string(),
///     "Invalid order_by column: 'invalid_column'. Valid columns are: created_at, email, id, name, updated_at",
/// );
/// ```
pub fn column(name: &str, columns: &[&'static str]) -> Result<&'static str, InvalidColumn> {
    columns.iter().find(|column| **column == name).copied().ok_or_else(|| {
        let mut columns = columns.to_vec();
        columns.sort_unstable();
        InvalidColumn { name: name.chars().filter(|c| !c.is_control()).take(SHOWN).collect(), columns }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COLUMNS: [&str; 3] = ["name", "id", "created_at"];

    #[test]
    fn attack_126_only_exact_names_sort() {
        let huge = "x".repeat(10_240);
        for name in [
            "name;drop",
            "name desc, (select 1)",
            "name -- ",
            "\"name\"",
            "users.name",
            "name nulls first",
            "NAME",
            "\u{ff4e}ame",
            "n\u{430}me",
            "",
            "-",
            "--name",
            "name,id",
            " name",
            "name\0",
            "password_hash",
            &huge,
        ] {
            let message = column(name, &COLUMNS).expect_err(name).to_string();
            assert!(message.len() < 256 && message.ends_with("Valid columns are: created_at, id, name"), "{message}");
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_a_column(name in "\\PC*") {
            match column(&name, &COLUMNS) {
                Ok(column) => prop_assert!(COLUMNS.contains(&column) && column == name),
                Err(_) => prop_assert!(!COLUMNS.contains(&name.as_str())),
            }
        }
    }
}
