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
    use sea_orm::{DbErr, SqlErr};
    match error {
        DbErr::RecordNotFound(_) => Kind::Absent,
        DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => Kind::Away,
        error if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => Kind::Taken,
        _ => Kind::Broken,
    }
}
