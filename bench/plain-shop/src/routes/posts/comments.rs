//! What is said to a post.

use crate::{
    AppState,
    auth::Caller,
    error::Error,
    html,
    list::{self, ListQuery, Listing},
    models::{self, comment, post},
    validate::{Check, Valid, Validate},
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter,
};
use serde::Deserialize;
use time::OffsetDateTime;

/// A comment to be. Its length is that of what is written, not of what is made of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewComment {
    comment: String,
}

impl Validate for NewComment {
    fn validate(&self, check: &mut Check) {
        check.length("comment", &self.comment, 1, 2000);
        check.no_nul("comment", &self.comment);
    }
}

/// List the comments of a post.
pub(crate) async fn list(
    State(state): State<AppState>,
    Path(id): Path<i64>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Listing<comment::Public>>, Error> {
    find(&state.db, id).await?;
    let of_post = comment::Entity::find().filter(comment::Column::PostId.eq(id));
    Ok(Json(list::list(&state.db, of_post, &query, comment::Column::Id).await?))
}

/// Say something. It is kept and shown as text, escaped for HTML.
pub(crate) async fn say(
    State(state): State<AppState>,
    me: Caller,
    Path(id): Path<i64>,
    Valid(new): Valid<NewComment>,
) -> Result<(StatusCode, Json<comment::Public>), Error> {
    find(&state.db, id).await?;
    let comment = comment::ActiveModel {
        id: NotSet,
        post_id: Set(id),
        author_id: Set(me.id),
        comment: Set(html::escape(&new.comment)),
        created_at: Set(OffsetDateTime::now_utc()),
    };
    let comment = comment.insert(&state.db).await.map_err(models::or_gone)?;
    Ok((StatusCode::CREATED, Json(comment.into())))
}

async fn find(db: &DatabaseConnection, id: i64) -> Result<post::Model, Error> {
    post::Entity::find_by_id(id).one(db).await?.ok_or_else(Error::not_found)
}
