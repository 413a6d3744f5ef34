//! Each line that ends with `DENIED` opens a door that the lint shuts.

use reroute::{
    Db, Result,
    sea_orm::{
        self, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, Statement,
        sea_query::{self, Alias, ColumnDef, Expr, Func, Index, Query, Table},
        sqlx,
    },
};
use sqlx::Executor;

async fn statements(db: &Db, text: String) -> Result<()> {
    let backend = db.get_database_backend();
    let statement = Statement::from_string(backend, text.clone()); // DENIED
    db.execute_raw(statement.clone()).await?; // DENIED
    db.query_one_raw(statement.clone()).await?; // DENIED
    db.query_all_raw(statement.clone()).await?; // DENIED
    db.execute_unprepared(&text).await?; // DENIED
    let _ = Statement::from_sql_and_values(backend, text.clone(), []); // DENIED
    let _ = crate::product::Entity::find().from_raw_sql(statement.clone()); // DENIED
    let _ = crate::product::Model::find_by_statement(statement); // DENIED
    let by_hand = Statement { sql: text, values: None, db_backend: backend };
    db.execute_raw(by_hand).await?; // DENIED
    Ok(())
}

fn expressions(text: String) {
    let _ = Expr::cust(text.clone()); // DENIED
    let _ = Expr::cust_with_values(text.clone(), [1]); // DENIED
    let _ = Expr::cust_with_expr(text.clone(), Expr::val(1)); // DENIED
    let _ = Expr::cust_with_exprs(text.clone(), [Expr::val(1)]); // DENIED
    let _ = Expr::custom_keyword(Alias::new(text.clone())); // DENIED
    let _ = Expr::Custom(text.clone().into()); // DENIED
    let _ = Expr::CustomWithExpr(text.clone().into(), vec![]); // DENIED
    let _ = Func::cust(Alias::new(text.clone())); // DENIED
    let _ = Expr::val(1).cast_as(Alias::new(text.clone())); // DENIED
    let _ = Func::cast_as(1, Alias::new(text.clone())); // DENIED
    let mut query = Query::select();
    query.order_by_customs([(text.clone(), sea_query::Order::Asc)]); // DENIED
    let _ = ColumnDef::new("id").custom(Alias::new(text.clone())); // DENIED
    let _ = ColumnDef::new("id").extra(text.clone()); // DENIED
    let _ = Table::create().extra(text.clone()); // DENIED
    let _ = Index::create().name(text); // DENIED
}

fn macros(text: &str) {
    let _ = reroute::sea_orm::raw_sql!(Sqlite, "SELECT 1"); // DENIED
    let _ = crate::product::Column::Name.contains(text); // DENIED
    let _ = crate::product::Column::Name.starts_with(text); // DENIED
    let _ = crate::product::Column::Name.ends_with(text); // DENIED
}

async fn below(pool: &sqlx::SqlitePool, text: String) -> Result<()> {
    let _ = sqlx::query::<sqlx::Sqlite>(sqlx::AssertSqlSafe(text.clone())); // DENIED
    let _ = sqlx::raw_sql("SELECT 1"); // DENIED
    let mut built = sqlx::QueryBuilder::<sqlx::Sqlite>::new("SELECT"); // DENIED
    built.push(text); // DENIED
    pool.execute("SELECT 1").await?; // DENIED
    Ok(())
}
