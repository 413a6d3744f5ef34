use super::{Database, statements};
use proptest::{collection::vec, prelude::*, sample::select};

/// Statements that leave the transaction alone, however much they look like it.
const HARMLESS: [&str; 9] = [
    "SELECT 'COMMIT; BEGIN'",
    "INSERT INTO \"COMMIT;\" VALUES ('it''s; COMMIT')",
    "/* COMMIT; */ SELECT 1",
    "-- COMMIT;\nSELECT 1",
    "SELECT committed, \"end\" FROM begins",
    "UPDATE t SET x = CASE WHEN y THEN 1 ELSE 2 END",
    "SELECT 1e5, x'00'",
    "CREATE TABLE commits (rollback_at text)",
    "",
];

const SQLITE: [&str; 3] = [
    "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET x = CASE WHEN 1 THEN 2 ELSE 3 END; DELETE FROM b; END",
    "CREATE TEMP TRIGGER t AFTER INSERT ON a WHEN new.x > 1 BEGIN SELECT 1; END",
    "SELECT [COMMIT;], `;COMMIT;`",
];

const POSTGRES: [&str; 5] = [
    "DO $$ BEGIN PERFORM 1; COMMIT; END $$",
    "CREATE FUNCTION f() RETURNS int LANGUAGE SQL BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
    "SELECT E'it\\'s; COMMIT', $a$ $b$; COMMIT; $a$",
    "/* a /* b */ ; COMMIT; */ SELECT 1",
    "CREATE RULE r AS ON INSERT TO a DO (DELETE FROM b; DELETE FROM c)",
];

const CONTROL: [&str; 8] = [
    "COMMIT",
    "begin",
    "/* x */ Rollback",
    "END",
    "SAVEPOINT a",
    "RELEASE a",
    "START TRANSACTION",
    "PREPARE  TRANSACTION 'a'",
];

fn harmless(database: Database) -> Vec<&'static str> {
    let own = if database == Database::Sqlite { &SQLITE[..] } else { &POSTGRES[..] };
    HARMLESS.iter().chain(own).copied().collect()
}

fn control(sql: &str, database: Database) -> bool {
    statements(sql, database).iter().any(|statement| statement.control(database).is_some())
}

fn scripts() -> impl Strategy<Value = (Database, Vec<&'static str>)> {
    select(&Database::ALL[..]).prop_flat_map(|database| (Just(database), vec(select(harmless(database)), 0..8)))
}

#[test]
fn a_comment_ends_where_the_database_ends_it() {
    assert!(control("-- x\rCOMMIT", Database::Postgres));
    assert!(!control("-- x\rCOMMIT", Database::Sqlite));
}

proptest! {
    #[test]
    fn what_looks_like_it_is_let_through((database, script) in scripts()) {
        prop_assert!(!control(&script.join(";\n"), database));
    }

    #[test]
    fn what_takes_the_transaction_away_is_found_anywhere(
        (database, mut script) in scripts(),
        control_statement in select(&CONTROL[..]),
        at in any::<prop::sample::Index>(),
    ) {
        script.insert(at.index(script.len() + 1), control_statement);
        prop_assert!(control(&script.join(";"), database));
    }

    #[test]
    fn any_text_is_cut_without_a_loss(sql in ".{0,80}|[a-zA-Z$'\"/*;() \n\\\\-]{0,80}", database in select(&Database::ALL[..])) {
        let found = statements(&sql, database);
        let mut end = 0;
        for statement in found {
            // What stands between two of them is empty statements.
            let skipped = sql.get(end..statement.range.start).expect("they are in order");
            prop_assert!(statements(skipped, database).is_empty());
            prop_assert!(sql.get(statement.range.clone()).is_some());
            end = statement.range.end;
        }
    }
}

#[test]
fn sqlite_alone_must_not_leave_its_file() {
    for sql in ["VACUUM", "ATTACH 'a' AS b", "DETACH b"] {
        assert!(control(sql, Database::Sqlite) && !control(sql, Database::Postgres), "{sql}");
    }
}
