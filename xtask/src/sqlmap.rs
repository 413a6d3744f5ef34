//! sqlmap against the shop, on both databases, and against a server in which there is something to find.

use crate::{
    python::SQLMAP,
    run::{Outcome, cargo, run},
};

/// `cargo xtask sqlmap`: every parameter that comes to a query. The tests take those where a caller's text is nearest to SQL.
pub(crate) fn all() -> Outcome {
    SQLMAP.provide()?;
    run(cargo(["test", "--package", "shop", "--test", "sqlmap", "--", "--nocapture"]).env("SOAK", "1"))
}
