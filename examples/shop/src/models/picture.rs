//! What a product looks like.

use reroute::prelude::*;

#[model("pictures")]
pub(crate) struct Picture {
    #[sea_orm(unique)]
    pub(crate) product_id: i64,
    /// The image, as it came.
    #[column(private)]
    pub(crate) content: Vec<u8>,
    #[sea_orm(belongs_to, from = "product_id", to = "id", on_delete = "Cascade")]
    pub(crate) product: BelongsTo<super::product::Entity>,
}
