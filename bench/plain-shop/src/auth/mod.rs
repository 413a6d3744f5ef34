//! Who is calling: by a bearer token, or by an API key.

pub(crate) mod api_key;
pub(crate) mod tokens;

use crate::{
    AppState,
    error::Error,
    models::{
        epoch, family,
        user::{self, Role},
    },
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait, EntityTrait, ExprTrait,
    sea_query::{Expr, OnConflict},
};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use time::OffsetDateTime;

/// The account that the request's token or key belongs to.
pub(crate) struct Caller {
    pub(crate) id: i64,
    pub(crate) username: String,
    pub(crate) role: Role,
    pub(crate) by: Credential,
}

/// What a caller came with.
pub(crate) enum Credential {
    /// A token of this family.
    Token(String),
    ApiKey,
}

impl Caller {
    /// Lets in callers of one of these roles.
    pub(crate) fn require_role(&self, roles: &[Role]) -> Result<(), Error> {
        if roles.contains(&self.role) { Ok(()) } else { Err(Error::forbidden("")) }
    }

    /// Lets in the owner, and callers of this role. For all others it is not there.
    pub(crate) fn require_owner_or(&self, role: Role, owner: Option<i64>) -> Result<(), Error> {
        if owner == Some(self.id) || self.role == role { Ok(()) } else { Err(Error::not_found()) }
    }

    fn new(user: user::Model, by: Credential) -> Self {
        Self { id: user.id, username: user.username, role: user.role, by }
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        if let Some(token) = bearer(&parts.headers) {
            return by_token(state, token).await;
        }
        match parts.headers.get("x-api-key") {
            Some(key) => api_key::caller(state, key.as_bytes()).await,
            None => Err(Error::unauthorized("Sign in first")),
        }
    }
}

async fn by_token(state: &AppState, token: &str) -> Result<Caller, Error> {
    let id = state.signer.read_access(token)?;
    let family = family::Entity::find_by_id(id).one(&state.db).await?;
    let family = family.ok_or_else(|| Error::unauthorized("Invalid token"))?;
    if family.expires_at <= OffsetDateTime::now_utc() {
        return Err(Error::unauthorized("Token expired"));
    }
    let user = standing(&state.db, family.user_id, family.epoch).await?;
    let user = user.ok_or_else(|| Error::unauthorized("Invalid token"))?;
    Ok(Caller::new(user, Credential::Token(family.id)))
}

/// The account, unless it is banned, gone, or in another epoch by now.
async fn standing(db: &impl ConnectionTrait, user: i64, epoch: i64) -> Result<Option<user::Model>, Error> {
    if epoch_of(db, user).await? != epoch {
        return Ok(None);
    }
    let user = user::Entity::find_by_id(user).one(db).await?;
    Ok(user.filter(|user| !user.banned))
}

/// The epoch of an account.
pub(crate) async fn epoch_of(db: &impl ConnectionTrait, user: i64) -> Result<i64, Error> {
    let found = epoch::Entity::find_by_id(user).one(db).await?;
    Ok(found.map_or(0, |found| found.epoch))
}

/// Ends all sign-ins and keys of an account.
pub(crate) async fn revoke_all(db: &impl ConnectionTrait, user: i64) -> Result<(), Error> {
    raise_epoch(db, user, 1).await?;
    api_key::remove_all(db, user).await
}

/// Adds to the epoch of an account. Adding nothing locks its row for the rest of the transaction.
async fn raise_epoch(db: &impl ConnectionTrait, user: i64, by: i64) -> Result<(), Error> {
    let first = epoch::ActiveModel { user_id: Set(user), epoch: Set(by) };
    let next = Expr::col((epoch::Entity, epoch::Column::Epoch)).add(by);
    let again = OnConflict::column(epoch::Column::UserId).value(epoch::Column::Epoch, next).to_owned();
    epoch::Entity::insert(first).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// As many random bytes as this, as text.
fn random<const LENGTH: usize>() -> Result<String, Error> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes).map_err(Error::unavailable)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

pub(crate) fn digest(text: impl AsRef<[u8]>) -> String {
    Sha256::digest(text).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
