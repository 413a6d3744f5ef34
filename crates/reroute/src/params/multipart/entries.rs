//! What the parts of a form hold, for an input to read itself from.

use crate::params::text::Leaf;
use serde::de::{Visitor, value::Error as Malformed};

/// What stands in one part.
#[derive(Debug)]
pub(super) enum Entry {
    Text(String),
    /// The number of a file.
    File(usize),
    /// A file that no field takes.
    Stray,
}

impl Leaf for Entry {
    fn show<'de, V: Visitor<'de>>(&'de self, visitor: V) -> Result<V::Value, Malformed> {
        match self {
            Self::Text(text) => visitor.visit_borrowed_str(text),
            Self::File(number) => visitor.visit_bytes(&number.to_le_bytes()),
            Self::Stray => visitor.visit_unit(),
        }
    }
}
