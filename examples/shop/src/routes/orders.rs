//! One's own orders.

use crate::models::{self, Forgets, order, product};
use reroute::{
    prelude::*,
    sea_orm::{
        ActiveModelTrait,
        ActiveValue::{NotSet, Set},
        ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, TransactionTrait,
        sea_query::Expr,
    },
    time::OffsetDateTime,
};

#[route]
pub struct Orders {
    me: Principal,
    db: Db,
}

/// An order to be. Whose it is, and what it costs, is not the caller's to say.
#[input]
pub struct NewOrder {
    product_id: i64,
    #[field(ge = 1, le = 100)]
    quantity: i64,
}

#[route]
impl Orders {
    /// List your orders.
    #[requires]
    async fn get(&self, page: Page, order: OrderBy<order::Entity>) -> Result<Json<Listing<order::Public>>> {
        let own = order::Entity::find().owned_by(&self.me)?;
        let orders = models::page(&self.db, own, page, order, order::Column::Id).await?;
        Ok(Json(orders.map(Into::into)))
    }

    /// Buy something. A product that does not exist is a wrong `product_id`; one that is short is a conflict.
    #[requires]
    async fn post(&self, Json(new): Json<NewOrder>) -> Result<Created<order::Public>> {
        let now = OffsetDateTime::now_utc();
        let transaction = self.db.begin().await?;
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
            return Err(self.refusal(new.product_id).await?);
        };
        let order = order::ActiveModel {
            id: NotSet,
            user_id: Set(Some(self.me.id()?)),
            product_id: Set(product.id),
            quantity: Set(new.quantity),
            price_cents: Set(product.price_cents),
            total_cents: Set(product.price_cents * new.quantity),
            created_at: Set(now),
        };
        let order = order.insert(&transaction).await.map_err(models::or_gone)?;
        // The stock is part of every answer that shows the product.
        let _forgets = Forgets("products");
        transaction.commit().await?;
        Ok(Created::at(format!("/orders/{}", order.id), order.into()))
    }

    async fn refusal(&self, product_id: i64) -> Result<Error> {
        let is_there = product::Entity::find_by_id(product_id).count(&self.db).await? > 0;
        Ok(if is_there {
            Error::conflict("There are not so many left")
        } else {
            Error::unprocessable("product_id", "unknown", "must be the id of a product")
        })
    }
}
