use crate::error::Refused;
use std::io::{IsTerminal, Write};

/// Asks before something is done, unless `--yes` was said.
pub(super) struct Asker {
    yes: bool,
}

impl Asker {
    pub(super) fn new(yes: bool) -> Self {
        Self { yes }
    }

    /// # Errors
    ///
    /// When the answer is no, or there is nobody to ask.
    pub(super) fn ask(&self, question: &str) -> Result<(), Refused> {
        if self.yes {
            return Ok(());
        }
        let stdin = std::io::stdin();
        if !stdin.is_terminal() {
            return Err(Refused::because(format!("{question} There is no terminal to ask at: say it with `--yes`")));
        }
        let mut answer = String::new();
        let asked = write!(std::io::stderr(), "{question} [y/N] ").and_then(|()| stdin.read_line(&mut answer));
        let is_yes = matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes");
        if asked.is_ok() && is_yes { Ok(()) } else { Err(Refused::because("nothing was done")) }
    }
}
