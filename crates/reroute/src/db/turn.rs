use sea_orm::{ConnAcquireErr, DbBackend, DbErr};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time,
};

/// Whose turn it is to write, on a database that has one writer at a time.
///
/// SQLite's own waiting is a poll without order, in which one of many may wait for ever; in this line nobody is overtaken.
#[derive(Debug, Clone)]
pub(super) struct Turns {
    /// None where the database sees to it itself.
    line: Option<Arc<Semaphore>>,
    patience: Duration,
}

/// It is over when this is dropped.
#[derive(Debug)]
pub(super) struct Turn(Option<OwnedSemaphorePermit>);

impl Turn {
    /// None: where nobody waits in line.
    pub(super) fn none() -> Self {
        Self(None)
    }

    pub(super) fn is_none(&self) -> bool {
        self.0.is_none()
    }
}

impl Turns {
    pub(super) fn on(backend: DbBackend, patience: Duration) -> Self {
        let line = (backend == DbBackend::Sqlite).then(|| Arc::new(Semaphore::new(1)));
        Self { line, patience }
    }

    /// Waits for the turn.
    pub(super) async fn take(&self) -> Result<Turn, DbErr> {
        let Some(line) = &self.line else { return Ok(Turn::none()) };
        match time::timeout(self.patience, line.clone().acquire_owned()).await {
            Ok(Ok(turn)) => Ok(Turn(Some(turn))),
            Ok(Err(_)) => Err(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)),
            Err(_) => Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)),
        }
    }

    /// Waits for the turn, if this statement may write.
    pub(super) async fn take_if_it_writes(&self, sql: &str) -> Result<Turn, DbErr> {
        if self.line.is_none() || only_reads(sql) { Ok(Turn::none()) } else { self.take().await }
    }
}

/// Whether the statement surely reads only. One that begins with a comment or `WITH` may do anything.
fn only_reads(sql: &str) -> bool {
    let sql = sql.trim_start();
    ["SELECT", "VALUES", "EXPLAIN"]
        .iter()
        .any(|word| sql.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use super::only_reads;

    #[test]
    fn what_returns_rows_may_write() {
        for reads in ["SELECT 1", " \n select 1", "EXPLAIN SELECT 1"] {
            assert!(only_reads(reads), "{reads}");
        }
        for writes in
            ["INSERT INTO a VALUES (1) RETURNING id", "WITH a AS (SELECT 1) DELETE FROM b", "", "sel", "--\nSELECT 1"]
        {
            assert!(!only_reads(writes), "{writes}");
        }
    }
}
