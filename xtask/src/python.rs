//! Python packages that tests drive the server with, in environments below the target folder: nothing of the machine is changed.

use crate::run::{Outcome, root, run, succeeds};
use std::{path::PathBuf, process::Command};

/// Packages in a folder of their own.
pub(crate) struct Environment {
    /// Of the folder, below the target folder.
    name: &'static str,
    /// The file that says which packages, and which versions.
    requirements: &'static str,
}

/// A client of HTTP/2 that is not ours.
pub(crate) const H2: Environment =
    Environment { name: "h2-driver", requirements: "examples/shop/tests/floods/driver-requirements.txt" };

/// A searcher for SQL injections.
pub(crate) const SQLMAP: Environment =
    Environment { name: "sqlmap", requirements: "examples/shop/tests/sqlmap/requirements.txt" };

impl Environment {
    /// Makes it where it is missing, and installs what the requirements say. Costs no network where that is there.
    pub(crate) fn provide(&self) -> Outcome {
        let folder = self.folder()?;
        let python = folder.join("bin/python");
        if !succeeds(Command::new(&python).args(["-m", "pip", "--version"])) {
            // What another Python left, or half an installation, is no use.
            run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        }
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
        run(Command::new(&python).args(pip).arg(root().join(self.requirements)))
    }

    fn folder(&self) -> Outcome<PathBuf> {
        // Ours is `target/debug/xtask`, wherever that folder is.
        let executable = std::env::current_exe().map_err(|error| format!("no path of our own: {error}"))?;
        Ok(executable.ancestors().nth(2).ok_or("no target folder")?.join(self.name))
    }
}
