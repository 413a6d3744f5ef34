//! 126 to 128 and what surrounds them: whatever is written where it feeds a query of the shop's, it is answered as it must be, means nothing
//! to the database, and changes none of its tables.

#[path = "../../../../crates/reroute/tests/support/postgres.rs"]
mod postgres;
#[path = "../support/mod.rs"]
mod support;
mod surfaces;
mod tables;
mod texts;

use postgres::PostgresServer;
use proptest::test_runner::{Config, TestRunner};
use std::sync::Arc;
use support::Shop;
use surfaces::Attacker;
use tables::Tables;
use tempfile::TempDir;

/// How much a body may hold.
const MEBIBYTE: usize = 1 << 20;

#[test]
fn attack_126_127_128_hostile_texts_change_no_table_on_sqlite() {
    let home = Arc::new(tempfile::tempdir().expect("a directory can be made"));
    let url = support::database_url(home.path());
    attacked(home, &url);
}

#[test]
fn attack_126_127_128_hostile_texts_change_no_table_on_postgres() {
    let server = PostgresServer::start();
    let url = server.database("shop");
    let home = Arc::new(tempfile::tempdir().expect("a directory can be made"));
    attacked(home, &url);
}

/// Each text goes wherever a caller can write one; after each, the tables are looked at.
fn attacked(home: Arc<TempDir>, url: &str) {
    // Hundreds of sign-ups and logins are not to take their time in hashing.
    let cheap = [("REROUTE_PASSWORD_MEMORY", "7 MiB"), ("REROUTE_PASSWORD_PASSES", "1")];
    let mut shop = Shop::start_at(home, &[&cheap[..], &[("DATABASE_URL", url)]].concat());
    let before = Tables::read(url);
    let attacker = Attacker::new(&shop);
    attacker.begins_with(&Tables::read(url));
    let strike = |text: &str| {
        attacker.strike(text);
        attacker.has_added_only_what_was_accepted(&before, &Tables::read(url));
    };
    let mut runner = TestRunner::new(Config {
        cases: cases(),
        // Each try is as much as a case.
        max_shrink_iters: 100,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&texts::hostile(), |text| {
        strike(&text);
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
    for part in ["'", "\\", "\0", "💥", "x';DROP TABLE users;--"] {
        strike(&part.repeat(MEBIBYTE / part.len()));
        // The largest that still comes in.
        strike(&part.repeat((MEBIBYTE - 300) / part.len()));
    }
    attacker.has_reached_the_database();
    shop.get("/health").send().is(200);
    support::kill("TERM", shop.id());
    let (log, status) = shop.ended();
    assert!(status.success() && !log.contains("panicked"), "{status}: {log:.2000}");
}

/// As many as are asked for, or what a test has time for.
fn cases() -> u32 {
    if std::env::var_os("PROPTEST_CASES").is_some() { Config::default().cases } else { 25 * support::soak() as u32 }
}
