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
//!
//! `db migrate -m "…"` makes the next pair of files, empty. With `--auto` it is written from [`App::models`](crate::App::models), for the database in use,
//! which must be up to date: new tables, new columns that may be NULL or have a default, and new indexes. It goes into `migrations/sqlite/` or
//! `migrations/postgres/` where there is that folder, as `db init` makes it, else into `migrations/`. Every other difference is refused with a word on what
//! to write by hand, and nothing is written then. What models cannot say, such as checks, triggers and tables that none of them names, is left alone.

mod auto;
mod backend;
mod command;
mod plan;
mod postgres;
mod run;
mod script;
mod set;
mod sqlite;
pub(crate) mod start;

pub use auto::Model;
pub use command::Commands;
pub use set::Migrations;

pub(crate) use command::Application;
