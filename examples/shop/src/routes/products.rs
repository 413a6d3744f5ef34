//! All products.

use crate::models::{
    self, Forgets,
    product::{self, Product},
    user::Role,
};
use reroute::{prelude::*, sea_orm::ActiveValue::Set};

#[route]
pub struct Products {
    db: Db,
}

/// A product to be.
#[input]
pub struct NewProduct {
    #[field(min_length = 1, max_length = 200, check = models::is_one_line)]
    name: String,
    #[field(max_length = 2000)]
    description: String,
    #[field(ge = 0, le = 100_000_000)]
    price_cents: i64,
    #[field(ge = 0, le = 1_000_000)]
    stock: i64,
}

#[route]
impl Products {
    /// List the products.
    #[public]
    #[cache("300 s", shared, tags("products"))]
    async fn get(&self, page: Page, order: OrderBy<Product>) -> Result<Json<Listing<product::Public>>> {
        Ok(Json(Product::list(&self.db, page, order).await?.map(Into::into)))
    }

    /// Add a product.
    #[requires(Role::Admin)]
    async fn post(&self, Json(new): Json<NewProduct>) -> Result<Created<product::Public>> {
        let product = product::ActiveModel {
            name: Set(new.name),
            description: Set(new.description),
            price_cents: Set(new.price_cents),
            stock: Set(new.stock),
            ..Default::default()
        };
        let _forgets = Forgets("products");
        let product = Product::create(&self.db, product).await?;
        Ok(Created::at(format!("/products/{}", product.id), product.into()))
    }
}
