//! Files of settings: which are read, what wins, and what is wrong in them.

use super::{Shop, home, refusal, with};
use std::sync::Arc;
use tempfile::TempDir;

/// What a shop in this directory says of its referrer policy: a setting that every answer shows.
fn policy(home: &Arc<TempDir>, settings: &[(&str, Option<&str>)]) -> String {
    let shop = Shop::try_start(home.clone(), with(home.path(), settings)).unwrap_or_else(|ended| panic!("{ended:?}"));
    shop.get("/health").send().is(200).header("referrer-policy").unwrap_or_default().to_owned()
}

#[test]
fn the_later_source_wins_and_the_process_always() {
    let toml = "referrer_policy = \"origin\"\n";
    let special = "referrer_policy = \"origin\"\n[test]\nreferrer_policy = \"same-origin\"\n[production]\nreferrer_policy = \"unsafe-url\"\n";
    let dotenv = "# a comment\nexport REROUTE_REFERRER_POLICY='strict-origin'\n";
    let of_test = "REROUTE_REFERRER_POLICY=\"origin-when-cross-origin\"\n";
    let (toml, special) = (("reroute.toml", toml), ("reroute.toml", special));
    let (dotenv, of_test) = ((".env", dotenv), (".env.test", of_test));
    let others = [
        (".env.production", "REROUTE_REFERRER_POLICY=unsafe-url"),
        (".env.development", "REROUTE_REFERRER_POLICY=unsafe-url"),
        (".env.local", "REROUTE_REFERRER_POLICY=unsafe-url"),
        (".env.example", "REROUTE_REFERRER_POLICY=unsafe-url"),
    ];
    for (files, expected) in [
        (&[][..], "no-referrer"),
        (&others, "no-referrer"),
        (&[toml], "origin"),
        (&[special], "same-origin"),
        (&[special, dotenv], "strict-origin"),
        (&[special, of_test], "origin-when-cross-origin"),
        (&[special, dotenv, of_test], "origin-when-cross-origin"),
    ] {
        let home = home(files);
        assert_eq!(policy(&home, &[]), expected, "{files:?}");
        let process = [("REROUTE_REFERRER_POLICY", Some("strict-origin-when-cross-origin"))];
        assert_eq!(policy(&home, &process), "strict-origin-when-cross-origin", "{files:?}");
    }
}

#[test]
fn attack_145_dotenv_does_not_override_the_process() {
    // The process's empty value is a value.
    let home = home(&[(".env", "REROUTE_ALLOWED_HOSTS=evil.example.com\nCORS_ORIGINS=https://evil.example.com\n")]);
    let settings = [("REROUTE_ALLOWED_HOSTS", Some("")), ("CORS_ORIGINS", Some(""))];
    let shop = Shop::try_start(home.clone(), with(home.path(), &settings)).unwrap_or_else(|ended| panic!("{ended:?}"));
    shop.get("/products").send().is(200);
    shop.get("/products").header("host", "evil.example.com").send().is(400);
    let answer = shop.get("/products").header("origin", "https://evil.example.com").send().is(200);
    assert!(answer.header("access-control-allow-origin").is_none(), "{answer:?}");
}

#[test]
fn two_names_of_one_key_are_one_key() {
    // The process wins over a file, whichever of the two names each of them uses.
    for (name, other) in
        [("CORS_ORIGINS", "REROUTE_CORS_ALLOW_ORIGINS"), ("REROUTE_CORS_ALLOW_ORIGINS", "CORS_ORIGINS")]
    {
        let home = home(&[(".env.test", &format!("{other}=https://file.example.com"))]);
        let settings = [(name, Some("https://process.example.com"))];
        let shop =
            Shop::try_start(home.clone(), with(home.path(), &settings)).unwrap_or_else(|ended| panic!("{ended:?}"));
        for (origin, told) in [("https://process.example.com", true), ("https://file.example.com", false)] {
            let answer = shop.get("/health").header("origin", origin).send().is(200);
            assert_eq!(answer.header("access-control-allow-origin").is_some(), told, "{name}: {answer:?}");
        }
    }
}

#[test]
fn the_environment_may_stand_in_dotenv_and_the_process_overrides_it() {
    let unset = [("REROUTE_ENV", None)];
    let home = home(&[
        (".env", "REROUTE_ENV=test\n"),
        (".env.test", "REROUTE_REFERRER_POLICY=origin"),
        (".env.development", "REROUTE_REFERRER_POLICY=same-origin"),
    ]);
    assert_eq!(policy(&home, &unset), "origin");
    assert_eq!(policy(&home, &[("REROUTE_ENV", Some("development"))]), "same-origin");
}

/// Of two lines that say the same the last holds, or neither: never the first alone for some keys.
#[test]
fn the_last_line_of_a_file_holds_for_every_key() {
    let twice = "REROUTE_REFERRER_POLICY=origin\nREROUTE_REFERRER_POLICY=same-origin\n";
    assert_eq!(policy(&home(&[(".env", twice)]), &[]), "same-origin");
    let home = home(&[
        (".env", "REROUTE_ENV=test\nREROUTE_ENV=development\n"),
        (".env.test", "REROUTE_REFERRER_POLICY=origin"),
        (".env.development", "REROUTE_REFERRER_POLICY=same-origin"),
    ]);
    assert_eq!(policy(&home, &[("REROUTE_ENV", None)]), "same-origin");
}

/// Else it would be in one environment and read the files of another.
#[test]
fn the_environment_cannot_stand_in_what_depends_on_it() {
    for (file, text) in [("reroute.toml", "env = \"production\"\n"), (".env.test", "REROUTE_ENV=production\n")] {
        let home = home(&[(file, text)]);
        let reasons = refusal(&home, with(home.path(), &[]));
        assert!(reasons.len() == 1 && reasons[0].contains("env"), "{reasons:?}");
        assert!(reasons[0].contains(&format!("{file}, line 1")), "{reasons:?}");
    }
}

#[test]
fn unknown_names_are_told_with_their_place_and_the_nearest() {
    let toml =
        "allowed_host = [\"a.com\"]\n\n[developement]\nport = 1\n\n[production]\ndebgu = true\n\n[development.cors]\n";
    let home =
        home(&[("reroute.toml", toml), (".env", "\nOTHER=1\nREROUTE_PROT=1\n"), (".env.test", "REROUTE_HOTS=x")]);
    let settings = [("REROUTE_BODY_LIMT", Some("1")), ("REROUTE_ZZZZZZZZZ", Some("1")), ("REROUTE_", Some("1"))];
    let reasons = refusal(&home, with(home.path(), &settings));
    for expected in [
        "there is no key `allowed_host`; did you mean `allowed_hosts`? (reroute.toml, line 1)",
        "there is no key `debgu`; did you mean `debug`? (reroute.toml, line 7)",
        "there is no key `prot`; did you mean `port`? (.env, line 3)",
        "there is no key `REROUTE_BODY_LIMT`; did you mean `body_limit`? (the variable REROUTE_BODY_LIMT)",
    ] {
        assert!(reasons.iter().any(|reason| reason == expected), "{expected}\n{reasons:#?}");
    }
    for words in [
        &["[developement]", "`development`", "reroute.toml"][..],
        &["`hots`", "`host`", ".env.test, line 1"],
        &["`cors`", "reroute.toml, line 9"],
        &["REROUTE_ZZZZZZZZZ"],
        &["the variable REROUTE_)"],
    ] {
        assert!(reasons.iter().any(|reason| words.iter().all(|word| reason.contains(word))), "{words:?}\n{reasons:#?}");
    }
    assert_eq!(reasons.len(), 9, "{reasons:#?}");
}

#[test]
fn an_unknown_section_is_told_with_its_line() {
    let home = home(&[("reroute.toml", "port = 0\n\n[prodcution]\n")]);
    let reasons = refusal(&home, with(home.path(), &[]));
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    for word in ["[prodcution]", "`production`", "reroute.toml", "line 3"] {
        assert!(reasons[0].contains(word), "{word}: {reasons:?}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_told_without_what_it_holds() {
    for (file, text, place) in [
        ("reroute.toml", "port = 1\nsecret_key = \"zqxmarker\ndebug = true\n", "reroute.toml, line 2"),
        ("reroute.toml", "secret_key = \"zqxmarker\"\nsecret_key = \"zqxmarker\"\n", "reroute.toml, line 2"),
        ("reroute.toml", "secret_key = zqxmarker\n", "reroute.toml, line 1"),
        (".env", "A=1\nSECRET_KEY='zqxmarker\n", ".env"),
        (".env.test", "zqxmarker with no name\n", ".env.test"),
    ] {
        let home = home(&[(file, text)]);
        let reasons = refusal(&home, with(home.path(), &[]));
        assert!(reasons.len() == 1 && reasons[0].contains(place), "{place}: {reasons:?}");
        assert!(!reasons[0].contains("zqx"), "{reasons:?}");
    }
}

#[test]
fn what_the_shop_does_not_have_is_refused() {
    for (files, settings, place) in [
        (&[("reroute.toml", "[app]\nname = \"x\"\n")][..], &[][..], "app.name"),
        (&[], &[("REROUTE_APP_NAME", Some("x"))], "app.name"),
        (&[(".env", "REROUTE_APP_NAME=x")], &[], "app.name"),
    ] {
        let home = home(files);
        let reasons = refusal(&home, with(home.path(), settings));
        assert!(reasons.len() == 1 && reasons[0].starts_with(place), "{reasons:?}");
    }
    // A section that holds nothing asks for nothing.
    assert_eq!(policy(&home(&[("reroute.toml", "[app]\n")]), &[]), "no-referrer");
}

#[test]
fn variables_of_others_are_left_alone() {
    let home = home(&[(".env", "PATH_TO_X=1\nAPP_NAME=x\n")]);
    let settings =
        [("REROUTER_PORT", Some("x")), ("MY_REROUTE_PORT", Some("x")), ("PORT", Some("x")), ("HOST", Some("x"))];
    assert_eq!(policy(&home, &settings), "no-referrer");
}
