//! The transaction of a request.

use super::{support::send, *};
use reroute::{file, sea_orm::TransactionTrait, testing::Server};
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{io::AsyncWriteExt, net::TcpStream};

/// How many transactions said that they were committed; and how many of those that never end have begun, in thousands.
static OVER: AtomicUsize = AtomicUsize::new(0);
/// One that somebody kept.
static KEPT: Mutex<Option<Tx>> = Mutex::new(None);

#[route]
pub struct Entries {
    tx: Tx,
}

#[route]
impl Entries {
    /// Writes an entry of this name, and ends as the name says.
    #[public]
    #[timeout("200 ms")]
    async fn post(&self, Path(name): Path<String>, tx: Tx) -> Result<Response> {
        tx.after_commit(|| {
            OVER.fetch_add(1, Ordering::Relaxed);
        });
        add(&self.tx, &name).await?;
        // The field and the argument are one.
        assert_eq!(number(&tx, "SELECT count(*) AS n FROM entries").await?, 1);
        match &*name {
            "error" => return Err(Error::conflict("not now")),
            "status" => return Ok(StatusCode::BAD_REQUEST.into_response()),
            "panic" => panic!("on purpose"),
            "slow" => std::future::pending::<()>().await,
            // PostgreSQL would write nothing and say that all is well.
            "swallowed" => assert!(add(&tx, &name).await.is_err()),
            "nested" => {
                let within = tx.begin().await?;
                assert!(add(&within, &name).await.is_err());
                within.rollback().await?;
                add(&tx, "second").await?;
            }
            "kept" => *KEPT.lock().unwrap_or_else(PoisonError::into_inner) = Some(tx.clone()),
            _ => {}
        }
        Ok(StatusCode::CREATED.into_response())
    }

    /// Writes an entry, and never ends.
    #[public]
    #[timeout("1 h")]
    async fn put(&self, Path(name): Path<String>) -> Result<StatusCode> {
        add(&self.tx, &name).await?;
        OVER.fetch_add(1000, Ordering::Relaxed);
        std::future::pending().await
    }

    /// Asks for a transaction and does not use it.
    #[public]
    async fn get(&self) -> StatusCode {
        StatusCode::OK
    }

    /// What comes after the end is told so.
    async fn after_request(&self, response: &mut Response) {
        if add(&self.tx, "too late").await.is_ok() {
            *response.status_mut() = StatusCode::IM_A_TEAPOT;
        }
    }
}

/// Two connections, so that one which is not given back is missed at once.
const SMALL: Pool =
    Pool { connections: 2, acquire_timeout: Duration::from_secs(2), statement_timeout: Duration::from_secs(30) };

#[tokio::test]
async fn attack_131_a_transaction_ends_as_the_answer_says_and_its_connection_comes_back_clean() {
    for stage in Stage::both(SMALL).await {
        let app = stage.service([file::<Entries>("/entries/{name}", "entries.rs")]);
        for (name, status, written) in [
            ("ok", 201, 1),
            ("error", 409, 0),
            ("status", 400, 0),
            ("panic", 500, 0),
            ("slow", 503, 0),
            ("swallowed", 500, 0),
            ("nested", 201, 2),
        ] {
            // More often than there are connections.
            for _ in 0..5 {
                OVER.store(0, Ordering::Relaxed);
                let answer = send(&app, &format!("POST /entries/{name}"), None, "").await;
                assert_eq!(answer.status, status, "{name}: {}", answer.body);
                assert_eq!(stage.entries().await, written, "{name}");
                assert_eq!(OVER.load(Ordering::Relaxed), usize::from(written > 0), "{name}");
                stage.run("DELETE FROM entries").await;
            }
        }
    }
}

#[tokio::test]
async fn attack_131_a_client_that_goes_away_takes_its_transaction_with_it() {
    for stage in Stage::both(SMALL).await {
        let app = stage.app([file::<Entries>("/entries/{name}", "entries.rs")]);
        let server = Server::start(app).await.expect("the application starts");
        for _ in 0..5 {
            OVER.store(0, Ordering::Relaxed);
            let mut client = TcpStream::connect(server.address()).await.expect("it listens");
            client.write_all(b"PUT /entries/gone HTTP/1.1\r\nhost: localhost\r\n\r\n").await.expect("it reads");
            until(|| OVER.load(Ordering::Relaxed) == 1000).await;
            drop(client);
            // On SQLite nobody else could write before.
            let again = async { while add(&stage.db, "next").await.is_err() {} };
            tokio::time::timeout(Duration::from_secs(10), again).await.expect("the connection comes back");
            assert_eq!(stage.entries().await, 1);
            stage.run("DELETE FROM entries").await;
        }
        server.stop().await.expect("it stops");
    }
}

#[tokio::test]
async fn a_transaction_that_somebody_keeps_is_over_with_its_request() {
    for stage in Stage::both(SMALL).await {
        let app = stage.service([file::<Entries>("/entries/{name}", "entries.rs")]);
        assert_eq!(send(&app, "POST /entries/kept", None, "").await.status, 201);
        let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner).take().expect("it was kept");
        assert!(add(&kept, "late").await.is_err());
        assert_eq!(stage.entries().await, 1);
    }
}

#[tokio::test]
async fn a_transaction_that_is_not_used_costs_no_connection() {
    let stage = Stage::sqlite(Pool { connections: 1, ..SMALL }).await;
    let app = stage.service([file::<Entries>("/entries/{name}", "entries.rs")]);
    let _holder = stage.db.begin().await.expect("there is a connection");
    assert_eq!(send(&app, "GET /entries/a", None, "").await.status, 200);
}

/// Writes before it is known whether the answer is kept.
#[cfg(feature = "cache")]
#[route]
pub struct Visits {
    tx: Tx,
}

#[cfg(feature = "cache")]
#[route]
impl Visits {
    async fn before_request(&mut self, _: &RequestHead<'_>) -> Result<()> {
        self.tx.run(sql!("INSERT INTO entries (name) SELECT 'visit ' || count(*) FROM entries")).await.map(drop)
    }

    #[public]
    #[cache("1 h", shared = "it is the same text for everybody")]
    async fn get(&self) -> &'static str {
        "hello"
    }
}

#[cfg(feature = "cache")]
#[tokio::test]
async fn a_kept_answer_ends_the_transaction_like_any_other() {
    for stage in Stage::both(SMALL).await {
        let cache = reroute::cache::Cache::new(10, 1 << 20);
        let app = stage.app([file::<Visits>("/visits", "visits.rs")]).cache(cache).into_service().expect("it starts");
        for visits in 1..=3 {
            assert_eq!(send(&app, "GET /visits", None, "").await.status, 200);
            assert_eq!(stage.entries().await, visits);
        }
    }
}

async fn until(mut holds: impl FnMut() -> bool) {
    let wait = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait).await.expect("it comes to that");
}
