//! What reroute costs, beside axum.
//!
//! Several programs answer the same request, `GET /users/{id}`, with the same JSON: see [`services`]. Each module below
//! measures them, or other pairs, in one run and gives [`report::Row`]s: what was measured, and the ratio of two of
//! the figures. A figure by itself tells of the machine; only the ratios are compared with a target.
//!
//! | mode | measures |
//! | --- | --- |
//! | [`inprocess`] | time for a request, without a socket |
//! | [`instructions`] | instructions for a request, as callgrind counts them |
//! | [`validation`] | time and instructions for a body, read and validated |
//! | [`limits`] | time for a decision of a limit, beside a look-up in a sharded map and beside governor |
//! | [`auth`] | what a signed token and an API key add to a request, beside jsonwebtoken |
//! | [`wire`] | requests a second and processor time for a request, over the loopback |
//! | [`cache`] | an answer and a result that are kept, beside a constant and beside moka used by hand |
//! | [`login`] | a wrong password beside an unknown account, and 200 logins at once: memory, and who waits for them |
//! | [`fetch`] | a request to another server, beside reqwest |
//! | [`log`] | a security event: written, emitted beside formatting it, and with a reader that is stuck |
//! | [`data`] | models and `sql!` beside the same by hand, and the ends of a table of 100,000 rows, on both databases |
//! | [`html`] | cleaning a post, beside ammonia alone |
//! | [`table`] | 10 routes beside 10,000: the start, and a request |
//! | [`build::edit`] | building again after an edit of one route file |
//! | [`build::hello`] | building a hello world from nothing |
//!
//! `cargo run --release -p bench -- all` runs them all; with a mode's name, that one.

pub mod auth;
pub mod build;
pub mod cache;
pub mod data;
pub mod fetch;
pub mod html;
pub mod inprocess;
pub mod instructions;
pub mod limits;
pub mod log;
pub mod login;
mod processor;
pub mod report;
pub mod services;
pub mod table;
pub mod validation;
pub mod wire;

/// What a measurement gives, or why there is none.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
