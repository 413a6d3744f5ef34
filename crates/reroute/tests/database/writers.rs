//! Many who write at once.

use super::*;
use reroute::sea_orm::TransactionTrait;
use tokio::task::JoinSet;

/// Does `work` this many times at once, and gives back how often it ended well.
async fn at_once<F>(times: usize, work: impl Fn(usize) -> F) -> usize
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let mut all = JoinSet::new();
    for nth in 0..times {
        all.spawn(work(nth));
    }
    all.join_all().await.into_iter().filter(Result::is_ok).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_writers_do_not_fail() {
    for stage in Stage::both(Pool::default()).await {
        let db = stage.db.clone();
        let done = at_once(300, |nth| {
            let db = db.clone();
            async move { add(&db, &format!("entry {nth}")).await }
        });
        assert_eq!(done.await, 300);
        assert_eq!(stage.entries().await, 300);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_that_read_before_they_write_do_not_fail_on_sqlite() {
    let stage = Stage::sqlite(Pool::default()).await;
    stage.run("CREATE TABLE counter (n integer NOT NULL)").await;
    stage.run("INSERT INTO counter VALUES (0)").await;
    let done = at_once(200, |_| {
        let db = stage.db.clone();
        async move {
            let transaction = db.begin().await?;
            let n = number(&transaction, "SELECT n FROM counter").await?;
            transaction.run(sql!("UPDATE counter SET n = :next", next = n + 1)).await?;
            Ok(transaction.commit().await?)
        }
    });
    assert_eq!(done.await, 200);
    assert_eq!(stage.number("SELECT n FROM counter").await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn serializable_transactions_are_tried_again_and_behave_as_if_alone() {
    for stage in Stage::both(Pool::default()).await {
        // Each adds an entry only if it is the next: two that do not see each other would make the same.
        let done = at_once(6, |_| {
            let db = stage.db.clone();
            async move {
                let next = db.serializable(10, async |tx| {
                    let n = number(tx, "SELECT count(*) AS n FROM entries").await?;
                    add(tx, &format!("at {n}")).await?;
                    Ok(n)
                });
                next.await.map(drop)
            }
        });
        let done = done.await as i64;
        assert!(done >= 1);
        assert_eq!(stage.entries().await, done);
        assert_eq!(stage.number("SELECT count(DISTINCT name) AS n FROM entries").await, done);
    }
}

#[tokio::test]
async fn a_serializable_transaction_whose_work_fails_is_not_tried_again() {
    for stage in Stage::both(Pool::default()).await {
        let tries = std::sync::atomic::AtomicUsize::new(0);
        let failed: Result<()> = stage
            .db
            .serializable(5, async |tx| {
                tries.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                add(tx, "a").await?;
                Err(Error::conflict("no"))
            })
            .await;
        assert_eq!(failed.expect_err("it said no").status(), 409);
        assert_eq!((tries.into_inner(), stage.entries().await), (1, 0));
    }
}
