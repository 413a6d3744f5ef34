//! A PostgreSQL that goes away and comes back.

use super::{support::send, *};
use reroute::file;
use std::time::Duration;

#[route]
pub struct Names {
    db: Db,
    tx: Tx,
}

#[route]
impl Names {
    #[public]
    async fn get(&self) -> Result<String> {
        Ok(number(&self.db, "SELECT count(*) AS n FROM entries").await?.to_string())
    }

    #[public]
    async fn post(&self, Path(name): Path<String>) -> Result<StatusCode> {
        add(&self.tx, &name).await?;
        Ok(StatusCode::CREATED)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_away_it_is_503_and_then_it_works_again() {
    let pool = Pool { acquire_timeout: Duration::from_millis(200), ..Pool::default() };
    let mut stage = Stage::postgres(pool).await;
    let app = stage.service([file::<Names>("/names/{name}", "names.rs")]);
    for round in 0..3 {
        assert_eq!(send(&app, &format!("POST /names/{round}"), None, "").await.status, 201);
        stage.postgres.as_mut().expect("it is one").stop();
        for line in ["GET /names/a", "POST /names/a"].repeat(2) {
            let answer = send(&app, line, None, "").await;
            assert_eq!(answer.status, 503, "{line}: {}", answer.body);
            assert!(!answer.header("retry-after").is_empty());
            for told in ["postgres", "127.0.0.1", "refused", "pool", "terminat"] {
                assert!(!answer.body.to_lowercase().contains(told), "{}", answer.body);
            }
        }
        assert!(stage.postgres.as_mut().expect("it is one").again());
        let answer = send(&app, "GET /names/a", None, "").await;
        assert_eq!((answer.status, answer.body), (200, (round + 1).to_string()));
    }
}
