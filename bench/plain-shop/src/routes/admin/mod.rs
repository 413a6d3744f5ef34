//! What admins alone see.

pub(super) mod cache;
pub(super) mod events;
