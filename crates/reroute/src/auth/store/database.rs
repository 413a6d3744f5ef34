use super::{Epoch, Family, FamilyId, Rotation};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use std::fmt::Write;
use time::OffsetDateTime;

/// Accounts whose sign-ins were ended at once.
mod epochs {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "auth_epochs")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) subject: String,
        pub(crate) epoch: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Lines of refresh tokens.
mod families {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "auth_families")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: String,
        pub(crate) subject: String,
        pub(crate) epoch: i64,
        pub(crate) generation: i64,
        #[sea_orm(indexed)]
        pub(crate) expires_at: TimeDateTimeWithTimeZone,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) async fn epoch(db: &impl ConnectionTrait, subject: &str) -> Result<Epoch, DbErr> {
    let found = epochs::Entity::find_by_id(subject).one(db).await?;
    Ok(Epoch(found.map_or(0, |found| found.epoch)))
}

pub(super) async fn raise_epoch(db: &impl ConnectionTrait, subject: &str) -> Result<(), DbErr> {
    let first = epochs::ActiveModel { subject: Set(subject.to_owned()), epoch: Set(1) };
    let next = Expr::col((epochs::Entity, epochs::Column::Epoch)).add(1);
    let again = OnConflict::column(epochs::Column::Subject).value(epochs::Column::Epoch, next).to_owned();
    epochs::Entity::insert(first).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}

/// The account's epoch, which nobody else raises or locks until the transaction is over.
pub(in crate::auth) async fn lock_epoch(db: &impl ConnectionTrait, subject: &str) -> Result<Epoch, DbErr> {
    let first = epochs::ActiveModel { subject: Set(subject.to_owned()), epoch: Set(0) };
    let same = Expr::col((epochs::Entity, epochs::Column::Epoch));
    let again = OnConflict::column(epochs::Column::Subject).value(epochs::Column::Epoch, same).to_owned();
    epochs::Entity::insert(first).on_conflict(again).exec_without_returning(db).await?;
    epoch(db, subject).await
}

pub(super) async fn found(db: &impl ConnectionTrait, id: &FamilyId, family: Family) -> Result<(), DbErr> {
    let over = families::Column::ExpiresAt.lte(OffsetDateTime::now_utc());
    // Tidying up: whether it is done now or with the next one is all the same.
    let _ = families::Entity::delete_many().filter(over).exec(db).await;
    let row = families::ActiveModel {
        id: Set(name(id)),
        subject: Set(family.subject),
        epoch: Set(family.epoch.0),
        generation: Set(family.generation),
        expires_at: Set(family.expires.into()),
    };
    families::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub(super) async fn family(db: &impl ConnectionTrait, id: &FamilyId) -> Result<Option<Family>, DbErr> {
    let found = families::Entity::find_by_id(name(id)).one(db).await?;
    Ok(found.map(|row| Family {
        subject: row.subject,
        epoch: Epoch(row.epoch),
        generation: row.generation,
        expires: row.expires_at.into(),
    }))
}

pub(super) async fn rotate(db: &impl ConnectionTrait, id: &FamilyId, generation: i64) -> Result<Rotation, DbErr> {
    let rotated = families::Entity::update_many()
        .col_expr(families::Column::Generation, Expr::value(generation + 1))
        .filter(families::Column::Id.eq(name(id)))
        .filter(families::Column::Generation.eq(generation))
        .exec(db)
        .await?;
    Ok(if rotated.rows_affected == 1 { Rotation::Done } else { Rotation::Missed })
}

pub(super) async fn end(db: &impl ConnectionTrait, id: &FamilyId) -> Result<(), DbErr> {
    families::Entity::delete_by_id(name(id)).exec(db).await?;
    Ok(())
}

fn name(id: &FamilyId) -> String {
    id.iter().fold(String::with_capacity(32), |mut name, byte| {
        // Writing to a string cannot fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}
