//! `cargo xtask test`: the whole of what must hold.

use crate::{
    corpora, fuzz, guard_order, lean, needs,
    postgres::PostgresServer,
    run::{Outcome, cargo, run, succeeds},
};
use std::time::Instant;

/// Runs everything, stops at the first thing that does not hold, and says at the end what was left out.
pub(crate) fn test() -> Outcome {
    needs::provide();
    corpora::provide()?;
    let mut left_out = Vec::new();
    let started = Instant::now();
    if needs::component("rustfmt", "fmt") {
        run(cargo(["fmt", "--all"]).args(["--", "--check"]))?;
    } else {
        left_out.push("formatting: rustfmt is not installed");
    }
    if needs::component("clippy", "clippy") {
        run(&mut cargo(["clippy", "--workspace", "--all-targets", "--all-features", "--", "--deny", "warnings"]))?;
        // The smallest set of features is what a hello-world builds.
        run(&mut cargo(["clippy", "--package", "reroute-web", "--", "--deny", "warnings"]))?;
        // Those that know of each other are built without each other, too.
        for feature in ["cache", "compression", "db", "fetch", "files", "html", "pages", "redis"] {
            run(&mut cargo(["clippy", "--package", "reroute-web", "--features", feature, "--", "--deny", "warnings"]))?;
        }
    } else {
        left_out.push("lints: clippy is not installed");
    }
    run(cargo(["doc", "--no-deps", "--all-features"]).env("RUSTDOCFLAGS", "--deny warnings"))?;
    if succeeds(&mut cargo(["nextest", "--version"])) {
        run(&mut cargo(["nextest", "run", "--all-features", "--no-fail-fast"]))?;
        on_postgres()?;
    } else {
        run(&mut cargo(["test", "--all-features", "--all-targets", "--no-fail-fast"]))?;
    }
    run(&mut cargo(["test", "--all-features", "--doc"]))?;
    lean::lean()?;
    guard_order::guard_order()?;
    if !fuzz::fuzz()? {
        left_out.push("fuzzing: cargo-fuzz is not installed");
    }
    for what in &left_out {
        eprintln!("left out: {what}");
    }
    eprintln!("all that was run holds, after {} s", started.elapsed().as_secs());
    Ok(())
}

/// What the shop promises, with PostgreSQL in place of a SQLite file.
fn on_postgres() -> Outcome {
    let server = PostgresServer::start();
    // That a file is locked is SQLite's own.
    let which =
        "binary(/^(attacks|contract|lessons|processes|sign_ins)$/) and not test(/^guards::attack_33_a_database_/)";
    let words = ["nextest", "run", "--package", "shop", "--all-features", "--no-fail-fast", "--filterset", which];
    run(cargo(words).env("SHOP_TEST_POSTGRES", server.url()))
}
