use crate::on_both;
use reroute::{
    Db, Queries, Result,
    sea_orm::{ConnectionTrait, DbBackend},
    sql,
};

async fn numbers(db: &Db) -> Result<()> {
    db.run(sql!("CREATE TABLE numbers (n BIGINT, name TEXT)")).await?;
    let added = db.run(sql!("INSERT INTO numbers VALUES (1, 'one'), (2, 'two'), (3, 'three'), (NULL, NULL)")).await?;
    assert_eq!(added, 4);
    Ok(())
}

async fn among(db: &Db, list: &[i64]) -> Result<Vec<i64>> {
    db.values(sql!("SELECT n FROM numbers WHERE n IN (:list) ORDER BY n", list)).await
}

async fn not_among(db: &Db, list: &[i64]) -> Result<i64> {
    let count = sql!("SELECT count(*) FROM numbers WHERE n NOT IN (:list)", list);
    Ok(db.value(count).await?.expect("a count is always there"))
}

#[tokio::test]
async fn attack_129_a_list_is_as_long_as_what_is_given() -> Result<()> {
    on_both(async |db| {
        numbers(&db).await?;
        assert_eq!(among(&db, &[2]).await?, [2]);
        assert_eq!(among(&db, &[3, 1, 9]).await?, [1, 3]);
        assert_eq!(not_among(&db, &[2]).await?, 2);
        let many: Vec<i64> = (2..10_002).collect();
        assert_eq!(among(&db, &many).await?, [2, 3]);
        assert_eq!(not_among(&db, &many).await?, 1);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn attack_129_among_nothing_is_no_row_and_not_among_nothing_is_each() -> Result<()> {
    on_both(async |db| {
        numbers(&db).await?;
        assert_eq!(among(&db, &[]).await?, [] as [i64; 0]);
        assert_eq!(not_among(&db, &[]).await?, 4);
        let none: Vec<String> = Vec::new();
        let sql = sql!("SELECT count(*) FROM numbers WHERE NOT name IN (:none) AND n > :n", none, n = 1_i64);
        assert_eq!(db.value::<i64>(sql).await?, Some(2));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn attack_129_ten_thousand_items_are_the_most() -> Result<()> {
    on_both(async |db| {
        numbers(&db).await?;
        let many: Vec<i64> = (0..10_001).collect();
        let refused = among(&db, &many).await.expect_err("it is too long");
        assert_eq!(refused.status(), 422);
        let (some, more) = many.split_at(5_000);
        let sql = sql!("SELECT n FROM numbers WHERE n IN (:some) OR n IN (:more)", some, more);
        let refused = db.values::<i64>(sql).await.expect_err("they are too long together");
        assert_eq!(refused.status(), 422);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn lists_and_values_keep_their_places_whatever_their_order() -> Result<()> {
    on_both(async |db| {
        numbers(&db).await?;
        let sql = sql!(
            "SELECT n FROM numbers WHERE name = :name AND n IN (:list) AND n NOT IN (:other) AND n IN (:list) AND name IN (:names)",
            list = [1_i64, 2, 3],
            name = "two",
            other = vec![1_i64],
            names = ["two", "one"],
        );
        assert_eq!(db.values::<i64>(sql).await?, [2]);
        let sql = sql!("DELETE FROM numbers WHERE n NOT\n /* at all */ in ( :list ) AND name = :name", name = "three", list = &vec![2_i64]);
        assert_eq!(db.run(sql).await?, 1);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_array_is_one_value_where_there_are_arrays() -> Result<()> {
    on_both(async |db| {
        numbers(&db).await?;
        let sql = sql!("SELECT n FROM numbers WHERE n = ANY (:list) ORDER BY n", list = vec![3_i64, 1]);
        match db.get_database_backend() {
            DbBackend::Sqlite => assert_eq!(db.values::<i64>(sql).await.expect_err("it has none").status(), 500),
            _ => assert_eq!(db.values::<i64>(sql).await?, [1, 3]),
        }
        Ok(())
    })
    .await
}
