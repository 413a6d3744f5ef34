//! What an attacker tries first: a test for each numbered attack that this shop can be tried with.

#[path = "../support/mod.rs"]
mod support;

mod bare_stack;
mod bodies;
mod guards;
mod headers;
mod html;
mod owners;
mod passwords;
mod paths;
mod queries;
