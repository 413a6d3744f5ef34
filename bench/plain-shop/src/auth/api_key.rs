//! Keys that programs come with, in `X-API-Key`.

use super::{Caller, Credential, digest, epoch_of, raise_epoch, random};
use crate::{
    AppState,
    error::Error,
    limit::Rate,
    models::{
        api_key::{ActiveModel, Column, Entity, Model},
        user,
    },
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter, TransactionTrait,
    sea_query::Expr,
};
use time::OffsetDateTime;

/// How many keys an account can have.
const MOST: u64 = 10;

/// How many characters of a key its owner is shown.
const SHOWN: usize = 12;

pub(super) async fn caller(state: &AppState, key: &[u8]) -> Result<Caller, Error> {
    let invalid = || Error::unauthorized("Invalid API key");
    // What is looked up is a digest: how long that takes tells nothing of the keys that there are.
    let found = Entity::find().filter(Column::Digest.eq(digest(key))).one(&state.db).await?;
    let key = found.ok_or_else(invalid)?;
    let user = user::Entity::find_by_id(key.user_id).one(&state.db).await?;
    let user = user.filter(|user| !user.banned).ok_or_else(invalid)?;
    state.key_limits.admit(user.id, key.id, &key.rate)?;
    let now = Expr::value(OffsetDateTime::now_utc());
    Entity::update_many().col_expr(Column::LastUsedAt, now).filter(Column::Id.eq(key.id)).exec(&state.db).await?;
    Ok(Caller::new(user, Credential::ApiKey))
}

/// Makes a key, and gives its text, which is not to be had again.
pub(crate) async fn create(
    db: &DatabaseConnection,
    user: i64,
    name: String,
    rate: Rate,
) -> Result<(Model, String), Error> {
    let text = format!("key_{}", random::<32>()?);
    let epoch = epoch_of(db, user).await?;
    let account = user::Entity::find_by_id(user).one(db).await?;
    if account.is_none_or(|account| account.banned) {
        return Err(Error::unauthorized("Invalid credentials"));
    }
    let transaction = db.begin().await?;
    // Whoever makes a key for this account, or ends what it has, waits here for the others.
    raise_epoch(&transaction, user, 0).await?;
    if epoch_of(&transaction, user).await? != epoch {
        return Err(Error::unauthorized("Invalid credentials"));
    }
    if Entity::find().filter(Column::UserId.eq(user)).count(&transaction).await? >= MOST {
        return Err(Error::conflict(format!("There are {MOST} keys already: delete one")));
    }
    let key = ActiveModel {
        id: NotSet,
        user_id: Set(user),
        name: Set(name),
        prefix: Set(text[..SHOWN].to_owned()),
        digest: Set(digest(&text)),
        rate: Set(rate.to_string()),
        created_at: Set(OffsetDateTime::now_utc()),
        last_used_at: Set(None),
    };
    let key = key.insert(&transaction).await?;
    transaction.commit().await?;
    Ok((key, text))
}

/// Ends a key of this account, if it has it.
pub(crate) async fn remove(db: &DatabaseConnection, user: i64, id: i64) -> Result<(), Error> {
    let gone = Entity::delete_by_id(id).filter(Column::UserId.eq(user)).exec(db).await?;
    if gone.rows_affected == 0 { Err(Error::not_found()) } else { Ok(()) }
}

pub(super) async fn remove_all(db: &impl ConnectionTrait, user: i64) -> Result<(), Error> {
    Entity::delete_many().filter(Column::UserId.eq(user)).exec(db).await?;
    Ok(())
}
