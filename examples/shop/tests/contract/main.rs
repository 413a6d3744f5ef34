//! The HTTP contract of the shop, row by row, over a socket.

#[path = "../support/mod.rs"]
mod support;

mod access;
mod account;
mod accounts;
mod api_keys;
mod bans;
mod bodies;
mod conventions;
mod image;
mod lists;
mod orders;
mod posts;
mod products;
mod sessions;
mod sign_up;
mod tokens;
