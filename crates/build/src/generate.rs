use std::env;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use crate::{Error, ErrorKind, Errors, scan};

/// What to do with a generated file that is not what the tree makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Write it anew.
    Write,
    /// Leave it alone, and make it an error.
    Check,
}

impl Mode {
    /// [`Check`](Self::Check) where the environment variable `CI` is set and neither empty nor `0` nor `false`.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # fn main() -> Result<(), reroute_build::Errors> {
    /// use reroute_build::Mode;
    ///
    /// reroute_build::generate(".".as_ref(), "src/routes".as_ref(), Mode::from_env())?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn from_env() -> Self {
        let value = env::var_os("CI").unwrap_or_default();
        if value.is_empty() || value == "0" || value == "false" { Self::Write } else { Self::Check }
    }
}

/// What [`generate`] has done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// The generated file, relative to the package.
    pub file: PathBuf,
    /// Whether it was written; if not, it was up to date.
    pub written: bool,
    /// The route and scope files that are no valid Rust. What depends on them is not in the table; the compiler says
    /// what is wrong.
    pub unparsed: Vec<String>,
}

/// Brings the table of the route files in `folder` up to date; `folder` is relative to the package at `root`.
///
/// A build script calls [`routes`](crate::routes) instead.
///
/// # Errors
///
/// All that is wrong with the tree, in which case nothing is written; or that the file is not up to date and must not
/// ([`Mode::Check`]) or cannot be written.
///
/// # Examples
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let package = tempfile::tempdir()?;
/// # let root = package.path();
/// use reroute_build::{Mode, generate};
/// use std::{fs, path::Path};
///
/// let folder = Path::new("src/routes");
/// fs::create_dir_all(root.join(folder))?;
///
/// let outcome = generate(root, folder, Mode::Write)?;
/// assert_eq!(outcome.file, Path::new("src/routes.rs"));
/// assert!(outcome.written);
/// assert!(!generate(root, folder, Mode::Check)?.written);
///
/// fs::write(root.join("src/routes/index.rs"), "#[route] pub struct Home;")?;
/// let errors = generate(root, folder, Mode::Check).unwrap_err();
/// assert_eq!(
///     errors.to_string(),
///     "`src/routes.rs` is not what the route files make: run `cargo build` locally and commit `src/routes.rs`"
/// );
/// # Ok(())
/// # }
/// ```
pub fn generate(root: &Path, folder: &Path, mode: Mode) -> Result<Outcome, Errors> {
    let tree = scan(root, folder)?;
    let text = tree.render();
    let name = tree.file();
    let file = root.join(&name);

    let current = is_current(&file, &text);
    if !current {
        match mode {
            Mode::Write => write(&file, &text, tree.newest)
                .map_err(|error| Error::new(ErrorKind::Unwritable(error.to_string()), [&name]))?,
            Mode::Check => {
                return Err(Error::new(ErrorKind::Stale, [&name].into_iter().chain(&tree.unparsed)).into());
            }
        }
    }
    Ok(Outcome { file: PathBuf::from(name), written: !current, unparsed: tree.unparsed })
}

/// Whether the file has this text; a checkout may have changed the ends of its lines.
fn is_current(file: &Path, text: &str) -> bool {
    fs::read_to_string(file).is_ok_and(|current| current.replace("\r\n", "\n") == text)
}

/// Replaces the file as a whole: whoever reads it sees the old text or the new one.
fn write(file: &Path, text: &str, modified: SystemTime) -> io::Result<()> {
    static COUNT: AtomicU64 = AtomicU64::new(0);

    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let temporary = file.with_extension(format!("rs.{}-{count}.tmp", process::id()));
    let written = File::create_new(&temporary).and_then(|mut out| {
        out.write_all(text.as_bytes())?;
        // Cargo runs a build script again when a file is younger than the script's last run, as one that the script
        // itself writes would be. Where the time cannot be set, it runs once more than needed.
        let _ = out.set_modified(modified);
        fs::rename(&temporary, file)
    });
    if written.is_err() {
        // It may not even have been created.
        let _ = fs::remove_file(&temporary);
    }
    written
}
