use super::{Life, Row};
use crate::{
    auth::{account::Epoch, token::Digest},
    error::{Error, Result},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};
use std::time::SystemTime;
use time::OffsetDateTime;

mod sessions {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "auth_sessions")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) digest: String,
        pub(crate) subject: String,
        pub(crate) epoch: i64,
        #[sea_orm(indexed)]
        pub(crate) expires_at: TimeDateTimeWithTimeZone,
        #[sea_orm(indexed)]
        pub(crate) seen_at: TimeDateTimeWithTimeZone,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use sessions::{ActiveModel, Column, Entity};

pub(super) async fn add(db: &impl ConnectionTrait, digest: &Digest, row: &Row, life: Life) -> Result<()> {
    let now = OffsetDateTime::now_utc();
    let over = Column::ExpiresAt.lte(now).or(Column::SeenAt.lte(now - life.idle));
    // Tidying up: whether it is done now or with the next one is all the same.
    let _ = Entity::delete_many().filter(over).exec(db).await;
    let model = ActiveModel {
        digest: Set(digest.to_hex()),
        subject: Set(row.subject.clone()),
        epoch: Set(row.epoch.0),
        expires_at: Set(row.expires.into()),
        seen_at: Set(row.seen.into()),
    };
    Entity::insert(model).exec_without_returning(db).await.map_err(Error::unavailable)?;
    Ok(())
}

pub(super) async fn find(db: &impl ConnectionTrait, digest: &Digest) -> Result<Option<Row>> {
    let found = Entity::find_by_id(digest.to_hex()).one(db).await.map_err(Error::unavailable)?;
    Ok(found.map(|model| Row {
        subject: model.subject,
        epoch: Epoch(model.epoch),
        expires: model.expires_at.into(),
        seen: model.seen_at.into(),
    }))
}

/// Where it cannot be written, the session ends the earlier for it.
pub(super) async fn used(db: &impl ConnectionTrait, digest: &Digest, now: SystemTime) {
    let now = Expr::value(OffsetDateTime::from(now));
    let update = Entity::update_many().col_expr(Column::SeenAt, now).filter(Column::Digest.eq(digest.to_hex()));
    if let Err(error) = update.exec(db).await {
        tracing::warn!(%error, "the use of a session could not be written down");
    }
}

pub(super) async fn remove(db: &impl ConnectionTrait, digest: &Digest) -> Result<()> {
    Entity::delete_by_id(digest.to_hex()).exec(db).await.map_err(Error::unavailable)?;
    Ok(())
}
