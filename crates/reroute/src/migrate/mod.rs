//! Migrations of the database.

mod backend;
mod command;
mod plan;
mod postgres;
mod run;
mod script;
mod set;
mod sqlite;
pub(crate) mod start;

pub use command::Commands;
pub use set::Migrations;
