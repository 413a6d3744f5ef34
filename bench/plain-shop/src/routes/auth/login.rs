//! Signing in.

use crate::{
    AppState,
    auth::{
        self,
        tokens::{self, Pair},
    },
    error::Error,
    models::user,
    password,
    validate::{Check, Valid, Validate},
};
use axum::{Json, extract::State};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    username: String,
    password: String,
}

impl Validate for Credentials {
    fn validate(&self, check: &mut Check) {
        check.length("username", &self.username, 0, 128);
        check.length("password", &self.password, 0, 128);
    }
}

/// Sign in. An unknown name, a wrong password and a banned account are told alike, in like time.
pub(crate) async fn login(
    State(state): State<AppState>,
    Valid(credentials): Valid<Credentials>,
) -> Result<Json<Pair>, Error> {
    let by_name = user::Entity::find().filter(user::Column::Username.eq(credentials.username));
    let account = by_name.one(&state.db).await?;
    // Asked before the password is looked at: what ends all sign-ins meanwhile ends this one, too.
    let epoch = auth::epoch_of(&state.db, account.as_ref().map_or(0, |account| account.id)).await?;
    let hash = account.as_ref().map(|account| account.password_hash.clone());
    let is_right = password::verify(credentials.password.clone(), hash).await?;
    let invalid = || Error::unauthorized("Invalid credentials");
    let account = account.filter(|_| is_right).ok_or_else(invalid)?;
    let pair = tokens::issue(&state, account.id, epoch).await?.ok_or_else(invalid)?;
    if password::is_outdated(&account.password_hash) {
        renew(&state.db, &account, password::hash(credentials.password).await?).await?;
    }
    Ok(Json(pair))
}

/// Stores a hash that costs what hashes cost now, unless the password was changed meanwhile.
async fn renew(db: &DatabaseConnection, account: &user::Model, hash: String) -> Result<(), Error> {
    user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::value(hash))
        .filter(user::Column::Id.eq(account.id))
        .filter(user::Column::PasswordHash.eq(&account.password_hash))
        .exec(db)
        .await?;
    Ok(())
}
