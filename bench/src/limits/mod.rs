//! What limits cost: a decision of the store by itself, and what a limit adds to a request.

mod request;
mod store;

use crate::{Result, report::Row};

/// Measures both.
///
/// # Errors
///
/// When a service cannot be made.
pub fn measure() -> Result<Vec<Row>> {
    let mut rows = store::measure()?;
    rows.extend(request::measure()?);
    Ok(rows)
}
