//! Attack 102 by a client that is not ours: `driver.py`, on Python's h2 package.

use super::support::Shop;
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A Python that has the package: that of `cargo xtask test`, or the machine's own.
fn python() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is within the target folder");
    let ours = target.join("h2-driver");
    let has_package = |python: &PathBuf| {
        let tried = Command::new(python).args(["-c", "import h2, hyperframe"]).stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    };
    let python = [ours.join("bin/python"), "python3".into()].into_iter().find(has_package);
    python.unwrap_or_else(|| {
        panic!(
            "This test needs Python 3 with the package h2, which `cargo xtask test` installs. By hand:\n\
             python3 -m venv {ours} && {ours}/bin/pip install -r {here}/driver-requirements.txt",
            ours = ours.display(),
            here = here().display(),
        )
    })
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/floods")
}

/// How each flood ended, and what an honest request was answered with afterwards.
fn driven(shop: &Shop) -> Vec<Value> {
    let mut driver = Command::new(python());
    driver.arg(here().join("driver.py")).arg(shop.address.ip().to_string()).arg(shop.address.port().to_string());
    let ended = driver.output().expect("Python starts");
    let (said, errors) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert!(ended.status.success(), "{said}{errors}");
    let line = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {said}"));
    said.lines().map(line).collect()
}

fn check(shop: &Shop) {
    const ENHANCE_YOUR_CALM: &str = "GOAWAY 11";
    let outcomes = driven(shop);
    let ends: Vec<_> = outcomes.iter().map(|outcome| json!([outcome["flood"], outcome["end"]])).collect();
    assert_eq!(
        json!(ends),
        json!([
            ["rapid_reset", ENHANCE_YOUR_CALM],
            // These are answered until they outweigh all else, and then cut without a word.
            ["settings", "closed"],
            ["ping", "closed"],
            ["empty_data", ENHANCE_YOUR_CALM],
            ["continuation", ENHANCE_YOUR_CALM],
        ]),
        "{outcomes:?}"
    );
    assert!(outcomes.iter().all(|outcome| outcome["status"] == 200), "{outcomes:?}");
}

#[test]
fn attack_102_floods_by_another_client() {
    let shop = Shop::start();
    #[cfg(target_os = "linux")]
    super::memory::is_flat_while(&shop, || check(&shop));
    #[cfg(not(target_os = "linux"))]
    check(&shop);
}
