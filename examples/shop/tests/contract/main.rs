//! The HTTP contract of the shop, row by row, over a socket.

#[path = "../support/mod.rs"]
mod support;

mod access;
mod accounts;
mod bodies;
mod conventions;
mod lists;
mod products;
mod sessions;
mod sign_up;
