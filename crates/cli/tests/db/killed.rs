//! Runs that are cut off anywhere, and runs at once: the ledger says what the schema is.

use crate::place::{Place, on_both};
use reroute::{Db, Queries, sql};
use std::{
    collections::BTreeSet,
    hash::{BuildHasher, RandomState},
    process::Child,
    thread,
    time::{Duration, Instant},
};

/// Each third migration is of several statements.
fn write(place: &Place, version: u32) {
    let (mut up, mut down) = (format!("CREATE TABLE t{version} (id INTEGER PRIMARY KEY);"), String::new());
    if version.is_multiple_of(3) {
        up.push_str(&format!(
            "INSERT INTO t{version} VALUES (1); CREATE TABLE t{version}_more (id INTEGER REFERENCES t{version} (id));"
        ));
        down.push_str(&format!("DROP TABLE t{version}_more;"));
    }
    down.push_str(&format!("DROP TABLE t{version};"));
    place.write(&format!("{version:04}_t.up.sql"), &up);
    place.write(&format!("{version:04}_t.down.sql"), &down);
}

/// How many migrations are applied, by the ledger: the tables are exactly theirs.
#[track_caller]
fn agreeing(place: &Place) -> u32 {
    let (tables, versions) = reroute::runtime::block_on(look(&place.url)).expect("the database can be read");
    let expected: BTreeSet<String> = versions
        .iter()
        .flat_map(|version| {
            let more = (version % 3 == 0).then(|| format!("t{version}_more"));
            [Some(format!("t{version}")), more].into_iter().flatten()
        })
        .collect();
    assert_eq!(tables, expected);
    versions.len() as u32
}

async fn look(url: &str) -> reroute::Result<(BTreeSet<String>, Vec<i64>)> {
    let db = Db::connect(url, true).await?;
    let tables: Vec<String> = if url.starts_with("sqlite") {
        db.values(sql!("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'"))
            .await?
    } else {
        db.values(sql!(
            "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_sqlx_migrations'"
        ))
        .await?
    };
    // Without a ledger nothing is applied.
    let versions = db.values(sql!("SELECT version FROM _sqlx_migrations WHERE success ORDER BY version")).await;
    Ok((tables.into_iter().collect(), versions.unwrap_or_default()))
}

/// Runs all back, and gives the time that it took.
fn all_back(place: &Place) -> Duration {
    let started = Instant::now();
    loop {
        let steps = agreeing(place).min(100);
        if steps == 0 {
            return started.elapsed();
        }
        place.works(&["downgrade", "--steps", &steps.to_string(), "--yes"]);
    }
}

#[test]
fn lesson_migrations_a_killed_one_leaves_the_ledger_as_the_schema() {
    let count = number("MIGRATE_COUNT", 100);
    on_both("killed", |place| {
        (1..=count).for_each(|version| write(place, version));
        let started = Instant::now();
        place.works(&["upgrade"]);
        let up = started.elapsed() / count;
        assert_eq!(agreeing(place), count);
        let down = all_back(place) / count;
        for round in 0..number("MIGRATE_KILLS", 4) {
            let applied = agreeing(place);
            let (is_up, steps) = if round % 2 == 0 { (true, count - applied) } else { (false, applied.min(100)) };
            let back = steps.to_string();
            let words = if is_up { vec!["upgrade"] } else { vec!["downgrade", "--steps", &back, "--yes"] };
            if steps == 0 {
                continue;
            }
            let mut child = place.command(&words).spawn().expect("it can be run");
            // Any moment of those that all of it would take: the end is what is random, and nothing is waited for.
            let most = if is_up { up * steps } else { down * steps };
            let end =
                Instant::now() + Duration::from_nanos(RandomState::new().hash_one(round) % most.as_nanos() as u64);
            while Instant::now() < end {
                thread::yield_now();
            }
            let _ = child.kill();
            let _ = child.wait();
            agreeing(place);
        }
        place.works(&["upgrade"]);
        assert_eq!(agreeing(place), count);
        all_back(place);
    });
}

#[test]
fn attack_132_two_at_once_both_end_well() {
    on_both("twice", |place| {
        (1..20).for_each(|version| write(place, version));
        for _ in 0..number("MIGRATE_ROUNDS", 3) {
            let both: Vec<Child> =
                (0..2).map(|_| place.command(&["upgrade"]).spawn().expect("it can be run")).collect();
            for child in both {
                let ended = child.wait_with_output().expect("it is our own");
                assert!(ended.status.success(), "{ended:?}");
            }
            assert_eq!(agreeing(place), 19);
            all_back(place);
        }
    });
}

fn number(name: &str, usual: u32) -> u32 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}
