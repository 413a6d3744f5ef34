//! Python packages that tests drive the server with, in an environment below the target folder: nothing of the machine is changed.

use crate::run::{Outcome, root, run, succeeds};
use std::process::Command;

/// Makes the environment where it is missing, and installs what the requirements say. Costs no network where that is there.
pub(crate) fn provide() -> Outcome {
    // Ours is `target/debug/xtask`, wherever that folder is.
    let executable = std::env::current_exe().map_err(|error| format!("no path of our own: {error}"))?;
    let target = executable.ancestors().nth(2).ok_or("no target folder")?;
    let environment = target.join("h2-driver");
    let python = environment.join("bin/python");
    if !succeeds(Command::new(&python).args(["-m", "pip", "--version"])) {
        // What another Python left, or half an installation, is no use.
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
    }
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    run(Command::new(&python).args(pip).arg(root().join("examples/shop/tests/floods/driver-requirements.txt")))
}
