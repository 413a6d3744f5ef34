//! What a start says of a database that is not what the migrations make of it.

use super::{KEY, Shop, are_about, command, home, production, refusal};
use reroute::{Db, Queries, Sql, sql};
use std::{path::Path, sync::Arc};
use tempfile::TempDir;

/// A database that was up to date before this was done to it.
fn changed(statement: Sql) -> Arc<TempDir> {
    let home = home(&[]);
    let ended = command(home.path()).args(["db", "upgrade"]).output().expect("the shop can be started");
    assert!(ended.status.success(), "{ended:?}");
    let url = url(home.path());
    let done: reroute::Result<_> =
        reroute::runtime::block_on(async { Db::connect(&url, false).await?.run(statement).await });
    done.expect("the statement runs");
    home
}

fn url(home: &Path) -> String {
    super::support::database_url(home)
}

fn each() -> [(Sql, &'static str); 3] {
    let unknown = sql!(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         SELECT 7, 'by others', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1"
    );
    [
        (
            sql!("UPDATE _sqlx_migrations SET checksum = :other WHERE version = 2", other = vec![0_u8]),
            "0002_shop.up.sql has changed",
        ),
        (
            sql!("UPDATE _sqlx_migrations SET success = FALSE WHERE version = 2"),
            "0002_shop was begun and has not finished",
        ),
        (unknown, "0007_by_others is applied, and there is no file of it"),
    ]
}

#[test]
fn production_names_what_has_drifted_beside_all_else() {
    for (statement, said) in each() {
        let home = changed(statement);
        let url = url(home.path());
        let changes = [
            ("DATABASE_URL", Some(&*url)),
            ("SECRET_KEY", None),
            ("REROUTE_TLS_CERTIFICATE", Some("nowhere.pem")),
            ("REROUTE_TLS_KEY", Some("nowhere.pem")),
            ("REDIS_URL", Some("nonsense")),
            ("REROUTE_DEBUG", Some("true")),
        ];
        let reasons = refusal(&home, production(home.path(), &changes));
        are_about(&reasons, &["SECRET_KEY", "debug", "migration", "redis_url", "tls_certificate"]);
        let migration = reasons.iter().find(|reason| reason.starts_with("migration:"));
        assert!(migration.is_some_and(|reason| reason.contains(said)), "{reasons:?}");
    }
}

#[test]
fn lesson_migrations_development_names_the_drifted_file_and_how_to_begin_anew() {
    for (statement, said) in each() {
        let home = changed(statement);
        let mut serve = command(home.path());
        serve.env("SECRET_KEY", KEY);
        let reasons = refusal(&home, serve);
        assert!(reasons.iter().any(|reason| reason.contains(said)), "{reasons:?}");
        assert!(reasons.iter().any(|reason| reason.contains("db reset")), "{reasons:?}");
        let ended = command(home.path()).args(["db", "reset", "--yes"]).output().expect("the shop can be started");
        assert!(ended.status.success(), "{ended:?}");
        let started = Shop::try_start(home.clone(), command(home.path()));
        assert_eq!(started.unwrap_or_else(|ended| panic!("{ended:?}")).get("/products").send().status, 200);
    }
}
