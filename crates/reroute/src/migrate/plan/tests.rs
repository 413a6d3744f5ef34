use super::{super::Migrations, *};
use reroute_core::migration::Database;

/// One to three, of which the third has no way back.
fn steps() -> Vec<Step> {
    let files = [
        ("0001_a.up.sql", "SELECT 1"),
        ("0001_a.down.sql", "SELECT 1"),
        ("0002_b.up.sql", "SELECT 2"),
        ("0002_b.down.sql", "SELECT 2"),
        ("0003_c.up.sql", "SELECT 3"),
    ];
    Migrations::embedded("m", &files).steps(Database::Sqlite).expect("they are right")
}

/// The ledger once these are applied.
fn applied(steps: &[Step], versions: &[i64]) -> Vec<Entry> {
    let applied = steps.iter().filter(|step| versions.contains(&step.version));
    let entry = |step: &Step| Entry {
        version: step.version,
        description: step.up.migration.description.to_string(),
        finished: true,
        checksum: step.up.migration.checksum.to_vec(),
        at: String::new(),
    };
    applied.map(entry).collect()
}

fn versions(steps: Result<Vec<&Step>, Vec<String>>) -> Vec<i64> {
    steps.expect("nothing is wrong").iter().map(|step| step.version).collect()
}

#[test]
fn what_is_pending_comes_first_to_last_also_between_what_is_applied() {
    let steps = steps();
    for (there, most, expected) in [
        (&[][..], None, &[1, 2, 3][..]),
        (&[], Some(2), &[1, 2]),
        (&[1], None, &[2, 3]),
        (&[1, 3], None, &[2]),
        (&[1, 2, 3], None, &[]),
    ] {
        let ledger = applied(&steps, there);
        let plan = Plan::new(&steps, &ledger, "m");
        assert_eq!(versions(plan.up(most)), expected, "{there:?}");
        assert_eq!(plan.pending(), steps.len() - there.len());
    }
}

#[test]
fn what_is_taken_back_comes_last_to_first_and_all_or_nothing() {
    let steps = steps();
    let ledger = applied(&steps, &[1, 2]);
    let plan = Plan::new(&steps, &ledger, "m");
    assert_eq!(versions(plan.down(1)), [2]);
    assert_eq!(versions(plan.down(2)), [2, 1]);
    assert_eq!(plan.down(3).expect_err("there are two"), ["3 steps cannot be taken back: 2 are applied"]);
    let ledger = applied(&steps, &[1, 2, 3]);
    let refused = Plan::new(&steps, &ledger, "m").down(2).expect_err("the third has no way back");
    assert_eq!(refused, ["0003_c cannot be taken back: there is no file m/0003_c.down.sql"]);
}

#[test]
fn drift_stops_both_ways_and_what_was_begun_is_open() {
    let steps = steps();
    let mut ledger = applied(&steps, &[1, 2]);
    ledger[0].checksum = vec![0];
    ledger.push(Entry { version: 9, description: "by others".to_owned(), ..ledger[1].clone() });
    let plan = Plan::new(&steps, &ledger, "m");
    let drifted = plan.drifted();
    assert!(drifted[0].starts_with("m/0001_a.up.sql has changed"), "{drifted:?}");
    assert!(drifted[1].starts_with("0009_by_others is applied, and there is no file of it in m"), "{drifted:?}");
    assert_eq!(plan.up(None).expect_err("it has drifted"), drifted);
    assert_eq!(plan.down(1).expect_err("it has drifted"), drifted);
    let mut ledger = applied(&steps, &[1, 2]);
    // One that was begun is finished with whatever text it has now.
    ledger[1] = Entry { finished: false, checksum: vec![0], ..ledger[1].clone() };
    let plan = Plan::new(&steps, &ledger, "m");
    assert_eq!(plan.begun(), ["0002_b was begun and has not finished"]);
    assert_eq!(versions(plan.up(None)), [2, 3]);
    assert_eq!(versions(plan.down(1)), [2]);
}

#[test]
fn what_was_begun_to_be_taken_back_is_not_brought_in_again() {
    let files = [("0001_a.up.sql", "SELECT 1"), ("0001_a.down.sql", "SELECT 2")];
    let steps = Migrations::embedded("m", &files).steps(Database::Sqlite).expect("they are right");
    let mut ledger = applied(&steps, &[1]);
    ledger[0].finished = false;
    assert_eq!(versions(Plan::new(&steps, &ledger, "m").up(None)), [1]);
    ledger[0].checksum = steps[0].down.as_ref().expect("there is a way back").migration.checksum.to_vec();
    let plan = Plan::new(&steps, &ledger, "m");
    let refused = plan.up(None).expect_err("half of it is gone");
    assert_eq!(refused, ["0001_a was being taken back, and that has not finished: `db downgrade` goes on with it"]);
    assert_eq!(versions(plan.down(1)), [1]);
}
