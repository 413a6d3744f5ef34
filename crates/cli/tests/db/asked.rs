//! What is asked, what is waited for, and what is left to the application.

use crate::{
    place::{Place, command},
    postgres::PostgresServer,
};
use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Write},
    os::unix::fs::PermissionsExt,
    process::{Child, ChildStderr, Command, Stdio},
};

/// Runs a command at a terminal of its own, where somebody types `answer`. Whether it works, and what is shown.
fn at_terminal(place: &Place, words: &str, answer: &str) -> (bool, String) {
    let mut command = Command::new("script");
    command.args([
        "--quiet",
        "--return",
        "--command",
        &format!("{} db {words}", env!("CARGO_BIN_EXE_reroute")),
        "/dev/null",
    ]);
    command.current_dir(place.home.path()).envs([("DATABASE_URL", &*place.url), ("REROUTE_ENV", "test")]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("there is `script`");
    let mut typed = child.stdin.take().expect("it is piped");
    writeln!(typed, "{answer}").expect("it reads");
    let ended = child.wait_with_output().expect("it is our own");
    drop(typed);
    (ended.status.success(), String::from_utf8_lossy(&ended.stdout).into_owned())
}

#[test]
fn at_a_terminal_only_a_yes_is_one() {
    let place = Place::sqlite();
    place.table(1);
    place.works(&["upgrade"]);
    for no in ["n", "", "no", "yess", "1"] {
        let (works, said) = at_terminal(&place, "downgrade --steps 1", no);
        assert!(!works && said.contains("Take back 0001_t? [y/N]") && said.contains("nothing was done"), "{said}");
        assert_eq!(place.applied(), 1);
    }
    for yes in ["y", "YES"] {
        let (works, said) = at_terminal(&place, "downgrade --steps 1", yes);
        assert!(works && said.contains("1 migration is taken back"), "{said}");
        place.works(&["upgrade"]);
    }
    let (works, said) = at_terminal(&place, "reset", "y");
    assert!(works && said.contains("Drop everything"), "{said}");
}

/// Starts an upgrade, and waits until it says this.
fn saying(place: &Place, line: &str) -> (Child, BufReader<ChildStderr>) {
    let mut child = place.command(&["upgrade"]).spawn().expect("it can be run");
    let mut said = BufReader::new(child.stderr.take().expect("it is piped"));
    let mut heard = String::new();
    while !heard.contains(line) {
        assert_ne!(said.read_line(&mut heard).expect("it is text"), 0, "{heard}");
    }
    (child, said)
}

#[test]
fn who_waits_for_another_says_so() {
    let place = Place::sqlite();
    place.table(1);
    let lock = File::create(place.home.path().join("a.db.migrate-lock")).expect("it can be made");
    lock.lock().expect("nobody else has it");
    let (mut waiting, _said) = saying(&place, "waiting for another migration to end");
    drop(lock);
    assert!(waiting.wait().is_ok_and(|status| status.success()));

    let server = PostgresServer::start();
    let place = Place::postgres(&server, "waiting");
    place.write("0001_slow.up.sql", "CREATE TABLE t1 (id INTEGER); SELECT pg_sleep(2);");
    let (mut first, _first_said) = saying(&place, "applying 0001_slow");
    let (mut second, _said) = saying(&place, "waiting for another migration to end");
    for child in [&mut first, &mut second] {
        assert!(child.wait().is_ok_and(|status| status.success()));
    }
    assert_eq!(place.applied(), 1);
}

/// Seeding and the models are the application's: it is compiled and asked, and its status is ours.
#[test]
fn the_application_is_asked_for_what_it_alone_knows() {
    let place = Place::sqlite();
    place.works(&["init"]);
    let cargo = place.home.path().join("cargo");
    fs::write(&cargo, "#!/bin/sh\necho \"$@\"\nexit 7\n").expect("it is written");
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).expect("it is our own");
    for (words, handed) in [
        (&["seed"][..], "run --quiet -- db seed\n"),
        (&["migrate", "-m", "a b", "--auto"], "run --quiet -- db migrate --message a b --auto\n"),
    ] {
        let mut command = command(place.home.path(), &place.url, words);
        let ended = command.env("PATH", format!("{}:/bin:/usr/bin", place.home.path().display())).output();
        let ended = ended.expect("it can be run");
        assert_eq!(ended.status.code(), Some(7), "{ended:?}");
        assert_eq!(String::from_utf8_lossy(&ended.stdout), handed);
    }
    assert!(!place.file("0002_a_b.up.sql").exists());
}
