//! Models.

#[doc(hidden)]
pub mod expand;
mod record;
mod rows;

pub use record::Record;
pub use rows::{ColumnOf, IntoRows, PageOrder, Rows};

use sea_orm::{EntityTrait, ModelTrait};

/// The columns of a record.
pub(crate) type ColumnsOf<M> = <<M as ModelTrait>::Entity as EntityTrait>::Column;
