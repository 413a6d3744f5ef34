//! All products.

pub(super) mod by_id;
pub(super) mod search;

use crate::{
    AppState,
    auth::Caller,
    error::Error,
    etag,
    list::{self, ListQuery},
    models::{product, user::Role},
    validate::{Check, Valid, Validate},
};
use axum::{
    Json,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    EntityTrait,
};
use serde::Deserialize;
use time::OffsetDateTime;

/// A product to be.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewProduct {
    name: String,
    description: String,
    price_cents: i64,
    stock: i64,
}

impl Validate for NewProduct {
    fn validate(&self, check: &mut Check) {
        check.length("name", &self.name, 1, 200);
        check.one_line("name", &self.name);
        check.length("description", &self.description, 0, 2000);
        check.no_nul("description", &self.description);
        check.range("price_cents", self.price_cents, 0, 100_000_000);
        check.range("stock", self.stock, 0, 1_000_000);
    }
}

/// List the products.
pub(super) async fn list(
    State(state): State<AppState>,
    Query(query): Query<ListQuery>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let find = list::list::<_, product::Public>(&state.db, product::Entity::find(), &query, product::Column::Id);
    Ok(etag::answer(&headers, state.kept.find("products", &format!("{query:?}"), 300, find).await?))
}

/// Add a product.
pub(super) async fn add(
    State(state): State<AppState>,
    me: Caller,
    Valid(new): Valid<NewProduct>,
) -> Result<impl IntoResponse, Error> {
    me.require_role(&[Role::Admin])?;
    let now = OffsetDateTime::now_utc();
    let product = product::ActiveModel {
        id: NotSet,
        name: Set(new.name),
        description: Set(new.description),
        price_cents: Set(new.price_cents),
        stock: Set(new.stock),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let product = product.insert(&state.db).await?;
    state.kept.forget("products");
    let location = [(header::LOCATION, format!("/products/{}", product.id))];
    Ok((StatusCode::CREATED, location, Json(product::Public::from(product))))
}
