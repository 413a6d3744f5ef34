//! Queries that are limited to the caller's own rows, against a database.
#![allow(missing_docs, unreachable_pub, reason = "tests are read, not called")]

use reroute::{
    Db, OwnedBy, Principal, Result,
    sea_orm::{
        ActiveValue::{NotSet, Set},
        ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryTrait,
        Schema, Value,
        sea_query::Expr,
    },
};

mod note {
    use reroute::sea_orm::{self, entity::prelude::*};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "notes")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub owner: Option<i64>,
        pub text: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl reroute::OwnedEntity for Entity {
        type Owner = i64;
        const OWNER: Column = Column::Owner;
    }
}

async fn notes() -> Result<Db> {
    let db = Db::connect("sqlite::memory:", true).await?;
    db.execute(&Schema::new(DbBackend::Sqlite).create_table_from_entity(note::Entity)).await?;
    let rows = [Some(7), Some(7), Some(8), Some(77), None].map(|owner| note::ActiveModel {
        id: NotSet,
        owner: Set(owner),
        text: Set("as it was".to_owned()),
    });
    note::Entity::insert_many(rows).exec_without_returning(&db).await?;
    Ok(db)
}

fn caller(subject: &str) -> Principal {
    Principal::new(subject, "session")
}

#[tokio::test]
async fn attack_31_rows_and_counts_are_the_callers_own() -> Result<()> {
    let db = notes().await?;
    for (subject, count) in [("7", 2), ("8", 1), ("77", 1), ("9", 0), ("0", 0)] {
        let own = note::Entity::find().owned_by(&caller(subject))?;
        assert_eq!(own.clone().count(&db).await?, count, "{subject}");
        for row in own.all(&db).await? {
            assert_eq!(row.owner.map(|owner| owner.to_string()).as_deref(), Some(subject));
        }
    }
    // It narrows what is asked for already, and what is asked for afterwards does not widen it.
    let by_id = note::Entity::find_by_id(3).owned_by(&caller("7"))?.one(&db).await?;
    assert_eq!(by_id, None);
    let wide = note::Entity::find().owned_by(&caller("7"))?.filter(note::Column::Id.gt(0).or(note::Column::Id.gt(-1)));
    assert_eq!(wide.count(&db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn attack_30_what_is_changed_and_deleted_is_too() -> Result<()> {
    let db = notes().await?;
    let update = note::Entity::update_many().col_expr(note::Column::Text, Expr::value("changed"));
    assert_eq!(update.owned_by(&caller("8"))?.exec(&db).await?.rows_affected, 1);
    assert_eq!(note::Entity::delete_many().owned_by(&caller("7"))?.exec(&db).await?.rows_affected, 2);
    let left: Vec<(Option<i64>, String)> =
        note::Entity::find().all(&db).await?.into_iter().map(|row| (row.owner, row.text)).collect();
    let as_it_was = || "as it was".to_owned();
    assert_eq!(left, [(Some(8), "changed".to_owned()), (Some(77), as_it_was()), (None, as_it_was())]);
    Ok(())
}

#[test]
fn the_column_is_compared_with_a_value_of_its_own_type() -> Result<()> {
    let query = note::Entity::find().owned_by(&caller("7"))?.build(DbBackend::Postgres);
    assert!(query.sql.ends_with(r#"WHERE "notes"."owner" = $1"#), "{}", query.sql);
    assert_eq!(query.values.expect("there is one").0, [Value::BigInt(Some(7))]);
    Ok(())
}

#[test]
fn a_subject_of_another_kind_is_an_error_and_no_wider_query() {
    for subject in ["ada", "", "7 OR 1=1", "9223372036854775808"] {
        let refused = note::Entity::find().owned_by(&caller(subject)).expect_err("it is no number");
        assert_eq!(refused.status(), 500, "{subject}");
    }
}
