use reroute::{Db, Sql, db::like, prelude::*, sea_orm::FromQueryResult};

struct Unknown;

async fn wrong<T: FromQueryResult>(db: Db, name: String) -> Result<Vec<T>> {
    // A pattern is made by `like`, and stands after LIKE alone.
    let _ = sql!("SELECT * FROM users WHERE name LIKE :name", name = format!("%{name}%"));
    let _ = sql!("SELECT * FROM users WHERE name = :name", name = like::contains("ada"));
    // A list stands in `IN (…)`, which takes nothing else.
    let _ = sql!("SELECT * FROM users WHERE id IN (:id)", id = 7);
    let _ = sql!("SELECT * FROM users WHERE id IN (:ids)", ids = vec![1, 2]);
    let _ = sql!("SELECT :unknown", unknown = Unknown);
    // What runs is made by `sql!`.
    db.run(format!("DELETE FROM users WHERE name = '{name}'")).await?;
    db.run("DELETE FROM users").await?;
    db.one::<T>(name.as_str()).await?;
    let _ = Sql::from(name.clone());
    let _: Sql = name.clone().into();
    let _ = Sql::new(name.clone());
    let _ = Sql { text: name.clone(), values: vec![] };
    db.all(name).await
}

fn main() {}
