//! `shop db …`: the application's own binary, with the migrations that it carries.

#[path = "../../../crates/reroute/tests/support/postgres.rs"]
mod postgres;
mod support;

use postgres::PostgresServer;
use std::{fs, path::Path, process::Output};
use support::command;

fn run(home: &Path, words: &[&str]) -> Output {
    command(home).arg("db").args(words).output().expect("the shop can be started")
}

#[test]
fn lesson_migrations_the_binary_carries_what_it_needs() {
    let home = tempfile::tempdir().expect("a directory can be made");
    let works = |words: &[&str]| {
        let ended = run(home.path(), words);
        assert!(ended.status.success(), "{words:?}: {ended:?}");
        String::from_utf8_lossy(&ended.stdout).trim().to_owned()
    };
    assert!(works(&["upgrade", "--dry-run"]).contains("CREATE TABLE \"products\""));
    assert!(std::fs::read_dir(home.path()).is_ok_and(|mut files| files.next().is_none()));
    assert_eq!(works(&["upgrade"]), "3 migrations are applied");
    assert_eq!(works(&["current"]), "0003_pictures");
    assert!(works(&["history"]).starts_with("0001_reroute  "));
    works(&["seed"]);
    works(&["seed"]);
    works(&["reset", "--yes"]);
    assert_eq!(works(&["status"]), "sqlite: 3 applied, 0 pending");
    assert_eq!(works(&["downgrade", "--steps", "3", "--yes"]), "3 migrations are taken back");
    assert_eq!(works(&["current"]), "no migration is applied");
}

#[test]
fn steps_are_validated_with_status_2() {
    let home = tempfile::tempdir().expect("a directory can be made");
    for (steps, why) in [("0", "must be >= 1"), ("101", "max 100 steps"), ("+1", ""), ("-1", ""), ("one", "")] {
        for word in ["upgrade", "downgrade"] {
            let ended = run(home.path(), &[word, "--steps", steps]);
            let said = String::from_utf8_lossy(&ended.stderr);
            assert!(ended.status.code() == Some(2) && said.contains(why), "{steps}: {ended:?}");
        }
    }
    assert!(std::fs::read_dir(home.path()).is_ok_and(|mut files| files.next().is_none()));
}

#[test]
fn production_is_neither_reset_nor_seeded() {
    let home = tempfile::tempdir().expect("a directory can be made");
    for words in [&["reset", "--yes"][..], &["seed"]] {
        let ended = command(home.path()).arg("db").args(words).env("REROUTE_ENV", "production").output();
        let ended = ended.expect("the shop can be started");
        assert!(ended.status.code() == Some(1) && String::from_utf8_lossy(&ended.stderr).contains("production"));
    }
    assert!(std::fs::read_dir(home.path()).is_ok_and(|mut files| files.next().is_none()));
}

/// The files by hand make what the models say: there is nothing to add, on either database.
#[test]
fn lesson_migrations_the_files_make_what_the_models_say() {
    let server = PostgresServer::start();
    for url in [None, Some(server.database("shop_auto"))] {
        let home = tempfile::tempdir().expect("a directory can be made");
        copy(Path::new("migrations"), &home.path().join("migrations"));
        let run = |words: &[&str]| {
            let mut command = command(home.path());
            command.envs(url.iter().map(|url| ("DATABASE_URL", url))).arg("db").args(words);
            command.output().expect("the shop can be started")
        };
        let ended = run(&["migrate", "-m", "next", "--auto"]);
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.code() == Some(1) && said.contains("3 pending: run `db upgrade` first"), "{ended:?}");
        assert!(run(&["upgrade"]).status.success());
        let ended = run(&["migrate", "-m", "next", "--auto"]);
        assert!(ended.status.success(), "{ended:?}");
        assert!(String::from_utf8_lossy(&ended.stdout).starts_with("nothing to do"), "{ended:?}");
        assert_eq!(files(&home.path().join("migrations")), files(Path::new("migrations")));
    }
}

/// What is written stands in the folder of the database in use, a column in each line, with its way back.
#[test]
fn the_next_migration_is_written_from_the_models() {
    let home = tempfile::tempdir().expect("a directory can be made");
    assert!(run(home.path(), &["init"]).status.success());
    assert!(run(home.path(), &["upgrade", "--steps", "1"]).status.success());
    let ended = run(home.path(), &["migrate", "-m", "The shop", "--auto"]);
    assert!(ended.status.success(), "{ended:?}");
    let written = String::from_utf8_lossy(&ended.stdout).into_owned();
    let texts: Vec<String> =
        written.lines().map(|file| fs::read_to_string(home.path().join(file)).expect("it is there")).collect();
    assert!(written.lines().all(|file| file.contains("/0002_the_shop.")), "{written}");
    assert!(texts[0].contains("CREATE TABLE \"products\" (\n    \"id\" "), "{}", texts[0]);
    assert!(texts[1].contains("DROP TABLE \"products\";\n"), "{}", texts[1]);
}

/// What `db init` would write into it is what reroute brings along.
#[test]
fn the_first_migration_is_the_one_of_reroute() {
    let home = tempfile::tempdir().expect("a directory can be made");
    assert!(run(home.path(), &["init"]).status.success());
    let made = files(&home.path().join("migrations"));
    let own = files(Path::new("migrations")).into_iter().filter(|(name, _)| name.contains("0001_reroute"));
    assert_eq!(made, own.collect::<Vec<_>>());
}

/// The files in a folder and the folders in it, by name, with their texts.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for database in ["sqlite", "postgres"] {
        for entry in fs::read_dir(folder.join(database)).expect("it is there") {
            let path = entry.expect("it can be read").path();
            let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
            found.push((format!("{database}/{name}"), fs::read_to_string(path).expect("it can be read")));
        }
    }
    found.sort();
    found
}

fn copy(from: &Path, to: &Path) {
    for (name, text) in files(from) {
        let file = to.join(name);
        fs::create_dir_all(file.parent().expect("it is in a folder")).expect("a folder can be made");
        fs::write(file, text).expect("it is written");
    }
}
