//! What the shop keeps.

pub(crate) mod comment;
pub(crate) mod order;
pub(crate) mod picture;
pub(crate) mod post;
pub(crate) mod product;
pub(crate) mod user;

use reroute::{
    Error,
    sea_orm::{DbErr, SqlErr},
};

/// Forgets the kept answers of this tag when it is dropped. Held while something that they show is changed, so that they are forgotten also after one that
/// fails late or is cut off by a time-out, when nobody knows what came of it.
pub(crate) struct Forgets(pub(crate) &'static str);

impl Drop for Forgets {
    fn drop(&mut self) {
        reroute::cache().forget(self.0);
    }
}

/// Whether a row was not written because what it belongs to has gone meanwhile.
pub(crate) fn is_orphan(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::ForeignKeyConstraintViolation(_)))
}

/// An error of writing a row: 404 when what it belongs to has gone meanwhile.
pub(crate) fn or_gone(error: Error) -> Error {
    let cause = error.source().and_then(|cause| cause.downcast_ref());
    if cause.is_some_and(is_orphan) { Error::not_found().caused_by(error.to_string()) } else { error }
}

/// The constraint of a title: one line of text.
pub(crate) fn is_one_line(text: &str) -> Result<(), &'static str> {
    if text.chars().any(char::is_control) { Err("must have no control characters") } else { Ok(()) }
}
