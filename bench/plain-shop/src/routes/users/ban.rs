//! Shutting an account out, and letting it in again.

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
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, TransactionTrait, sea_query::Expr};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    banned: bool,
}

impl Validate for Change {
    fn validate(&self, _: &mut Check) {}
}

#[derive(Serialize)]
pub(crate) struct Standing {
    id: i64,
    banned: bool,
}

/// Ban an account, or lift its ban. Moderators ban customers only, and nobody oneself. A ban ends every session; lifting it
/// revives none.
pub(crate) async fn ban(
    State(state): State<AppState>,
    me: Caller,
    Path(id): Path<i64>,
    Valid(change): Valid<Change>,
) -> Result<Json<Standing>, Error> {
    me.require_role(&[Role::Moderator, Role::Admin])?;
    if id == me.id {
        return Err(Error::forbidden("Nobody bans oneself"));
    }
    let mut update = user::Entity::update_many()
        .col_expr(user::Column::Banned, Expr::value(change.banned))
        .col_expr(user::Column::UpdatedAt, Expr::value(OffsetDateTime::now_utc()))
        .filter(user::Column::Id.eq(id));
    if me.role != Role::Admin {
        // In the statement itself: whoever is promoted at this moment is banned no more.
        update = update.filter(user::Column::Role.eq(Role::Customer));
    }
    let transaction = state.db.begin().await?;
    if update.exec(&transaction).await?.rows_affected == 0 {
        transaction.rollback().await?;
        let is_there = user::Entity::find_by_id(id).count(&state.db).await? > 0;
        return Err(if is_there { Error::forbidden("Moderators ban customers only") } else { Error::not_found() });
    }
    if change.banned {
        auth::revoke_all(&transaction, id).await?;
    }
    transaction.commit().await?;
    Ok(Json(Standing { id, banned: change.banned }))
}
