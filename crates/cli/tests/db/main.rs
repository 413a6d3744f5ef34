//! `reroute db …` over files, on SQLite and PostgreSQL.

mod asked;
mod killed;
mod place;
#[path = "../../../reroute/tests/support/postgres.rs"]
mod postgres;

use place::{Place, on_both};
use postgres::PostgresServer;
use std::fs;

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

#[test]
fn a_reset_drops_whatever_is_in_the_schema() {
    let server = PostgresServer::start();
    let place = Place::postgres(&server, "reset");
    let made = "CREATE TYPE mood AS ENUM ('good', 'bad');
        CREATE DOMAIN small AS integer CHECK (value < 10);
        CREATE SEQUENCE numbers;
        CREATE TABLE p (id bigserial PRIMARY KEY, mood mood, size small);
        CREATE TABLE c (p bigint REFERENCES p (id)) PARTITION BY RANGE (p);
        CREATE TABLE c1 PARTITION OF c FOR VALUES FROM (0) TO (9);
        CREATE VIEW seen AS SELECT id FROM p;
        CREATE MATERIALIZED VIEW kept AS SELECT id FROM seen;
        CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n * 2';
        CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER touched BEFORE UPDATE ON p FOR EACH ROW EXECUTE FUNCTION touch();
        CREATE AGGREGATE total (integer) (sfunc = int4pl, stype = integer);
        CREATE PROCEDURE nothing() LANGUAGE sql AS 'SELECT 1';";
    place.write("0001_all.up.sql", made);
    place.works(&["upgrade"]);
    // Once more finds nothing in its way.
    assert!(place.works(&["reset", "--yes"]).contains("1 applied"));
    server.ask_in("reset", "CREATE VIEW mine AS SELECT twice(1)");
    place.write("0001_all.up.sql", "SELECT 1;");
    assert!(place.works(&["reset", "--yes"]).contains("1 applied"));
    let left = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd') ORDER BY 1";
    assert_eq!(server.ask_in("reset", left), "_sqlx_migrations\n_sqlx_migrations_pkey");
}
