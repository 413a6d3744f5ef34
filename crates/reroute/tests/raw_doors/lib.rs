//! What is denied, in `doors`; here is what takes its place.
#![allow(dead_code, reason = "a sample is looked at, not called")]

mod doors;

use reroute::{
    db::like,
    prelude::*,
    sea_orm::{
        ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
        sea_query::{Alias, Expr, Func, Query},
    },
};

mod product {
    use reroute::sea_orm::{self, entity::prelude::*};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "products")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

async fn safe(db: &Db, text: &str) -> Result<()> {
    let _: Vec<product::Model> = db.all(sql!("SELECT * FROM products WHERE name = :text", text)).await?;
    db.run(reroute::db::danger::sql(format!("SELECT 1 -- {}", 1), [])).await?;
    let found = product::Entity::find()
        .filter(product::Column::Name.like(like::contains(text)).or(product::Column::Id.is_in([1, 2])))
        .order_by_asc(product::Column::Id);
    found.clone().all(db).await?;
    found.count(db).await?;
    let mut query = Query::select();
    query.expr(Func::lower(Expr::col("name"))).from(Alias::new("products")).and_where(Expr::col("id").eq(1));
    db.query_all(&query).await?;
    Ok(())
}
