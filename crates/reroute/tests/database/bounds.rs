//! What may take how long, and how many.

use super::{support::send, *};
use postgres::PostgresServer;
use reroute::{
    file,
    sea_orm::{TransactionTrait, sqlx::Connection},
};
use std::time::Duration;

#[route]
pub struct Endless {
    db: Db,
    tx: Tx,
}

fn endless(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "SELECT count(*) AS n FROM pg_sleep(3600)",
        _ => "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) AS n FROM c",
    }
}

#[route]
impl Endless {
    #[public]
    async fn get(&self) -> Result<String> {
        Ok(number(&self.db, endless(self.db.get_database_backend())).await?.to_string())
    }

    #[public]
    async fn post(&self) -> Result<String> {
        Ok(number(&self.tx, endless(self.tx.get_database_backend())).await?.to_string())
    }

    #[public]
    async fn delete(&self, Path(name): Path<String>) -> Result<StatusCode> {
        let endless = endless(self.tx.get_database_backend());
        let write = danger::sql(format!("INSERT INTO entries (name) SELECT n || '' FROM ({endless}) AS e"), []);
        if name == "within" {
            let within = self.tx.begin().await?;
            assert!(within.run(write).await.is_err());
            drop(within);
            // On PostgreSQL the outer one goes on; on SQLite it is gone, and what is written now must not stay by itself.
            let _ = add(&self.tx, "after").await;
            return Err(Error::unavailable("it was given up"));
        }
        let written = self.tx.run(write);
        // Whoever goes on after that is not let.
        if written.await.is_err() && name == "on" {
            assert!(add(&self.tx, "after").await.is_err());
            return Ok(StatusCode::CREATED);
        }
        Err(Error::unavailable("it was given up"))
    }

    #[public]
    async fn patch(&self) -> Result<StatusCode> {
        add(&self.tx, "a\0b").await?;
        Ok(StatusCode::CREATED)
    }

    #[public]
    async fn put(&self, Path(name): Path<String>) -> Result<StatusCode> {
        add(&self.db, &name).await?;
        Ok(StatusCode::CREATED)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_takes_too_long_is_given_up() {
    let pool = Pool { connections: 1, statement_timeout: Duration::from_millis(200), ..Pool::default() };
    for stage in Stage::both(pool).await {
        let app = stage.service([file::<Endless>("/endless/{name}", "endless.rs")]);
        for line in ["GET /endless/a", "POST /endless/a"] {
            let answer = send(&app, line, None, "").await;
            assert_eq!(answer.status, 503, "{}", answer.body);
            assert!(!answer.header("retry-after").is_empty());
            for told in ["SELECT", "statement", "interrupt", "cancel"] {
                assert!(!answer.body.contains(told), "{}", answer.body);
            }
        }
        // A write that is given up ends its transaction on SQLite by itself.
        for name in ["stop", "within", "on"].repeat(2) {
            let answer = send(&app, &format!("DELETE /endless/{name}"), None, "").await;
            assert_eq!(answer.status, if name == "on" { 500 } else { 503 }, "{}", answer.body);
            assert_eq!(stage.entries().await, 0);
        }
        if stage.postgres.is_none() {
            let pool = stage.db.connection().get_sqlite_connection_pool();
            let connection = pool.acquire().await.expect("there is one");
            assert!(!connection.is_in_transaction(), "what begins on it would be no transaction of its own");
        }
        // The one connection is good for more.
        assert_eq!(send(&app, "PUT /endless/b", None, "").await.status, 201);
    }
}

#[tokio::test]
async fn who_gets_no_connection_is_told_to_come_again() {
    let pool = Pool { connections: 1, acquire_timeout: Duration::from_millis(200), ..Pool::default() };
    for stage in Stage::both(pool).await {
        let app = stage.service([file::<Endless>("/endless/{name}", "endless.rs")]);
        let holder = stage.db.begin().await.expect("there is one");
        let answer = send(&app, "PUT /endless/a", None, "").await;
        assert_eq!(answer.status, 503, "{}", answer.body);
        assert!(!answer.header("retry-after").is_empty());
        holder.rollback().await.expect("it can be ended");
        assert_eq!(send(&app, "PUT /endless/a", None, "").await.status, 201);
    }
}

#[tokio::test]
async fn errors_of_the_database_tell_what_the_caller_did_and_nothing_else() {
    for stage in Stage::both(Pool::default()).await {
        let app = stage.service([file::<Endless>("/endless/{name}", "endless.rs")]);
        assert_eq!(send(&app, "PUT /endless/a", None, "").await.status, 201);
        let answer = send(&app, "PUT /endless/a", None, "").await;
        assert_eq!(answer.status, 409);
        for told in ["entries", "UNIQUE", "unique", "constraint", "key"] {
            assert!(!answer.body.contains(told), "{}", answer.body);
        }
        // What belongs to something that is not there.
        stage.run("CREATE TABLE notes (entry bigint NOT NULL REFERENCES entries (id))").await;
        let orphan = stage.db.run(sql!("INSERT INTO notes VALUES (4711)")).await;
        assert_eq!(orphan.expect_err("there is no such entry").status(), 409);
        // PostgreSQL keeps no NUL in a text.
        let expected = if stage.postgres.is_some() { 422 } else { 201 };
        let answer = send(&app, "PATCH /endless/a", None, "").await;
        assert_eq!(answer.status, expected, "{}", answer.body);
    }
}

#[tokio::test]
async fn the_time_of_a_statement_is_not_that_of_a_migration() {
    let pool = Pool { statement_timeout: Duration::from_millis(100), ..Pool::default() };
    let stage = Stage::postgres(pool).await;
    let folder = tempfile::tempdir().expect("a folder can be made");
    for nth in 1..=2 {
        let slow = "SELECT count(*) FROM generate_series(1, 3000000)";
        std::fs::write(folder.path().join(format!("000{nth}_slow.up.sql")), slow).expect("it can be written");
    }
    assert!(stage.db.run(sql!("SELECT count(*) FROM generate_series(1, 3000000)")).await.is_err());
    let migrations = reroute::Migrations::read(folder.path()).expect("they can be read");
    assert_eq!(migrations.apply(&stage.db).await.expect("they take their time"), 2);
}

#[tokio::test]
async fn bounds_without_end_and_urls_that_are_none_are_no_surprise() {
    for time in [Duration::ZERO, Duration::MAX] {
        let stage = Stage::sqlite(Pool { statement_timeout: time, ..Pool::default() }).await;
        add(&stage.db, "a").await.expect("it can be written");
        let server = PostgresServer::start();
        let pool = Pool { statement_timeout: time, ..Pool::default() };
        Db::connect_with(&server.url(), false, pool).await.expect("it can be reached");
    }
    for url in ["", "mysql://localhost/a", "sqlite:a?mode=memory", "nonsense"] {
        let error = Db::connect(url, true).await.expect_err("it is none").to_string();
        assert!(error.contains("write `sqlite:FILE`") || error.contains("`sqlite::memory:`"), "{url}: {error}");
    }
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn postgres_over_tls_must_show_the_right_certificate() {
    let ours = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate can be made");
    let other = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate can be made");
    let server = PostgresServer::start_with_tls(&ours.cert.pem(), &ours.signing_key.serialize_pem());
    let folder = tempfile::tempdir().expect("a folder can be made");
    let url = |name: &str, pem: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, pem).expect("it can be written");
        format!("{}?sslmode=verify-full&sslrootcert={}", server.url(), path.display())
    };
    let db = Db::connect(&url("ours.pem", &ours.cert.pem()), false).await.expect("it shows the right one");
    assert_eq!(
        number(&db, "SELECT count(*) AS n FROM pg_stat_ssl WHERE ssl AND pid = pg_backend_pid()").await.expect("asked"),
        1
    );
    let refused = Db::connect(&url("other.pem", &other.cert.pem()), false).await;
    assert_eq!(refused.expect_err("it shows a wrong one").status(), 503);
}
