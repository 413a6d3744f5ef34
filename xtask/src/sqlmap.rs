//! sqlmap against the shop, on both databases, and against a server in which there is something to find.

use crate::{
    python::SQLMAP,
    run::{Outcome, cargo, run},
};

/// The tests that run it are ignored where nobody has asked for them: they need what only this project's commands install.
const TESTS: [&str; 8] = ["test", "--package", "shop", "--test", "sqlmap", "--", "--ignored", "--nocapture"];

/// `cargo xtask sqlmap`: every parameter that comes to a query.
pub(crate) fn all() -> Outcome {
    SQLMAP.provide()?;
    run(cargo(TESTS).env("SOAK", "1"))
}

/// The parameters where a caller's text is nearest to SQL. Whether sqlmap could be had.
pub(crate) fn some() -> Outcome<bool> {
    let is_there = SQLMAP.has("sqlmap");
    if is_there {
        run(&mut cargo(TESTS))?;
    }
    Ok(is_there)
}
