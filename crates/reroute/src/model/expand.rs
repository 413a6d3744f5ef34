//! What `#[model]` writes names these.
#![allow(missing_docs, reason = "only generated code names these")]

use sea_orm::{ActiveValue, Value};
use serde::{Serialize, Serializer};
use std::fmt;
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// What the code of SeaORM's macros expects around it. A glob, so that what the user imports beside it is no second of the name.
pub mod scope {
    pub use sea_orm::{
        self,
        entity::prelude::{
            ActiveBelongsTo, ActiveEnum, ActiveHasMany, ActiveHasOne, ActiveModelBehavior, ActiveModelTrait, BelongsTo,
            ColumnDef, ColumnTrait, ColumnType, ColumnTypeTrait, ConnectionTrait, CursorTrait, DbErr, DeriveActiveEnum,
            DeriveActiveModel, DeriveActiveModelBehavior, DeriveActiveModelEx, DeriveColumn, DeriveDisplay,
            DeriveEntity, DeriveEntityModel, DeriveIden, DeriveIntoActiveModel, DeriveModel, DeriveModelEx,
            DerivePartialModel, DerivePrimaryKey, DeriveRelatedEntity, DeriveRelation, DeriveValueType, DynIden,
            EntityName, EntityTrait, EnumIter, Expr, ForeignKeyAction, HasMany, HasOne, Iden, IdenStatic, Linked,
            LoaderTrait, ModelTrait, PaginatorTrait, PrimaryKeyArity, PrimaryKeyToColumn, PrimaryKeyTrait, QueryFilter,
            Related, RelatedSelfVia, RelationDef, RelationTrait, Select, StringLen, TimeDateTimeWithTimeZone,
            async_trait,
        },
    };
}

/// The time, as both databases keep and sort it: in microseconds, which is what PostgreSQL has, the last digit of which is none that
/// SQLite's text would leave off, since it sorts times as text.
pub fn now() -> OffsetDateTime {
    let now = OffsetDateTime::now_utc();
    let micros = now.microsecond();
    now.replace_microsecond(if micros.is_multiple_of(10) { micros + 1 } else { micros }).unwrap_or(now)
}

/// A value on its way into the database. The traits put times into UTC, since SQLite sorts them as text, and leave all else alone.
pub struct Kept<'a, T>(pub &'a mut ActiveValue<T>)
where
    Value: From<T>;

pub trait KeepsTime {
    fn keep(&mut self);
}

impl KeepsTime for Kept<'_, OffsetDateTime> {
    fn keep(&mut self) {
        if let ActiveValue::Set(time) = self.0 {
            *time = in_utc(*time);
        }
    }
}

impl KeepsTime for Kept<'_, Option<OffsetDateTime>> {
    fn keep(&mut self) {
        if let ActiveValue::Set(Some(time)) = self.0 {
            *time = in_utc(*time);
        }
    }
}

fn in_utc(time: OffsetDateTime) -> OffsetDateTime {
    // What has no year there stays as it is: the database refuses it.
    time.checked_to_offset(UtcOffset::UTC).unwrap_or(time)
}

pub trait KeepsAnything {
    fn keep(&mut self) {}
}

impl<T> KeepsAnything for &mut Kept<'_, T> where Value: From<T> {}

/// In place of a value that nobody may see.
pub struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}

/// A value on its way out. The traits give times as RFC 3339, and all else as it is.
pub struct Shown<'a, T>(pub &'a T);

/// A time, in UTC.
pub struct Text(Option<OffsetDateTime>);

pub trait AsText {
    fn shown(&self) -> Text;
}

impl AsText for Shown<'_, OffsetDateTime> {
    fn shown(&self) -> Text {
        Text(Some(*self.0))
    }
}

impl AsText for Shown<'_, Option<OffsetDateTime>> {
    fn shown(&self) -> Text {
        Text(*self.0)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            None => serializer.serialize_none(),
            Some(time) => {
                let text = in_utc(time).format(&Rfc3339).map_err(serde::ser::Error::custom)?;
                serializer.serialize_str(&text)
            }
        }
    }
}

pub trait AsItIs<'a> {
    type Value;

    fn shown(&self) -> &'a Self::Value;
}

impl<'a, T: Serialize> AsItIs<'a> for &Shown<'a, T> {
    type Value = T;

    fn shown(&self) -> &'a T {
        self.0
    }
}
