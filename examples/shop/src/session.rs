//! Who is calling: bearer tokens, random, kept as their digest, good for an hour.

use crate::models::{
    self, session,
    user::{self, Role},
};
use reroute::{
    auth::token::{self, Digest},
    prelude::*,
    sea_orm::{
        ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, TransactionTrait,
    },
    time::{Duration, OffsetDateTime},
};

/// How long a sign-in lasts.
pub(crate) const LIFETIME: Duration = Duration::hours(1);

/// Finds the caller by the session that the token opens.
pub(crate) struct Sessions;

impl Authenticate for Sessions {
    async fn authenticate(&self, parts: &Parts, cx: &Context) -> Result<Option<Principal>> {
        let Some(token) = token::bearer(parts)? else { return Ok(None) };
        let db = cx.state::<Db>().ok_or_else(|| Error::internal("the shop has no database"))?;
        let found =
            session::Entity::find_by_id(Digest::of(token).to_hex()).find_also_related(user::Entity).one(db).await?;
        let Some((session, Some(user))) = found else { return Err(Error::unauthorized("Invalid token")) };
        if session.expires_at <= OffsetDateTime::now_utc() {
            return Err(Error::unauthorized("Token expired"));
        }
        if user.banned {
            return Err(Error::unauthorized("Invalid token"));
        }
        // A name that is no role, whoever wrote it there, gives none.
        let role: Option<Role> = user.role.parse().ok();
        Ok(Some(Principal::new(user.id.to_string(), "session").with_name(user.username).with_roles(role)))
    }
}

/// Opens a session for the user and gives its token, which is not to be had again. A user who is banned or gone by now gets none.
pub(crate) async fn open(db: &Db, user: &user::Model) -> Result<Option<String>> {
    let token = token::generate()?;
    let now = OffsetDateTime::now_utc();
    let session = session::ActiveModel {
        digest: Set(Digest::of(&token).to_hex()),
        user_id: Set(user.id),
        expires_at: Set(now + LIFETIME),
    };
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
    // What nobody asks for any more goes when its owner comes back, so that no account keeps a growing heap of sessions.
    let stale = session::Entity::delete_many().filter(session::Column::UserId.eq(user.id));
    stale.filter(session::Column::ExpiresAt.lte(now)).exec(&transaction).await?;
    transaction.commit().await?;
    Ok(Some(token))
}

/// Closes all sessions of a user.
pub(crate) async fn close_all(db: &impl ConnectionTrait, user: i64) -> Result<()> {
    session::Entity::delete_many().filter(session::Column::UserId.eq(user)).exec(db).await?;
    Ok(())
}

/// Closes the session that the request came with.
pub(crate) async fn close(db: &Db, parts: &HeaderMap) -> Result<()> {
    let token = parts.get("authorization").and_then(|value| value.to_str().ok()).and_then(|text| text.split_once(' '));
    if let Some((_, token)) = token {
        session::Entity::delete_by_id(Digest::of(token).to_hex()).exec(db).await?;
    }
    Ok(())
}
