//! The `reroute` program: what is done to an application's folder without compiling it.

use clap::{Arg, Command, value_parser};
use reroute::{app::Refused, migrate::Commands};
use std::{ffi::OsString, io::Write, process};

fn main() -> process::ExitCode {
    let matches = command().get_matches();
    let words = matches.subcommand_matches("db").and_then(|db| db.get_many::<OsString>("words"));
    let words: Vec<OsString> = words.into_iter().flatten().cloned().collect();
    reroute::runtime::main(Commands::of_folder("reroute", hand_over).run(words))
}

fn command() -> Command {
    let words = Arg::new("words").num_args(0..).trailing_var_arg(true).allow_hyphen_values(true);
    let db = Command::new("db")
        .about("Migrate the database, from the files in `migrations`")
        // `db` says its own.
        .disable_help_flag(true)
        .arg(words.value_parser(value_parser!(OsString)));
    Command::new("reroute")
        .about("Works on a reroute application without compiling it")
        .subcommand_required(true)
        .disable_help_subcommand(true)
        .subcommand(db)
}

/// The application alone knows how: it is compiled and asked.
fn hand_over(words: &[&str]) -> reroute::Result<()> {
    let cargo = process::Command::new("cargo").args(["run", "--quiet", "--", "db"]).args(words).status();
    let ended = cargo
        .map_err(|error| Refused::because(format!("`cargo run -- db {}` cannot be run: {error}", words.join(" "))))?;
    if !ended.success() {
        // It has said why.
        let _ = std::io::stderr().flush();
        process::exit(ended.code().unwrap_or(1));
    }
    Ok(())
}
