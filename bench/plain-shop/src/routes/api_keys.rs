//! Keys that a caller hands to programs.

use crate::{
    AppState,
    auth::{Caller, api_key},
    error::{Error, FieldError},
    limit::Rate,
    list::{self, Listing},
    models::api_key::{Column, Entity, Public},
    validate::{Check, Valid, Validate},
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
pub(super) struct Page {
    #[serde(default = "list::first")]
    page: u64,
    #[serde(default = "list::some")]
    per_page: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    name: String,
    rate_limit: String,
}

impl Validate for New {
    fn validate(&self, check: &mut Check) {
        check.length("name", &self.name, 1, 100);
        check.one_line("name", &self.name);
        let is_rate = self.rate_limit.parse::<Rate>().is_ok();
        check.that(is_rate, "rate_limit", "must be a rate, such as 100/hour");
    }
}

/// A new key: its text is shown this once.
#[derive(Serialize)]
pub(super) struct Made {
    id: i64,
    name: String,
    key: String,
    rate_limit: String,
}

/// The caller's own keys, without their texts.
pub(super) async fn list(
    State(state): State<AppState>,
    me: Caller,
    Query(Page { page, per_page }): Query<Page>,
) -> Result<Json<Listing<Public>>, Error> {
    let mut check = Check::default();
    check.that((1..=1_000_000_000).contains(&page), "page", "must be from 1 to 1000000000");
    check.that((1..=100).contains(&per_page), "per_page", "must be from 1 to 100");
    check.finish()?;
    let own = Entity::find().filter(Column::UserId.eq(me.id));
    let total = own.clone().count(&state.db).await?;
    let shown = own.order_by_asc(Column::Id).offset((page - 1) * per_page).limit(per_page);
    let items = shown.all(&state.db).await?.into_iter().map(Public::from).collect();
    Ok(Json(Listing { items, page, per_page, total }))
}

/// A new key, with a rate limit of its own. All keys of an account together are good for 1000 requests an hour.
pub(super) async fn create(
    State(state): State<AppState>,
    me: Caller,
    Valid(new): Valid<New>,
) -> Result<(StatusCode, Json<Made>), Error> {
    let rate: Rate = new.rate_limit.parse()?;
    if rate.is_above_ceiling() {
        let message = "must be at most 1000/hour".to_owned();
        return Err(Error::invalid(vec![FieldError { field: "rate_limit", message }]));
    }
    let (made, key) = api_key::create(&state.db, me.id, new.name, rate).await?;
    Ok((StatusCode::CREATED, Json(Made { id: made.id, name: made.name, key, rate_limit: made.rate })))
}

/// End one of the caller's own keys.
pub(super) async fn revoke(
    State(state): State<AppState>,
    me: Caller,
    Path(id): Path<i64>,
) -> Result<StatusCode, Error> {
    api_key::remove(&state.db, me.id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
