//! Migrations of the database: pairs of SQL files, each of which is applied as a whole or not at all.
//!
//! `migrations/0001_users.up.sql` and `0001_users.down.sql` hold for every database, those in `migrations/sqlite/` and `migrations/postgres/` for one. What
//! is applied stands in sqlx's own table, with the checksum of each file up: one that has changed since, or is gone, stops everything.
//!
//! A script runs in one transaction with its line in that table. On SQLite foreign keys rest meanwhile and are checked before it ends, so that a table can
//! be built anew; a lock file beside the database lets one process work at a time. On PostgreSQL an advisory lock on a connection of its own does.
//! A script must not end the transaction itself. One whose first line is `-- no-transaction` has none: somebody is asked before it runs, and one that
//! was begun and has not finished is named until it has.
//!
//! An application embeds its files by [`migrations!`](crate::migrations) and names them by [`App::migrations`](crate::App::migrations); its binary then has
//! the subcommands of [`Commands`]. In development and test a start applies what is pending; in production it is refused until `db upgrade` has.

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
