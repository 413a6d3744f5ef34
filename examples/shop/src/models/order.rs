//! Something that was bought.

use reroute::{
    prelude::*,
    time::{self, OffsetDateTime},
};

#[model("orders", owner = "user_id", timestamps = "created")]
pub(crate) struct Order {
    /// Whose it is. The books outlive the account.
    #[sea_orm(indexed)]
    pub(crate) user_id: Option<i64>,
    #[sea_orm(indexed)]
    pub(crate) product_id: i64,
    pub(crate) quantity: i64,
    /// Of one, at the time.
    pub(crate) price_cents: i64,
    pub(crate) total_cents: i64,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "SetNull")]
    pub(crate) user: BelongsTo<Option<super::user::Entity>>,
    #[sea_orm(belongs_to, from = "product_id", to = "id")]
    pub(crate) product: BelongsTo<super::product::Entity>,
}

/// An order as its owner and admins see it.
#[output]
pub(crate) struct Public {
    id: i64,
    user_id: Option<i64>,
    product_id: i64,
    quantity: i64,
    price_cents: i64,
    total_cents: i64,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
}

impl From<Model> for Public {
    fn from(order: Model) -> Self {
        let Model { id, user_id, product_id, quantity, price_cents, total_cents, created_at } = order;
        Self { id, user_id, product_id, quantity, price_cents, total_cents, created_at }
    }
}
