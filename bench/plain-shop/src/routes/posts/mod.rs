//! All posts.

pub(super) mod by_id;
pub(super) mod comments;

use crate::{
    AppState,
    auth::Caller,
    error::Error,
    html,
    list::{self, ListQuery, Listing},
    models::{self, post},
    validate::{Check, Valid, Validate},
};
use axum::{
    Json,
    extract::{Query, State},
    http::{StatusCode, header},
    response::IntoResponse,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    EntityTrait,
};
use serde::Deserialize;
use time::OffsetDateTime;

/// A post to be.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPost {
    title: String,
    content: String,
}

impl Validate for NewPost {
    fn validate(&self, check: &mut Check) {
        check.length("title", &self.title, 1, 200);
        check.one_line("title", &self.title);
        check.length("content", &self.content, 1, 20_000);
        check.no_nul("content", &self.content);
    }
}

/// List the posts.
pub(super) async fn list(
    State(state): State<AppState>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Listing<post::Public>>, Error> {
    Ok(Json(list::list(&state.db, post::Entity::find(), &query, post::Column::Id).await?))
}

/// Write a post. Of its HTML only `p`, `br`, `strong`, `em` and `a` are kept.
pub(super) async fn write(
    State(state): State<AppState>,
    me: Caller,
    Valid(new): Valid<NewPost>,
) -> Result<impl IntoResponse, Error> {
    let now = OffsetDateTime::now_utc();
    let post = post::ActiveModel {
        id: NotSet,
        author_id: Set(me.id),
        title: Set(new.title),
        content: Set(html::clean(&new.content)),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let post = post.insert(&state.db).await.map_err(models::or_gone)?;
    let location = [(header::LOCATION, format!("/posts/{}", post.id))];
    Ok((StatusCode::CREATED, location, Json(post::Public::from(post))))
}
