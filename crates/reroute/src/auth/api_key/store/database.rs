use super::Row;
use crate::{
    auth::{account::Epoch, store, token::Digest},
    error::{Error, Result},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, TransactionTrait,
    sea_query::{Expr, ExprTrait},
};
use time::OffsetDateTime;

mod api_keys {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "api_keys")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        #[sea_orm(indexed)]
        pub(crate) subject: String,
        pub(crate) name: String,
        #[sea_orm(indexed)]
        pub(crate) prefix: String,
        pub(crate) digest: String,
        pub(crate) rate: Option<String>,
        pub(crate) scopes: Option<String>,
        pub(crate) created_at: TimeDateTimeWithTimeZone,
        pub(crate) expires_at: Option<TimeDateTimeWithTimeZone>,
        pub(crate) last_used_at: Option<TimeDateTimeWithTimeZone>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use api_keys::{ActiveModel, Column, Entity, Model};

pub(super) async fn alike(db: &impl ConnectionTrait, prefix: &str) -> Result<Vec<Row>> {
    read(Entity::find().filter(Column::Prefix.eq(prefix)).all(db).await)
}

pub(super) async fn of_account(db: &impl ConnectionTrait, subject: &str) -> Result<Vec<Row>> {
    let now = OffsetDateTime::now_utc();
    let live = Column::ExpiresAt.is_null().or(Column::ExpiresAt.gt(now));
    read(Entity::find().filter(Column::Subject.eq(subject)).filter(live).order_by_asc(Column::Id).all(db).await)
}

pub(super) async fn add(db: &crate::Db, row: Row, epoch: Epoch, most: usize) -> Result<Option<Row>> {
    let transaction = db.begin().await.map_err(Error::unavailable)?;
    // Whoever makes a key for this account, or ends what it has, waits here for the others.
    if store::lock_epoch(&transaction, &row.subject).await.map_err(Error::unavailable)? != epoch {
        transaction.rollback().await.map_err(Error::unavailable)?;
        return Err(Error::unauthorized("Invalid credentials"));
    }
    let mine = Column::Subject.eq(&row.subject);
    let over = Column::ExpiresAt.lte(OffsetDateTime::now_utc());
    Entity::delete_many().filter(mine.clone()).filter(over).exec(&transaction).await.map_err(Error::unavailable)?;
    let count = Entity::find().filter(mine).count(&transaction).await.map_err(Error::unavailable)?;
    if usize::try_from(count).is_ok_and(|count| count >= most) {
        transaction.rollback().await.map_err(Error::unavailable)?;
        return Ok(None);
    }
    let model = ActiveModel {
        id: NotSet,
        subject: Set(row.subject.clone()),
        name: Set(row.name.clone()),
        prefix: Set(row.prefix.clone()),
        digest: Set(row.digest.to_hex()),
        rate: Set(row.rate.map(|rate| rate.to_string())),
        scopes: Set(row.scopes.as_ref().map(|scopes| scopes.join(" "))),
        created_at: Set(row.created.into()),
        expires_at: Set(row.expires.map(Into::into)),
        last_used_at: Set(None),
    };
    let id = Entity::insert(model).exec(&transaction).await.map_err(Error::unavailable)?.last_insert_id;
    transaction.commit().await.map_err(Error::unavailable)?;
    Ok(Some(Row { id, ..row }))
}

pub(super) async fn remove(db: &impl ConnectionTrait, subject: &str, id: i64) -> Result<bool> {
    let gone = Entity::delete_by_id(id).filter(Column::Subject.eq(subject)).exec(db).await;
    Ok(gone.map_err(Error::unavailable)?.rows_affected > 0)
}

pub(super) async fn remove_all(db: &impl ConnectionTrait, subject: &str) -> Result<()> {
    store::lock_epoch(db, subject).await.map_err(Error::unavailable)?;
    Entity::delete_many().filter(Column::Subject.eq(subject)).exec(db).await.map_err(Error::unavailable)?;
    Ok(())
}

pub(super) async fn remove_all_alone(db: &crate::Db, subject: &str) -> Result<()> {
    let transaction = db.begin().await.map_err(Error::unavailable)?;
    remove_all(&transaction, subject).await?;
    transaction.commit().await.map_err(Error::unavailable)
}

pub(super) async fn used(db: &impl ConnectionTrait, id: i64) {
    let now = Expr::value(OffsetDateTime::now_utc());
    let update = Entity::update_many().col_expr(Column::LastUsedAt, now).filter(Column::Id.eq(id));
    if let Err(error) = update.exec(db).await {
        tracing::warn!(%error, "the use of an API key could not be written down");
    }
}

/// A row whose rate cannot be read is none: a key without its limit would be one that was never handed out.
fn read(rows: Result<Vec<Model>, DbErr>) -> Result<Vec<Row>> {
    let rows = rows.map_err(Error::unavailable)?;
    Ok(rows.into_iter().filter_map(row).collect())
}

fn row(model: Model) -> Option<Row> {
    Some(Row {
        id: model.id,
        subject: model.subject,
        name: model.name,
        prefix: model.prefix,
        digest: Digest::from_hex(&model.digest)?,
        rate: model.rate.map(|rate| rate.parse()).transpose().ok()?,
        scopes: model.scopes.map(|scopes| scopes.split_whitespace().map(str::to_owned).collect()),
        created: model.created_at.into(),
        expires: model.expires_at.map(Into::into),
        last_used: model.last_used_at.map(Into::into),
    })
}
