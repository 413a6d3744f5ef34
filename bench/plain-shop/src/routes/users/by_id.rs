//! One account.

use crate::{
    AppState,
    auth::{self, Caller},
    error::Error,
    models::user::{self, Role},
    validate::{Check, Valid, Validate},
};
use axum::{
    Json,
    extract::{Path, State},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, DatabaseConnection, EntityTrait, IntoActiveModel, TransactionTrait};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// What a caller may change. Nothing else can be named in the body.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Update {
    username: String,
    email: String,
}

impl Validate for Update {
    fn validate(&self, check: &mut Check) {
        check.username(&self.username);
        check.email(&self.email);
    }
}

#[derive(Serialize)]
pub(crate) struct Deleted {
    deleted: i64,
}

/// Read an account: one's own, or any for an admin. Somebody else's is not found.
pub(crate) async fn read(
    State(state): State<AppState>,
    me: Caller,
    Path(id): Path<i64>,
) -> Result<Json<user::Public>, Error> {
    Ok(Json(find(&state.db, &me, id).await?.into()))
}

/// Change an account.
pub(crate) async fn update(
    State(state): State<AppState>,
    me: Caller,
    Path(id): Path<i64>,
    Valid(update): Valid<Update>,
) -> Result<Json<user::Public>, Error> {
    let mut account = find(&state.db, &me, id).await?.into_active_model();
    account.username = Set(update.username);
    account.email = Set(update.email);
    account.updated_at = Set(OffsetDateTime::now_utc());
    Ok(Json(account.update(&state.db).await?.into()))
}

/// Delete an account.
pub(crate) async fn delete(
    State(state): State<AppState>,
    me: Caller,
    Path(id): Path<i64>,
) -> Result<Json<Deleted>, Error> {
    me.require_role(&[Role::Admin])?;
    let transaction = state.db.begin().await?;
    if user::Entity::delete_by_id(id).exec(&transaction).await?.rows_affected == 0 {
        return Err(Error::not_found());
    }
    auth::revoke_all(&transaction, id).await?;
    transaction.commit().await?;
    // Their posts have gone with them.
    state.kept.forget("posts");
    Ok(Json(Deleted { deleted: id }))
}

async fn find(db: &DatabaseConnection, me: &Caller, id: i64) -> Result<user::Model, Error> {
    let account = user::Entity::find_by_id(id).one(db).await?.ok_or_else(Error::not_found)?;
    me.require_owner_or(Role::Admin, Some(account.id))?;
    Ok(account)
}
