use super::{BoxError, Error};

/// What an error of somebody else's means to the caller: nothing, but for the few that a database raises on purpose.
pub(super) fn classify(source: BoxError) -> Error {
    #[cfg(feature = "db")]
    if let Some(error) = source.downcast_ref::<sea_orm::DbErr>() {
        return match database_kind(error) {
            Kind::Absent => Error::not_found().caused_by(source),
            Kind::Taken => Error::conflict("It is there already").caused_by(source),
            Kind::Away => Error::unavailable(source),
            Kind::Broken => Error::internal(source),
        };
    }
    Error::internal(source)
}

#[cfg(feature = "db")]
enum Kind {
    Absent,
    Taken,
    Away,
    Broken,
}

#[cfg(feature = "db")]
fn database_kind(error: &sea_orm::DbErr) -> Kind {
    use sea_orm::{DbErr, RuntimeErr, SqlErr, SqlxError};
    if let DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) = error {
        match &**error {
            SqlxError::Io(_) | SqlxError::PoolTimedOut | SqlxError::PoolClosed | SqlxError::WorkerCrashed => {
                return Kind::Away;
            }
            SqlxError::Database(error) if error.code().is_some_and(|code| is_busy(&code)) => return Kind::Away,
            _ => {}
        }
    }
    match error {
        DbErr::RecordNotFound(_) => Kind::Absent,
        DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => Kind::Away,
        error if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => Kind::Taken,
        _ => Kind::Broken,
    }
}

/// Whether the database could not do it just now: SQLite's BUSY (5) and LOCKED (6) with their extended forms, PostgreSQL's classes of lost
/// connections (08), exhausted resources (53) and operator intervention (57P).
#[cfg(feature = "db")]
fn is_busy(code: &str) -> bool {
    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6),
        _ => code.starts_with("08") || code.starts_with("53") || code.starts_with("57P"),
    }
}
