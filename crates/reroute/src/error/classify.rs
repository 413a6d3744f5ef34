use super::{BoxError, Error};

/// What an error of somebody else's means to the caller: nothing, but for the few that a database raises on purpose, and
/// for what another server did not answer.
pub(super) fn classify(source: BoxError) -> Error {
    #[cfg(feature = "fetch")]
    if let Some(error) = source.downcast_ref::<crate::fetch::FetchError>() {
        return Error::new(error.status()).detail(error.told()).caused_by(source);
    }
    #[cfg(feature = "db")]
    if let Some(error) = source.downcast_ref::<sea_orm::DbErr>() {
        return match database_kind(error) {
            Kind::Absent => Error::not_found().caused_by(source),
            Kind::Taken => Error::conflict("It is there already").caused_by(source),
            Kind::Tied => {
                Error::conflict("What it belongs to is not there, or something belongs to it").caused_by(source)
            }
            Kind::Away => Error::unavailable(source),
            // PostgreSQL's texts hold no NUL.
            Kind::Unfit => Error::new(http::StatusCode::UNPROCESSABLE_ENTITY)
                .detail("A text holds a character that cannot be stored")
                .caused_by(source),
            Kind::TooLong => Error::new(http::StatusCode::UNPROCESSABLE_ENTITY)
                .detail("A text is longer than what can be searched for")
                .caused_by(source),
            Kind::Broken => Error::internal(source),
        };
    }
    Error::internal(source)
}

#[cfg(feature = "db")]
enum Kind {
    Absent,
    Taken,
    Tied,
    Away,
    Unfit,
    TooLong,
    Broken,
}

#[cfg(feature = "db")]
fn database_kind(error: &sea_orm::DbErr) -> Kind {
    use sea_orm::{DbErr, RuntimeErr, SqlErr, SqlxError};
    if let DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) = error {
        match &**error {
            SqlxError::Io(_)
            | SqlxError::Tls(_)
            | SqlxError::Protocol(_)
            | SqlxError::PoolTimedOut
            | SqlxError::PoolClosed
            | SqlxError::WorkerCrashed => return Kind::Away,
            SqlxError::Database(error) => match error.code() {
                Some(code) if is_busy(&code) => return Kind::Away,
                Some(code) if matches!(&*code, "22021" | "22P05") => return Kind::Unfit,
                // SQLite's bound on patterns, which has no code of its own.
                _ if error.message() == "LIKE or GLOB pattern too complex" => return Kind::TooLong,
                _ => {}
            },
            _ => {}
        }
    }
    match error {
        DbErr::RecordNotFound(_) | DbErr::RecordNotUpdated => Kind::Absent,
        DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => Kind::Away,
        error if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => Kind::Taken,
        error if matches!(error.sql_err(), Some(SqlErr::ForeignKeyConstraintViolation(_))) => Kind::Tied,
        _ => Kind::Broken,
    }
}

/// Whether the database could not do it just now: SQLite's BUSY (5), LOCKED (6), INTERRUPT (9) and FULL (13) with their extended forms; PostgreSQL's classes of
/// lost connections (08), given up for another transaction (40), exhausted resources (53) and operator intervention (57), to which a statement that
/// took too long belongs, locks that are not to be had (55P03), transactions that idled (25P03), and a server that only reads (25006).
#[cfg(feature = "db")]
fn is_busy(code: &str) -> bool {
    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6 | 9 | 13),
        _ => {
            matches!(code, "25006" | "25P03" | "55P03")
                || ["08", "40", "53", "57"].iter().any(|class| code.starts_with(class))
        }
    }
}
