//! The words after `db`.

use crate::error::Refused;
use clap::{Arg, ArgAction, ArgMatches, Command, error::ErrorKind, value_parser};
use std::{ffi::OsString, io::Write};

/// How many steps are the most.
const MOST_STEPS: usize = 100;

pub(super) struct Parsed {
    pub(super) word: Word,
    /// Whether it was said that nobody need be asked.
    pub(super) yes: bool,
}

pub(super) enum Word {
    Init,
    Migrate { message: String, auto: bool },
    Upgrade { steps: Option<usize>, dry: bool },
    Downgrade { steps: usize, dry: bool },
    Current,
    History,
    Status,
    Reset,
    Seed,
}

/// What is meant; `None` if it was help, which has been said.
pub(super) fn parse(program: &str, words: impl IntoIterator<Item = OsString>) -> Result<Option<Parsed>, Refused> {
    match command(program).try_get_matches_from(words) {
        Ok(matches) => Ok(Some(read(&matches))),
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            write!(std::io::stdout(), "{error}").map_err(|error| Refused::because(error.to_string()))?;
            Ok(None)
        }
        Err(error) => Err(Refused::usage(error.to_string().trim_end())),
    }
}

fn read(matches: &ArgMatches) -> Parsed {
    let (name, matches) = matches.subcommand().expect("a subcommand is required");
    let flag = |name: &str| matches.try_get_one(name).ok().flatten().copied().unwrap_or(false);
    let steps = matches.try_get_one("steps").ok().flatten().copied();
    let word = match name {
        "init" => Word::Init,
        "migrate" => {
            let message = matches.get_one("message").cloned().unwrap_or_default();
            Word::Migrate { message, auto: flag("auto") }
        }
        "upgrade" => Word::Upgrade { steps, dry: flag("dry-run") },
        "downgrade" => Word::Downgrade { steps: steps.expect("it is required"), dry: flag("dry-run") },
        "current" => Word::Current,
        "history" => Word::History,
        "status" => Word::Status,
        "reset" => Word::Reset,
        _ => Word::Seed,
    };
    Parsed { word, yes: flag("yes") }
}

fn command(program: &str) -> Command {
    let name = format!("{program} db");
    let flag = |name: &'static str, help: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    let yes = flag("yes", "Do it without asking");
    let dry = flag("dry-run", "Print the SQL, and do nothing");
    let auto = flag("auto", "Fill it from the models: new tables, new columns that may be NULL, new indexes");
    let steps = Arg::new("steps").long("steps").value_name("N").value_parser(steps);
    let message = Arg::new("message").short('m').long("message").value_name("TEXT").required(true);
    Command::new("db")
        .bin_name(name)
        .no_binary_name(true)
        .about("Brings the database up to date, and back")
        .subcommand_required(true)
        .arg_required_else_help(false)
        .disable_help_subcommand(true)
        .subcommands([
            Command::new("init").about("Make the folder `migrations`, with the tables of reroute"),
            Command::new("migrate")
                .about("Make the pair of files for the next change, empty or from the models")
                .arg(message.value_parser(value_parser!(String)).help("What it changes, as in \"add users\""))
                .arg(auto),
            Command::new("upgrade")
                .about("Apply what is pending")
                .arg(steps.clone().help("The most to apply, 1 to 100; all without"))
                .args([dry.clone(), yes.clone()]),
            Command::new("downgrade")
                .about("Take the last migrations back")
                .arg(steps.required(true).help("How many, 1 to 100"))
                .args([dry, yes.clone()]),
            Command::new("current").about("Print the last migration that is applied"),
            Command::new("history").about("Print every migration, and when it was applied"),
            Command::new("status").about("Print what is pending and what is wrong; ends with 1 if something is wrong"),
            Command::new("reset").about("Drop everything and make it anew; not in production").arg(yes),
            Command::new("seed").about("Fill the database as the application does; not in production"),
        ])
}

fn steps(text: &str) -> Result<usize, String> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("write a number from 1 to {MOST_STEPS}"));
    }
    // What is too large for a number is too many.
    match text.parse().unwrap_or(usize::MAX) {
        0 => Err("must be >= 1".to_owned()),
        count if count > MOST_STEPS => Err(format!("max {MOST_STEPS} steps")),
        count => Ok(count),
    }
}
