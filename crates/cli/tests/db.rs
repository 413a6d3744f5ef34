//! `reroute db …` over files, on SQLite and PostgreSQL.

#[path = "../../reroute/tests/support/postgres.rs"]
mod postgres;

use postgres::PostgresServer;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};
use tempfile::TempDir;

/// A folder with migrations, and a database of its own.
struct Place {
    home: TempDir,
    url: String,
}

impl Place {
    fn sqlite() -> Self {
        let home = tempfile::tempdir().expect("a directory can be made");
        let url = format!("sqlite:{}", home.path().join("a.db").display());
        Self { home, url }
    }

    fn postgres(server: &PostgresServer, name: &str) -> Self {
        Self { home: tempfile::tempdir().expect("a directory can be made"), url: server.database(name) }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.home.path().join("migrations").join(name)
    }

    fn write(&self, name: &str, sql: &str) {
        let file = self.file(name);
        fs::create_dir_all(file.parent().expect("it is in a folder")).expect("a folder can be made");
        fs::write(file, sql).expect("it is written");
    }

    fn table(&self, version: u32) {
        self.write(&format!("{version:04}_t.up.sql"), &format!("CREATE TABLE t{version} (id INTEGER PRIMARY KEY);"));
        self.write(&format!("{version:04}_t.down.sql"), &format!("DROP TABLE t{version};"));
    }

    fn command(&self, words: &[&str]) -> Command {
        command(self.home.path(), &self.url, words)
    }

    fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().expect("it can be run")
    }

    /// What is printed by a command that works.
    #[track_caller]
    fn works(&self, words: &[&str]) -> String {
        let ended = self.run(words);
        assert!(ended.status.success(), "{words:?}: {ended:?}");
        String::from_utf8_lossy(&ended.stdout).trim().to_owned()
    }

    /// What is said by a command that fails with this status.
    #[track_caller]
    fn fails(&self, words: &[&str], status: i32) -> String {
        let ended = self.run(words);
        assert_eq!(ended.status.code(), Some(status), "{words:?}: {ended:?}");
        String::from_utf8_lossy(&ended.stderr).into_owned()
    }

    fn applied(&self) -> usize {
        self.works(&["history"]).lines().filter(|line| line.ends_with("UTC")).count()
    }
}

fn command(home: &Path, url: &str, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reroute"));
    command.env_clear().envs([("DATABASE_URL", url), ("REROUTE_ENV", "test")]).current_dir(home);
    command.arg("db").args(words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Does the same on both.
fn on_both(name: &str, work: impl Fn(&Place)) {
    work(&Place::sqlite());
    let server = PostgresServer::start();
    work(&Place::postgres(&server, name));
}

#[test]
fn lesson_migrations_every_command_works_on_both() {
    on_both("every", |place| {
        place.works(&["init"]);
        place.works(&["migrate", "-m", "Add users!"]);
        assert!(place.file("0002_add_users.up.sql").exists() && place.file("0002_add_users.down.sql").exists());
        place.table(3);
        assert!(place.works(&["upgrade", "--dry-run"]).contains("CREATE TABLE t3"));
        assert_eq!(place.works(&["current"]), "no migration is applied");
        assert!(!place.home.path().join("a.db").exists());
        assert_eq!(place.works(&["upgrade", "--steps", "1"]), "1 migration is applied");
        assert_eq!(place.works(&["upgrade"]), "2 migrations are applied");
        assert_eq!(place.works(&["current"]), "0003_t");
        assert!(place.works(&["status"]).ends_with("3 applied, 0 pending"));
        assert!(place.works(&["downgrade", "--steps", "1", "--dry-run"]).contains("DROP TABLE t3"));
        assert_eq!(place.works(&["downgrade", "--steps", "2", "--yes"]), "2 migrations are taken back");
        assert_eq!(place.applied(), 1);
        assert!(place.works(&["reset", "--yes"]).contains("3 applied"));
        assert_eq!(place.works(&["downgrade", "--steps", "3", "--yes"]), "3 migrations are taken back");
    });
}

#[test]
fn steps_are_validated_with_status_2() {
    let place = Place::sqlite();
    place.table(1);
    for command in ["upgrade", "downgrade"] {
        assert!(place.fails(&[command, "--steps", "0"], 2).contains("must be >= 1"));
        assert!(place.fails(&[command, "--steps", "101"], 2).contains("max 100 steps"));
        for steps in ["one", "+1", "-1", "", "1.0", "99999999999999999999999", "１"] {
            place.fails(&[command, "--steps", steps], 2);
            place.fails(&[command, &format!("--steps={steps}")], 2);
        }
    }
    place.fails(&["downgrade"], 2);
    place.fails(&["frobnicate"], 2);
    assert!(!place.home.path().join("a.db").exists());
}

#[test]
fn attack_132_a_failing_migration_leaves_nothing_and_drift_is_named() {
    on_both("failing", |place| {
        place.table(1);
        place.works(&["upgrade"]);
        place.write("0002_bad.up.sql", "CREATE TABLE half (id INTEGER);\nINSERT INTO nowhere VALUES (1);");
        assert!(place.fails(&["upgrade"], 1).contains("0002_bad.up.sql"));
        place.write("0002_bad.up.sql", "CREATE TABLE half (id INTEGER);");
        place.works(&["upgrade"]);
        // Without its file down, none of both is taken back.
        assert!(place.fails(&["downgrade", "--steps", "2", "--yes"], 1).contains("0002_bad.down.sql"));
        assert!(place.fails(&["downgrade", "--steps", "3", "--yes"], 1).contains("2 are applied"));
        place.write("0002_bad.down.sql", "DROP TABLE half;");
        assert!(place.fails(&["downgrade", "--steps", "1"], 1).contains("--yes"));
        place.write("0001_t.up.sql", "SELECT 1;");
        for words in [&["upgrade"][..], &["downgrade", "--steps", "1", "--yes"]] {
            assert!(place.fails(words, 1).contains("0001_t.up.sql has changed"));
        }
        place.fails(&["status"], 1);
        fs::remove_file(place.file("0001_t.up.sql")).expect("it is there");
        fs::remove_file(place.file("0001_t.down.sql")).expect("it is there");
        assert!(place.fails(&["upgrade"], 1).contains("0001_t is applied, and there is no file of it"));
        place.table(1);
        assert_eq!(place.applied(), 2);
        place.write("0003_c.up.sql", "CREATE TABLE c (id INTEGER);\nCOMMIT;");
        assert!(place.fails(&["upgrade"], 1).contains("line 2: `COMMIT`"));
    });
}

#[test]
fn a_parent_is_rebuilt_without_its_children_falling_and_broken_keys_are_refused() {
    let place = Place::sqlite();
    place.write(
        "0001_a.up.sql",
        "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p INTEGER REFERENCES p (id) ON DELETE CASCADE);
         INSERT INTO p VALUES (1); INSERT INTO c VALUES (1);",
    );
    place.write(
        "0002_b.up.sql",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, x TEXT); INSERT INTO n (id) SELECT id FROM p; DROP TABLE p;
         ALTER TABLE n RENAME TO p;",
    );
    // It fails unless the child is there still.
    place.write("0003_c.up.sql", "CREATE TABLE one (n INTEGER CHECK (n = 1)); INSERT INTO one SELECT count(*) FROM c;");
    place.works(&["upgrade"]);
    place.write("0004_d.up.sql", "DELETE FROM p;");
    assert!(place.fails(&["upgrade"], 1).contains("`c`"));
    assert_eq!(place.applied(), 3);
}

#[test]
fn without_a_transaction_it_asks_and_what_was_begun_is_named() {
    on_both("alone", |place| {
        place.write("0001_a.up.sql", "-- no-transaction\nCREATE TABLE a (id INTEGER);\nSELECT nothing FROM nowhere;");
        assert!(place.fails(&["upgrade"], 1).contains("without a transaction"));
        place.fails(&["upgrade", "--yes"], 1);
        assert!(place.works(&["history"]).contains("begun"));
        assert!(place.fails(&["upgrade"], 1).contains("was begun and has not finished"));
        place.write("0001_a.up.sql", "-- no-transaction\nDROP TABLE a;");
        place.works(&["upgrade", "--yes"]);
        assert_eq!(place.applied(), 1);
    });
}

#[test]
fn attack_132_two_at_once_both_end_well() {
    on_both("twice", |place| {
        (1..20).for_each(|version| place.table(version));
        for _ in 0..number("MIGRATE_ROUNDS", 3) {
            let both: Vec<Child> =
                (0..2).map(|_| place.command(&["upgrade"]).spawn().expect("it can be run")).collect();
            for child in both {
                let ended = child.wait_with_output().expect("it is our own");
                assert!(ended.status.success(), "{ended:?}");
            }
            assert_eq!(place.applied(), 19);
            place.works(&["downgrade", "--steps", "19", "--yes"]);
        }
    });
}

/// Killed anywhere, up or down: the ledger says what the schema is, since each migration fails where it is not so.
#[test]
fn lesson_migrations_a_killed_one_leaves_the_ledger_as_the_schema() {
    on_both("killed", |place| {
        (1..=number("MIGRATE_COUNT", 100)).for_each(|version| place.table(version));
        for round in 0..number("MIGRATE_KILLS", 4) {
            let words: &[&str] = if round % 2 == 0 { &["upgrade"] } else { &["downgrade", "--steps", "40", "--yes"] };
            let mut child = place.command(words).spawn().expect("it can be run");
            // It is killed after so many lines of progress.
            let mut said = std::io::BufReader::new(child.stderr.take().expect("it is piped"));
            for _ in 0..(round * 7 + 5) {
                let _ = std::io::BufRead::read_line(&mut said, &mut String::new());
            }
            let _ = child.kill();
            let _ = child.wait();
            place.works(&["upgrade"]);
            assert_eq!(place.applied() as u32, number("MIGRATE_COUNT", 100));
        }
        place.works(&["downgrade", "--steps", &number("MIGRATE_COUNT", 100).min(100).to_string(), "--yes"]);
    });
}

#[test]
fn production_refuses_reset_and_seed_and_needs_nothing_else_to_upgrade() {
    let place = Place::sqlite();
    place.table(1);
    for words in [&["reset", "--yes"][..], &["seed"]] {
        let ended = place.command(words).env("REROUTE_ENV", "production").output().expect("it can be run");
        assert!(ended.status.code() == Some(1) && String::from_utf8_lossy(&ended.stderr).contains("production"));
    }
    let mut upgrade = place.command(&["upgrade"]);
    upgrade.envs([("REROUTE_ENV", "production"), ("REROUTE_PORT", "x")]);
    assert!(upgrade.output().is_ok_and(|ended| ended.status.success()));
}

fn number(name: &str, usual: u32) -> u32 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}
