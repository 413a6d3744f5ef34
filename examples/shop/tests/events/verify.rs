use super::*;
use std::fs;

/// So many events, each of another host's client.
fn make(shop: &Shop, count: usize) {
    for nth in 0..count {
        let client = format!("10.0.{}.{}", nth / 250, nth % 250);
        shop.get("/me").header("x-forwarded-for", &client).header("authorization", "Bearer x").send().is(401);
    }
}

const PROXY: (&str, &str) = ("REROUTE_TRUSTED_PROXIES", "127.0.0.1");

#[test]
fn what_was_changed_removed_put_in_or_moved_is_named_by_its_line() {
    let (home, log) = place();
    let shop = start(&home, &log, &[PROXY]);
    make(&shop, 8);
    wait_for(&log, "auth_failure", 8);
    drop(shop);
    is_honest(home.path(), &[&log]);
    let text = fs::read_to_string(&log).expect("it is there");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let other = home.path().join("other.log");
    let wrong = |changed: String, at: usize| {
        fs::write(&other, changed).expect("it is written");
        let said = verify(home.path(), &[&other], &[]);
        assert_eq!(said.status.code(), Some(1));
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(text.starts_with(&format!("line {at} is wrong")) && text.contains("other.log"), "{text}");
    };
    wrong(text.replacen("MEDIUM", "LOW", 1), 1);
    wrong([&lines[..3], &lines[4..]].concat().concat(), 4);
    wrong([&lines[..3], &lines[1..]].concat().concat(), 4);
    wrong([&lines[..3], &[lines[4], lines[3]], &lines[5..]].concat().concat(), 4);
    wrong(lines[1..].concat(), 1);
    wrong(text[..text.len() - 9].to_owned(), 8);
    wrong("\0\u{fffd}{}[\n".to_owned(), 1);
    // A cut end is found by whoever knows how long the log was.
    fs::write(&other, lines[..5].concat()).expect("it is written");
    is_honest(home.path(), &[&other]);
    let said = verify(home.path(), &[&other], &["--expect", "8"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(verify(home.path(), &[&log], &["--expect", "8"]).status.success());
}

#[test]
fn wrong_words_and_missing_files_are_told() {
    let (home, log) = place();
    for words in [&["log"][..], &["log", "verify"], &["log", "read", "x"], &["log", "verify", "x", "--expect"]] {
        let said = command(home.path()).env("SECRET_KEY", KEY).args(words).output().expect("it runs");
        assert_eq!(said.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&said.stderr).contains("log verify FILE"), "{said:?}");
    }
    assert_eq!(verify(home.path(), &[&log], &[]).status.code(), Some(1));
    fs::write(&log, "").expect("it is written");
    let without = command(home.path()).args(["log", "verify", "events.log"]).output().expect("it runs");
    assert!(String::from_utf8_lossy(&without.stderr).contains("SECRET_KEY"), "{without:?}");
    fs::write(home.path().join(".env"), format!("SECRET_KEY={KEY}\n")).expect("it is written");
    let with = command(home.path()).args(["log", "verify", "events.log"]).output().expect("it runs");
    assert!(with.status.success(), "{with:?}");
}

#[test]
fn a_shop_that_was_killed_and_started_again_goes_on_with_its_log() {
    let (home, log) = place();
    let mut shop = start(&home, &log, &[PROXY]);
    for round in 1..=4 {
        make(&shop, 20);
        wait_for(&log, "auth_failure", 20 * round);
        make(&shop, 3);
        // At whatever it is doing just now.
        drop(shop);
        let file = log.to_str().expect("a plain path");
        let settings = [("SECRET_KEY", KEY), ("REROUTE_SECURITY_LOG", file), PROXY];
        shop = Shop::start_at(home.clone(), &settings);
    }
    make(&shop, 1);
    drop(shop);
    is_honest(home.path(), &[&log]);
}

#[test]
fn attack_147_lines_under_an_old_key_are_verified_while_it_is_named() {
    const OLD: &str = "Yp7mQ2wLx9Tz4Vb8Rk3Nc6Jd1Hs5Gf0AaSsDdFfGgHhJj";
    let (home, log) = place();
    let file = log.to_str().expect("a plain path");
    let shop = Shop::start_at(home.clone(), &[("SECRET_KEY", OLD), ("REROUTE_SECURITY_LOG", file), PROXY]);
    make(&shop, 3);
    wait_for(&log, "auth_failure", 3);
    drop(shop);
    let shop = start(&home, &log, &[PROXY, ("SECRET_KEY_OLD", OLD)]);
    make(&shop, 3);
    wait_for(&log, "auth_failure", 6);
    drop(shop);
    let knowing = |old: &str| {
        let mut command = command(home.path());
        command.env("SECRET_KEY", KEY).env("SECRET_KEY_OLD", old).args(["log", "verify", "events.log"]);
        command.output().expect("it runs").status.success()
    };
    assert!(knowing(OLD));
    assert!(!knowing("") && !knowing("a key that never was one of this application's"));
}

#[test]
fn two_shops_share_one_file_and_put_it_aside_between_them() {
    let (home, log) = place();
    let other = place().0;
    let settings = [PROXY, ("REROUTE_SECURITY_LOG_MAX_SIZE", "20 KiB"), ("REROUTE_SECURITY_LOG_KEEP", "0")];
    let mut shops = [start(&home, &log, &settings), start(&other, &log, &settings)];
    thread::scope(|scope| {
        for shop in &shops {
            scope.spawn(|| make(shop, 100));
        }
    });
    for shop in &mut shops {
        support::kill("TERM", shop.id());
        assert!(shop.ended().1.success());
    }
    let aside = (1..).map(|nth| home.path().join(format!("events.log.{nth}"))).take_while(|path| path.exists());
    let mut files: Vec<PathBuf> = aside.collect();
    assert!(files.len() >= 2, "{files:?}");
    files.reverse();
    files.push(log);
    let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    is_honest(home.path(), &files);
    let all: usize = files.iter().map(|file| events(file).len()).sum();
    assert_eq!(all, 200);
}
