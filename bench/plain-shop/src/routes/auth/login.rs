//! Signing in.

use crate::{
    AppState,
    auth::{self, LIFETIME},
    error::Error,
    models::user,
    password,
    validate::{Check, Valid, Validate},
};
use axum::{Json, extract::State};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

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

#[derive(Serialize)]
pub(crate) struct Token {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
}

/// Sign in. An unknown name, a wrong password and a banned account are told alike, in like time.
pub(crate) async fn login(
    State(state): State<AppState>,
    Valid(credentials): Valid<Credentials>,
) -> Result<Json<Token>, Error> {
    let by_name = user::Entity::find().filter(user::Column::Username.eq(credentials.username));
    let account = by_name.one(&state.db).await?;
    let hash = account.as_ref().map(|account| account.password_hash.clone());
    let is_right = password::verify(credentials.password, hash).await?;
    let account = account.filter(|account| is_right && !account.banned);
    let access_token = match account {
        Some(account) => auth::open(&state.db, &account).await?,
        None => None,
    };
    let access_token = access_token.ok_or_else(|| Error::unauthorized("Invalid credentials"))?;
    Ok(Json(Token { access_token, token_type: "bearer", expires_in: LIFETIME.whole_seconds() }))
}
