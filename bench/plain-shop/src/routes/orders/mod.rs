//! One's own orders.

pub(super) mod by_id;

use crate::{
    AppState,
    auth::Caller,
    error::{Error, FieldError},
    list::{self, ListQuery, Listing},
    models::{self, order, product},
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
    ColumnTrait, DatabaseConnection, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, TransactionTrait,
    sea_query::Expr,
};
use serde::Deserialize;
use time::OffsetDateTime;

/// An order to be. Whose it is, and what it costs, is not the caller's to say.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOrder {
    product_id: i64,
    quantity: i64,
}

impl Validate for NewOrder {
    fn validate(&self, check: &mut Check) {
        check.range("quantity", self.quantity, 1, 100);
    }
}

/// List your orders.
pub(super) async fn list(
    State(state): State<AppState>,
    me: Caller,
    Query(query): Query<ListQuery>,
) -> Result<Json<Listing<order::Public>>, Error> {
    let own = order::Entity::find().filter(order::Column::UserId.eq(me.id));
    Ok(Json(list::list(&state.db, own, &query, order::Column::Id).await?))
}

/// Buy something. A product that does not exist is a wrong `product_id`; one that is short is a conflict.
pub(super) async fn buy(
    State(state): State<AppState>,
    me: Caller,
    Valid(new): Valid<NewOrder>,
) -> Result<impl IntoResponse, Error> {
    let now = OffsetDateTime::now_utc();
    let transaction = state.db.begin().await?;
    // Asking and taking are one statement: between the two nobody else can take.
    let taken = product::Entity::update_many()
        .col_expr(product::Column::Stock, Expr::col(product::Column::Stock).sub(new.quantity))
        .col_expr(product::Column::UpdatedAt, Expr::value(now))
        .filter(product::Column::Id.eq(new.product_id))
        .filter(product::Column::Stock.gte(new.quantity))
        .exec_with_returning(&transaction)
        .await?;
    let Some(product) = taken.into_iter().next() else {
        transaction.rollback().await?;
        return Err(refusal(&state.db, new.product_id).await?);
    };
    let order = order::ActiveModel {
        id: NotSet,
        user_id: Set(Some(me.id)),
        product_id: Set(product.id),
        quantity: Set(new.quantity),
        price_cents: Set(product.price_cents),
        total_cents: Set(product.price_cents * new.quantity),
        created_at: Set(now),
    };
    let order = order.insert(&transaction).await.map_err(models::or_gone)?;
    transaction.commit().await?;
    state.kept.forget("products");
    let location = [(header::LOCATION, format!("/orders/{}", order.id))];
    Ok((StatusCode::CREATED, location, Json(order::Public::from(order))))
}

async fn refusal(db: &DatabaseConnection, product_id: i64) -> Result<Error, Error> {
    let is_there = product::Entity::find_by_id(product_id).count(db).await? > 0;
    Ok(if is_there {
        Error::conflict("There are not so many left")
    } else {
        let message = "must be the id of a product".to_owned();
        Error::invalid(vec![FieldError { field: "product_id", message }])
    })
}
