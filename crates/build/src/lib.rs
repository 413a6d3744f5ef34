//! Turns a tree of route files into the route table of a reroute application.
//!
//! A build script calls [`routes`]; it reads the folder and writes the file beside it, `src/routes.rs` for
//! `src/routes`: plain `mod` items that mirror the folders, and one table. That file is checked in and reviewed
//! like any other, so a change of a URL shows in a diff.
//!
//! ```no_run
//! // in `fn main` of build.rs
//! reroute_build::routes("src/routes");
//! ```
//!
//! # The URL of a file
//!
//! | file | URL |
//! | --- | --- |
//! | `index.rs` | `/` |
//! | `users.rs` or `users/index.rs` | `/users` |
//! | `users/[id].rs`, `users/[id]/ban.rs` | `/users/{id}`, `/users/{id}/ban` |
//! | `files/[...path].rs` | `/files/{*path}`: the rest of the URL, so nothing can follow it |
//! | `(admin)/reports.rs` | `/reports`: a group folder is not in the URL |
//! | `_anything.rs`, `_anything/` | none: code shared by its neighbours |
//! | `admin/_scope.rs` | none: rules that hold for the whole folder |
//!
//! A static segment consists of ASCII letters, digits, `-`, `.`, `~` and, but for its beginning, `_`. A parameter is
//! named by an ASCII Rust identifier that is no keyword. Hidden entries, files that do not end in `.rs` and folders
//! without any Rust file are passed over. Everything else is an [`Error`], and all of them are told at once.
//!
//! A route file declares exactly one top-level `#[route] pub struct`, a `_scope.rs` exactly one `#[scope] pub struct`.
//! A file that is no valid Rust stays a module, so that the compiler says what is wrong with it; until it is mended
//! it is left out of the table, and so is every route that a `_scope.rs` of that kind holds for.
//!
//! # The module of a file
//!
//! Names never change because a neighbour appears.
//!
//! | entry | module |
//! | --- | --- |
//! | `users.rs`, `api-keys.rs`, `robots.txt.rs`, `Users.rs` | `users`, `api_keys`, `robots_txt`, `users` |
//! | `404.rs` | `n404` |
//! | `type.rs`, `self.rs` | `r#type`, `self_route` |
//! | `[id].rs`, `[...path].rs` | `by_id`, `all_path` |
//! | `users/`, `[id]/`, `(admin)/` | `users_`, `by_id_`, `group_admin_` |
//! | `_mail.rs`, `_mail/mod.rs`, `_mail/` | `_mail` |
//!
//! A folder `_mail/` with a `mod.rs` is that one module; without, it is a module of all its files. Beside a `_mail.rs`
//! it holds the child modules of that file, which declares them itself as anywhere else in Rust.
//!
//! # When the file is written
//!
//! Only when it differs, and then as a whole. Where the environment variable `CI` is set, or the file cannot be
//! written, one that differs is an error: what is built there is what was reviewed.

mod conflicts;
mod error;
mod files;
mod generate;
mod module;
mod render;
mod scan;
mod segment;
mod shared;
mod source;
mod tree;

use std::env;
use std::path::Path;
use std::process;

pub use error::{Error, ErrorKind, Errors};
pub use generate::{Mode, Outcome, generate};
pub use scan::scan;
pub use tree::{Route, Scope, Tree};

/// Brings the table of the route files in `folder` up to date; to be called in a build script.
///
/// `folder` is relative to the package. The script runs again when a file in it is added, renamed, changed or deleted,
/// and not otherwise. Outside of a build script, call [`generate`].
///
/// # Errors
///
/// Each mistake is printed as an error of the build script, and the process ends with status 1.
///
/// # Examples
///
/// ```no_run
/// // in `fn main` of build.rs
/// reroute_build::routes("src/routes");
/// ```
pub fn routes(folder: impl AsRef<Path>) {
    let folder = folder.as_ref();
    tell("rerun-if-env-changed", "CI");
    tell("rerun-if-changed", folder.display());

    let Some(root) = env::var_os("CARGO_MANIFEST_DIR") else {
        tell("error", "`reroute_build::routes` is for build scripts, where cargo sets `CARGO_MANIFEST_DIR`");
        process::exit(1);
    };
    // What `migrations!` embeds: a new file there is seen by this alone.
    if Path::new(&root).join("migrations").is_dir() {
        tell("rerun-if-changed", "migrations");
    }
    match generate(Path::new(&root), folder, Mode::from_env()) {
        Ok(outcome) => {
            tell("rerun-if-changed", outcome.file.display());
            for file in outcome.unparsed {
                tell(
                    "warning",
                    format_args!(
                        "`{file}` is no valid Rust: the table is without what depends on it until it is mended"
                    ),
                );
            }
        }
        Err(errors) => {
            for error in &errors {
                tell("error", error);
            }
            process::exit(1);
        }
    }
}

/// One instruction to cargo.
#[allow(clippy::print_stdout, reason = "cargo listens to a build script's standard output")]
fn tell(instruction: &str, value: impl std::fmt::Display) {
    println!("cargo::{instruction}={value}");
}
