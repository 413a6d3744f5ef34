//! What admins alone see.

pub(super) mod cache;
