//! `shop db …`: the application's own binary, with the migrations that it carries.

mod support;

use std::{path::Path, process::Output};
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
    assert_eq!(works(&["upgrade"]), "2 migrations are applied");
    assert_eq!(works(&["current"]), "0002_shop");
    assert!(works(&["history"]).starts_with("0001_reroute  "));
    works(&["seed"]);
    works(&["seed"]);
    works(&["reset", "--yes"]);
    assert_eq!(works(&["status"]), "sqlite: 2 applied, 0 pending");
    assert_eq!(works(&["downgrade", "--steps", "2", "--yes"]), "2 migrations are taken back");
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
