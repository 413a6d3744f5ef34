use crate::on_both;
use reroute::{
    Db, Queries, Result,
    db::danger,
    sea_orm::{self, FromQueryResult, TransactionTrait},
    sql,
};

#[derive(Debug, PartialEq, FromQueryResult)]
struct Product {
    id: i64,
    name: String,
    stock: Option<i32>,
}

async fn products(db: &Db) -> Result<()> {
    db.run(sql!("CREATE TABLE products (id BIGINT PRIMARY KEY, name TEXT NOT NULL, stock INTEGER)")).await?;
    for (id, name, stock) in [(1_i64, "chair", Some(3)), (2, "table", None), (3, "lamp", Some(0))] {
        let added = db.run(sql!("INSERT INTO products VALUES (:id, :name, :stock)", id, name, stock)).await?;
        assert_eq!(added, 1);
    }
    Ok(())
}

#[tokio::test]
async fn rows_are_read_by_the_names_of_their_columns() -> Result<()> {
    on_both(async |db| {
        products(&db).await?;
        let chair = Product { id: 1, name: "chair".to_owned(), stock: Some(3) };
        let table = Product { id: 2, name: "table".to_owned(), stock: None };
        let all: Vec<Product> =
            db.all(sql!("SELECT * FROM products WHERE id < :below ORDER BY id", below = 3_i64)).await?;
        assert_eq!(all, [chair, table]);
        let one: Option<Product> = db.one(sql!("SELECT * FROM products WHERE name = :name", name = "sofa")).await?;
        assert_eq!(one, None);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn values_are_read_by_the_places_of_their_columns() -> Result<()> {
    on_both(async |db| {
        products(&db).await?;
        let pairs: Vec<(String, Option<i32>)> = db.values(sql!("SELECT name, stock FROM products ORDER BY id")).await?;
        let pairs: Vec<_> = pairs.iter().map(|(name, stock)| (name.as_str(), *stock)).collect();
        assert_eq!(pairs, [("chair", Some(3)), ("table", None), ("lamp", Some(0))]);
        assert_eq!(db.value::<i64>(sql!("SELECT count(*) FROM products")).await?, Some(3));
        assert_eq!(db.value::<i64>(sql!("SELECT id FROM products WHERE id > :id", id = 3_i64)).await?, None);
        assert_eq!(db.value::<Option<i32>>(sql!("SELECT stock FROM products WHERE id = 2")).await?, Some(None));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_name_may_stand_more_than_once_and_in_any_order() -> Result<()> {
    on_both(async |db| {
        products(&db).await?;
        let sql = sql!(
            "SELECT id FROM products WHERE (name = :name AND id = :id) OR (id = :id AND name = :name) OR name = :name",
            id = 1_i64,
            name = "chair",
        );
        assert_eq!(db.values::<i64>(sql).await?, [1]);
        let sql = sql!("SELECT CAST(:b AS text) || CAST(:a AS text) || CAST(:b AS text)", a = "first", b = "second");
        assert_eq!(db.value::<String>(sql).await?.as_deref(), Some("secondfirstsecond"));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_is_absent_is_null() -> Result<()> {
    on_both(async |db| {
        products(&db).await?;
        let stock: Option<i32> = None;
        assert_eq!(db.run(sql!("UPDATE products SET stock = :stock WHERE id = 1", stock)).await?, 1);
        assert_eq!(db.value::<i64>(sql!("SELECT count(*) FROM products WHERE stock IS NULL")).await?, Some(2));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_transaction_runs_them_too() -> Result<()> {
    on_both(async |db| {
        products(&db).await?;
        let transaction = db.begin().await?;
        assert_eq!(transaction.run(sql!("DELETE FROM products")).await?, 3);
        transaction.rollback().await?;
        assert_eq!(db.value::<i64>(sql!("SELECT count(*) FROM products")).await?, Some(3));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn text_and_comments_and_casts_are_no_placeholders() -> Result<()> {
    on_both(async |db| {
        let sql = sql!(
            r#"-- :comment
               SELECT ':text' || CAST(:id AS text) /* :other; */ AS "quoted:name";"#,
            id = "!"
        );
        assert_eq!(db.value::<String>(sql).await?.as_deref(), Some(":text!"));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn postgresql_casts_and_arrays_and_tagged_texts_are_read() -> Result<()> {
    let server = crate::PostgresServer::start();
    let db = Db::connect(&server.url(), false).await?;
    let sql = sql!(
        r"SELECT :id::text || $tag$:no '$tag$ || E'\' :no' || (ARRAY['x', :y, 'z'])[1:2]::text || '1'::text",
        id = 7_i64.to_string(),
        y = "y",
    );
    assert_eq!(db.value::<String>(sql).await?.as_deref(), Some(r"7:no '' :no{x,y}1"));
    Ok(())
}

#[tokio::test]
async fn a_number_beyond_the_databases_own_is_refused() -> Result<()> {
    on_both(async |db| {
        let refused = db.value::<i64>(sql!("SELECT :n", n = u64::MAX)).await.expect_err("it is too large");
        assert_eq!(refused.status(), 422);
        let refused = db.value::<i64>(sql!("SELECT :n", n = vec![1, u64::MAX])).await.expect_err("one is too large");
        assert_eq!(refused.status(), 422);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn danger_takes_any_text_and_binds_by_number() -> Result<()> {
    on_both(async |db| {
        products(&db).await?;
        let table = "products";
        let sql =
            danger::sql(format!("SELECT name FROM {table} WHERE id = $2 OR name = $1"), ["lamp".into(), 1_i64.into()]);
        assert_eq!(db.values::<String>(sql).await?, ["chair", "lamp"]);
        Ok(())
    })
    .await
}

#[test]
fn a_statement_prints_its_text_and_no_value() {
    let printed = format!("{:?}", sql!("SELECT :password", password = "hunter2"));
    assert_eq!(printed, r#"Sql("SELECT $1")"#);
}
