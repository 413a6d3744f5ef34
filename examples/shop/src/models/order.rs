//! Something that was bought.

use super::{product, user};
use reroute::{
    Owned, OwnedEntity, Sortable, output,
    sea_orm::{self, entity::prelude::*},
    time,
};
use time::OffsetDateTime;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "orders")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    /// Whose it is. The books outlive the account.
    #[sea_orm(indexed)]
    pub(crate) user_id: Option<i64>,
    #[sea_orm(indexed)]
    pub(crate) product_id: i64,
    pub(crate) quantity: i64,
    /// Of one, at the time.
    pub(crate) price_cents: i64,
    pub(crate) total_cents: i64,
    pub(crate) created_at: TimeDateTimeWithTimeZone,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {
    #[sea_orm(belongs_to = "user::Entity", from = "Column::UserId", to = "user::Column::Id", on_delete = "SetNull")]
    User,
    #[sea_orm(belongs_to = "product::Entity", from = "Column::ProductId", to = "product::Column::Id")]
    Product,
}

impl ActiveModelBehavior for ActiveModel {}

impl Sortable for Entity {
    const COLUMNS: &'static [&'static str] =
        &["id", "user_id", "product_id", "quantity", "price_cents", "total_cents", "created_at"];
}

impl Owned for Model {
    fn owner(&self) -> impl ToString {
        // What belongs to nobody is nobody's.
        self.user_id.map(|id| id.to_string()).unwrap_or_default()
    }
}

impl OwnedEntity for Entity {
    type Owner = i64;
    const OWNER: Column = Column::UserId;
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
