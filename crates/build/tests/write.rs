//! When the generated file is written, and how.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::fs;
use std::time::{Duration, SystemTime};

use common::Package;
use reroute_build::Mode;

fn names_beside(package: &Package) -> Vec<String> {
    let entries = fs::read_dir(package.root().join("src")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn only_what_differs() {
    let package = Package::with(&["index.rs"]);
    assert!(package.generate(Mode::Write).unwrap().written);
    let text = fs::read_to_string(package.generated()).unwrap();
    assert_eq!(text, package.scan().unwrap().render());

    assert!(!package.generate(Mode::Write).unwrap().written);
    fs::write(package.generated(), text.replace('\n', "\r\n")).unwrap();
    assert!(!package.generate(Mode::Check).unwrap().written, "the ends of lines are the checkout's");

    fs::write(package.generated(), text + "\n").unwrap();
    assert!(package.generate(Mode::Write).unwrap().written, "by hand it is not changed");
    assert_eq!(names_beside(&package), ["routes", "routes.rs"]);
}

#[test]
fn as_old_as_the_youngest_input() {
    let package = Package::with(&["index.rs", "users/[id].rs"]);
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let young = old + Duration::from_secs(1_000);
    let set = |path: &str, time| fs::File::open(package.routes().join(path)).unwrap().set_modified(time).unwrap();
    let written = || {
        fs::write(package.generated(), "").unwrap();
        package.generate(Mode::Write).unwrap();
        fs::metadata(package.generated()).unwrap().modified().unwrap()
    };
    for path in [".", "index.rs", "users", "users/[id].rs"] {
        set(path, old);
    }
    assert_eq!(written(), old);
    for path in [".", "index.rs", "users", "users/[id].rs"] {
        set(path, young);
        assert_eq!(written(), young, "{path}");
        set(path, old);
    }
}

#[test]
fn a_stale_one_is_an_error_where_it_is_checked() {
    let package = Package::with(&["index.rs"]);
    let stale =
        "`src/routes.rs` is not what the route files make: run `cargo build` locally and commit `src/routes.rs`";
    assert_eq!(package.generate(Mode::Check).unwrap_err().to_string(), stale);
    assert!(!package.generated().exists());

    package.generate(Mode::Write).unwrap();
    package.generate(Mode::Check).unwrap();
    let text = fs::read(package.generated()).unwrap();

    package.write("index.rs", "#[route] pub struct Renamed;");
    package.write("users.rs", "#[route] pub struct");
    assert_eq!(
        package.generate(Mode::Check).unwrap_err().to_string(),
        format!("{stale}; no valid Rust, so left out: `src/routes/users.rs`")
    );
    assert_eq!(fs::read(package.generated()).unwrap(), text);
}

#[test]
fn what_cannot_be_written() {
    let package = Package::with(&["index.rs"]);
    // No file can take the place of a folder, not even for the superuser.
    fs::create_dir(package.generated()).unwrap();
    let message = package.generate(Mode::Write).unwrap_err().to_string();
    assert!(
        message.starts_with("`src/routes.rs` is not what the route files make and cannot be written (")
            && message.ends_with("): run `cargo build` locally and commit `src/routes.rs`"),
        "{message}"
    );
    assert_eq!(names_beside(&package), ["routes", "routes.rs"], "nothing is left behind");
}

#[cfg(unix)]
#[test]
fn a_read_only_tree() {
    use std::os::unix::fs::PermissionsExt;

    let package = Package::with(&["index.rs"]);
    package.generate(Mode::Write).unwrap();
    let src = package.root().join("src");
    let allow = |mode| fs::set_permissions(&src, fs::Permissions::from_mode(mode)).unwrap();

    allow(0o555);
    let is_superuser = fs::write(src.join("probe"), "").is_ok();
    assert!(!package.generate(Mode::Write).unwrap().written, "up to date");
    package.add("users.rs");
    let outcome = package.generate(Mode::Write);
    allow(0o755);
    assert_eq!(outcome.is_ok(), is_superuser);
}
