//! How long a build takes.
//!
//! Nothing is built in the checkout: its sources are copied below the target directory, and edited there.

pub mod edit;
pub mod hello;

use crate::{Result, processor};
use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

/// A copy of the whole workspace, without what was built in it.
struct Copy {
    /// Where the copy stands.
    root: PathBuf,
    /// Where it is built.
    target: PathBuf,
}

/// What a build came to.
struct Built {
    /// Seconds on the clock.
    wall: f64,
    /// Seconds that compiler and linker spent in their own code, on all processors.
    user: f64,
    /// How many crates were compiled.
    crates: usize,
}

impl Copy {
    /// Copies the workspace anew, to be built in a target directory of this name.
    fn new(name: &str) -> Result<Self> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the package stands in no workspace")?;
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from);
        let place = std::path::absolute(target)?.join("bench");
        let root = place.join("source");
        remove(&root)?;
        copy(workspace, &root, &["target".into(), ".git".into()])?;
        Ok(Self { root, target: place.join(name) })
    }

    /// Builds a package of the copy in the dev profile.
    fn build(&self, package: &str) -> Result<Built> {
        let (start, before) = (Instant::now(), processor::spent_by_children()?);
        let output =
            self.cargo(&["build", "--locked", "-p", package]).arg("--target-dir").arg(&self.target).output()?;
        let (wall, user) = (start.elapsed(), processor::spent_by_children()?.saturating_sub(before));
        let told = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            return Err(format!("`{package}` does not build: {told}").into());
        }
        let crates = told.lines().filter(|line| line.trim_start().starts_with("Compiling ")).count();
        Ok(Built { wall: wall.as_secs_f64(), user: user.as_secs_f64(), crates })
    }

    fn cargo(&self, words: &[&str]) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&self.root).args(words).arg("--offline").env("CARGO_TERM_COLOR", "never");
        cargo
    }
}

fn copy(from: &Path, to: &Path, without: &[OsString]) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if without.contains(&entry.file_name()) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to, &[])?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

/// Removes a directory with all that is in it, if it is there.
fn remove(directory: &Path) -> io::Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
