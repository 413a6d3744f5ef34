use crate::on_both;
use reroute::{
    Db, Queries, Result,
    db::like::{self, Like},
    sea_orm::{
        ConnectionTrait, ExprTrait,
        sea_query::{Expr, Order, Query},
    },
    sql,
};

const NAMES: [&str; 9] =
    ["100%", "100 percent", "a_b", "axb", r"back\slash", "it's \"quoted\"", "Ünïcode 猫", "%", r"\%"];

async fn names(db: &Db) -> Result<()> {
    db.run(sql!("CREATE TABLE names (name TEXT)")).await?;
    for name in NAMES {
        db.run(sql!("INSERT INTO names VALUES (:name)", name)).await?;
    }
    Ok(())
}

async fn matching(db: &Db, pattern: Like) -> Result<Vec<String>> {
    db.values(sql!("SELECT name FROM names WHERE name LIKE :pattern ORDER BY name", pattern)).await
}

#[tokio::test]
async fn attack_128_each_text_matches_itself_and_nothing_else() -> Result<()> {
    on_both(async |db| {
        names(&db).await?;
        for text in ["%", "_", r"\", r"\%", "0%", "a_b", "'", "\"", "猫", "' OR 1=1 --", r"\' OR 1=1 --", "%%", "__"] {
            let expected = |matches: fn(&str, &str) -> bool| {
                let mut names: Vec<&str> = NAMES.into_iter().filter(|name| matches(name, text)).collect();
                names.sort_unstable();
                names
            };
            assert_eq!(
                matching(&db, like::contains(text)).await?,
                expected(|name, text| name.contains(text)),
                "{text}"
            );
            assert_eq!(
                matching(&db, like::starts_with(text)).await?,
                expected(|name, text| name.starts_with(text)),
                "{text}"
            );
            assert_eq!(
                matching(&db, like::ends_with(text)).await?,
                expected(|name, text| name.ends_with(text)),
                "{text}"
            );
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn attack_128_the_builder_of_statements_takes_the_same_patterns() -> Result<()> {
    on_both(async |db| {
        names(&db).await?;
        for (text, found) in
            [("0%", vec!["100%"]), ("_", vec!["a_b"]), (r"\", vec![r"\%", r"back\slash"]), ("'", vec![NAMES[5]])]
        {
            let mut query = Query::select();
            query
                .column("name")
                .from("names")
                .and_where(Expr::col("name").like(like::contains(text)))
                .order_by("name", Order::Asc);
            let rows = db.query_all(&query).await?;
            let names: Vec<String> = rows.iter().map(|row| row.try_get("", "name")).collect::<Result<_, _>>()?;
            assert_eq!(names, found, "{text}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_pattern_of_ones_own_is_one() -> Result<()> {
    on_both(async |db| {
        names(&db).await?;
        assert_eq!(matching(&db, like::pattern("a_b")).await?, ["a_b", "axb"]);
        assert_eq!(matching(&db, like::pattern(r"a\_b")).await?, ["a_b"]);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn attack_128_the_database_may_fold_the_pattern() -> Result<()> {
    on_both(async |db| {
        names(&db).await?;
        let sql = sql!(
            "SELECT name FROM names WHERE (lower(name) LIKE lower(:query)) AND name <> :other",
            other = "%",
            query = like::contains("A_B")
        );
        assert_eq!(db.values::<String>(sql).await?, ["a_b"]);
        let query = like::contains("%");
        let sql = sql!(
            "SELECT count(*) FROM names WHERE name NOT LIKE :query AND name LIKE :all",
            query,
            all = like::contains("")
        );
        assert_eq!(db.value::<i64>(sql).await?, Some(6));
        let absent: Option<Like> = None;
        assert_eq!(db.value::<i64>(sql!("SELECT count(*) FROM names WHERE name LIKE :absent", absent)).await?, Some(0));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_pattern_that_is_too_long_is_refused_and_not_a_failure() -> Result<()> {
    on_both(async |db| {
        names(&db).await?;
        match matching(&db, like::contains(&"a".repeat(60_000))).await {
            Ok(found) => assert!(found.is_empty()),
            Err(error) => assert_eq!(error.status(), 422),
        }
        Ok(())
    })
    .await
}
