//! A production start that works, and what it leaves alone.

use super::{SAFE, Shop, are_about, home, production, refusal};
use std::{fs, path::Path, process::Command};

/// Everything that the files of a database hold.
fn kept(home: &Path) -> Vec<u8> {
    let files = fs::read_dir(home).expect("the home can be read");
    files.flat_map(|file| fs::read(file.expect("a file").path()).expect("it can be read")).collect()
}

fn holds(kept: &[u8], text: &str) -> bool {
    kept.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn production_serves_what_is_there() {
    let shop = Shop::start().restart_with(&SAFE);
    let get = |target: &str| shop.get(target).header("host", "shop.example.com");
    let listening = format!("listening on http://{}", shop.address);
    assert_eq!(shop.said.iter().filter(|line| **line == listening).count(), 1, "{:?}", shop.said);
    assert!(!shop.said.iter().any(|line| line.contains("WARN") || line.contains("SECRET_KEY")), "{:?}", shop.said);
    for (target, status) in [("/products", 200), ("/products/1", 200), ("/me", 401), ("/nothing", 404)] {
        let mut answer = get(target).send();
        assert_eq!(answer.all("strict-transport-security"), ["max-age=31536000; includeSubDomains"], "{answer:?}");
        answer.headers.retain(|(name, _)| name != "strict-transport-security");
        answer.is(status);
    }
    assert_eq!(get("/products").send().json()["total"], 30);
    for host in ["localhost", "127.0.0.1", "evil.example.com", &shop.address.to_string()] {
        assert_eq!(shop.get("/products").header("host", host).send().status, 400, "{host}");
    }
    // Load balancers ask by address.
    for target in ["/health", "/ready"] {
        assert_eq!(shop.get(target).send().status, 200, "{target}");
    }
}

#[test]
fn production_seeds_and_migrates_nothing() {
    let home = home(&[("shop.db", "")]);
    let url = format!("sqlite:{}", home.path().join("shop.db").display());
    let own = ("DATABASE_URL", Some(&*url));
    // All reasons come in one run.
    let reasons =
        refusal(&home, production(home.path(), &[own, ("SECRET_KEY", None), ("REROUTE_DEBUG", Some("true"))]));
    are_about(&reasons, &["SECRET_KEY", "debug", "migration"]);
    assert!(
        reasons.iter().any(|reason| reason.starts_with("migration: 3 are pending") && reason.contains("db upgrade"))
    );
    assert!(!holds(&kept(home.path()), "CREATE TABLE"));
    let ended = production(home.path(), &[own]).args(["db", "upgrade"]).output().expect("it can be run");
    assert!(ended.status.success(), "{ended:?}");
    let started = Shop::try_start(home.clone(), production(home.path(), &[own]));
    let shop = started.unwrap_or_else(|ended| panic!("{ended:?}"));
    assert_eq!(shop.get("/products").header("host", "shop.example.com").send().json()["total"], 0);
    drop(shop);
    let kept = kept(home.path());
    for made in ["ada", "Teapot", "argon2"] {
        assert!(!holds(&kept, made), "{made}");
    }
    // The same look finds what a start in the test environment makes.
    let shop = Shop::start();
    drop(shop.get("/products").send().is(200));
    assert!(holds(&self::kept(shop.home()), "Teapot"));
}

#[test]
fn production_makes_no_database() {
    let home = home(&[]);
    let url = format!("sqlite:{}", home.path().join("shop.db").display());
    let reasons = refusal(&home, production(home.path(), &[("DATABASE_URL", Some(&url))]));
    are_about(&reasons, &["migration"]);
    assert!(fs::read_dir(home.path()).is_ok_and(|mut files| files.next().is_none()));
}

/// It is one reason of several, and holds no password.
#[test]
fn a_database_that_cannot_be_reached_is_named_without_its_password() {
    let home = home(&[]);
    let url = "postgres://shop:hunter2-secret@127.0.0.1:1/shop";
    let reasons = refusal(&home, production(home.path(), &[("DATABASE_URL", Some(url)), ("SECRET_KEY", None)]));
    are_about(&reasons, &["DATABASE_URL", "SECRET_KEY"]);
    assert!(!reasons.concat().contains("hunter2"), "{reasons:?}");
}

#[test]
fn production_opens_the_database_that_is_named() {
    let prepared = Shop::start();
    let url = format!("sqlite:{}", prepared.home().join("shop.db").display());
    for name in ["DATABASE_URL", "REROUTE_DATABASE_URL"] {
        let home = home(&[]);
        let command = production(home.path(), &[("DATABASE_URL", None), (name, Some(&url))]);
        let shop = Shop::try_start(home.clone(), command).unwrap_or_else(|ended| panic!("{ended:?}"));
        assert_eq!(shop.get("/products").header("host", "shop.example.com").send().json()["total"], 30, "{name}");
    }
}

/// Looking at the routes decides nothing: it needs no setting, and no wrong one stands in its way.
#[test]
fn routes_needs_no_setting() {
    let expected = {
        let home = home(&[]);
        let ended = super::command(home.path()).arg("routes").output().expect("the shop can be started");
        assert!(ended.status.success(), "{ended:?}");
        ended.stdout
    };
    assert!(holds(&expected, "/products/{id}"));
    for (files, variables) in [
        (&[][..], &[][..]),
        (&[], &[("REROUTE_ENV", "production")]),
        (&[], &[("REROUTE_ENV", "prod"), ("REROUTE_PROT", "1"), ("DATABASE_URL", "nonsense")]),
        (&[("reroute.toml", "debgu = [")], &[("REROUTE_HOST", "0.0.0.0")]),
    ] {
        let home = home(files);
        let mut command = Command::new(env!("CARGO_BIN_EXE_shop"));
        command.arg("routes").env_clear().envs(variables.iter().copied()).current_dir(home.path());
        let ended = command.output().expect("the shop can be started");
        assert!(ended.status.success() && ended.stderr.is_empty(), "{variables:?}: {ended:?}");
        assert_eq!(ended.stdout, expected, "{variables:?}");
        assert_eq!(fs::read_dir(home.path()).map(Iterator::count).ok(), Some(files.len()));
    }
}
