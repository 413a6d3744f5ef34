//! Who is calling: bearer tokens, random, kept as their digest, good for an hour.

use crate::{
    AppState,
    error::Error,
    models::{self, session, user},
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter, QuerySelect,
    TransactionTrait,
};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use time::{Duration, OffsetDateTime};

/// How long a sign-in lasts.
pub(crate) const LIFETIME: Duration = Duration::hours(1);

/// The account that the request's token belongs to.
pub(crate) struct Caller {
    pub(crate) id: i64,
    pub(crate) username: String,
    pub(crate) role: String,
}

impl Caller {
    /// Lets in callers of one of these roles.
    pub(crate) fn require_role(&self, roles: &[&str]) -> Result<(), Error> {
        if roles.contains(&self.role.as_str()) { Ok(()) } else { Err(Error::forbidden("")) }
    }

    /// Lets in the owner, and callers of this role. For all others it is not there.
    pub(crate) fn require_owner_or(&self, role: &str, owner: Option<i64>) -> Result<(), Error> {
        if owner == Some(self.id) || self.role == role { Ok(()) } else { Err(Error::not_found()) }
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let token = bearer(&parts.headers).ok_or_else(|| Error::unauthorized("Sign in first"))?;
        let query = session::Entity::find_by_id(digest(token)).find_also_related(user::Entity);
        let Some((session, Some(user))) = query.one(&state.db).await? else {
            return Err(Error::unauthorized("Invalid token"));
        };
        if session.expires_at <= OffsetDateTime::now_utc() {
            return Err(Error::unauthorized("Token expired"));
        }
        if user.banned {
            return Err(Error::unauthorized("Invalid token"));
        }
        Ok(Self { id: user.id, username: user.username, role: user.role })
    }
}

/// Opens a session for the user and gives its token, which is not to be had again. A user who is banned or gone by now gets none.
pub(crate) async fn open(db: &DatabaseConnection, user: &user::Model) -> Result<Option<String>, Error> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(Error::unavailable)?;
    let token = URL_SAFE_NO_PAD.encode(random);
    let now = OffsetDateTime::now_utc();
    let session =
        session::ActiveModel { digest: Set(digest(&token)), user_id: Set(user.id), expires_at: Set(now + LIFETIME) };
    // A ban ends the sessions that there are. The lock keeps one that opens at that moment from being overlooked; the writing
    // comes first, since SQLite does not let a reader become a writer once somebody else has written.
    let transaction = db.begin().await?;
    match session::Entity::insert(session).exec_without_returning(&transaction).await {
        Err(error) if models::is_orphan(&error) => return Ok(None),
        written => written?,
    };
    let user_now = user::Entity::find_by_id(user.id).lock_shared().one(&transaction).await?;
    if user_now.is_none_or(|user| user.banned) {
        transaction.rollback().await?;
        return Ok(None);
    }
    let stale = session::Entity::delete_many().filter(session::Column::UserId.eq(user.id));
    stale.filter(session::Column::ExpiresAt.lte(now)).exec(&transaction).await?;
    transaction.commit().await?;
    Ok(Some(token))
}

/// Closes all sessions of a user.
pub(crate) async fn close_all(db: &impl ConnectionTrait, user: i64) -> Result<(), Error> {
    session::Entity::delete_many().filter(session::Column::UserId.eq(user)).exec(db).await?;
    Ok(())
}

/// Closes the session that the request came with.
pub(crate) async fn close(db: &DatabaseConnection, headers: &HeaderMap) -> Result<(), Error> {
    if let Some(token) = bearer(headers) {
        session::Entity::delete_by_id(digest(token)).exec(db).await?;
    }
    Ok(())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

pub(crate) fn digest(token: &str) -> String {
    Sha256::digest(token).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
