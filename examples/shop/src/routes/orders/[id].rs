//! One order.

use crate::models::{order, user::Role};
use reroute::prelude::*;

#[route]
pub struct Order {
    me: Principal,
    db: Db,
}

#[route]
impl Order {
    /// Read an order: one's own, or any for an admin. Somebody else's is not found.
    #[requires]
    async fn get(&self, Path(id): Path<i64>) -> Result<Json<order::Public>> {
        let order = order::Order::get_by_id(&self.db, id).await?.or_not_found()?;
        self.me.require_owner_or(Role::Admin, &order)?;
        Ok(Json(order.into()))
    }
}
