//! One's own orders.

use crate::models::{
    self,
    order::{self, Order},
    product::{self, Product},
};
use reroute::{
    prelude::*,
    sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr},
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
    async fn get(&self, page: Page, order: OrderBy<Order>) -> Result<Json<Listing<order::Public>>> {
        let own = Rows::new().owned_by(&self.me)?.with(order);
        Ok(Json(Order::list(&self.db, page, own).await?.map(Into::into)))
    }

    /// Buy something. A product that does not exist is a wrong `product_id`; one that is short is a conflict.
    #[requires]
    async fn post(&self, tx: Tx, Json(new): Json<NewOrder>) -> Result<Created<order::Public>> {
        // The stock is part of every answer that shows the product.
        tx.after_commit(|| reroute::cache().forget("products"));
        // Asking and taking are one statement: between the two nobody else can take.
        let taken = product::Entity::update_many()
            .col_expr(product::Column::Stock, Expr::col(product::Column::Stock).sub(new.quantity))
            .col_expr(product::Column::UpdatedAt, Expr::value(OffsetDateTime::now_utc()))
            .filter(product::Column::Id.eq(new.product_id))
            .filter(product::Column::Stock.gte(new.quantity))
            .exec_with_returning(&tx)
            .await?;
        let Some(product) = taken.into_iter().next() else {
            return Err(if Product::exists(&tx, new.product_id).await? {
                Error::conflict("There are not so many left")
            } else {
                Error::unprocessable("product_id", "unknown", "must be the id of a product")
            });
        };
        let order = order::ActiveModel {
            user_id: Set(Some(self.me.id()?)),
            product_id: Set(product.id),
            quantity: Set(new.quantity),
            price_cents: Set(product.price_cents),
            total_cents: Set(product.price_cents * new.quantity),
            ..Default::default()
        };
        let order = Order::create(&tx, order).await.map_err(models::or_gone)?;
        Ok(Created::at(format!("/orders/{}", order.id), order.into()))
    }
}
