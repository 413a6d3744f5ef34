//! Models.

mod comparison;
#[doc(hidden)]
pub mod expand;
mod filter;
mod keyset;
mod kind;
mod record;
mod rows;

pub use filter::Filter;
pub use keyset::{After, Slice};
pub use record::Record;
pub use rows::{ColumnOf, IntoRows, PageOrder, Rows};

use sea_orm::{EntityTrait, ModelTrait};

/// The columns of a record.
pub(crate) type ColumnsOf<M> = <<M as ModelTrait>::Entity as EntityTrait>::Column;
