//! Each function of a record.

use super::{Databases, Post, User, five, names, new_user, post, user};
use reroute::{
    OwnedBy, OwnedEntity,
    prelude::*,
    sea_orm::{
        ActiveValue::{self, Set, Unchanged},
        ColumnTrait, EntityTrait, IntoActiveModel, TransactionTrait,
    },
    time::OffsetDateTime,
};

#[tokio::test]
async fn a_row_is_made_read_changed_and_deleted() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        let before = OffsetDateTime::now_utc();
        let ada = User::create(db, new_user("ada", 36)).await?;
        assert!(ada.created_at >= before && ada.created_at == ada.updated_at);
        assert_eq!(User::get_by_id(db, ada.id).await?, Some(ada.clone()));
        assert!(User::exists(db, ada.id).await?);

        let changes = user::ActiveModel { age: Set(37), ..Default::default() };
        let older = User::update(db, ada.id, changes).await?;
        assert_eq!((older.age, older.created_at, &older.username), (37, ada.created_at, &ada.username));
        assert!(older.updated_at > ada.updated_at);
        assert_eq!(User::get_by_id(db, ada.id).await?, Some(older));

        assert!(User::delete(db, ada.id).await?);
        assert!(!User::delete(db, ada.id).await?);
        assert_eq!(User::get_by_id(db, ada.id).await?, None);
        assert!(!User::exists(db, ada.id).await?);
    }
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_is_told_by_a_status() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        five(db).await?;
        let taken = User::create(db, new_user("ada", 1)).await.expect_err("the name is taken");
        assert_eq!(taken.status(), 409);
        let changes = user::ActiveModel { username: Set("ada".to_owned()), ..Default::default() };
        assert_eq!(User::update(db, 2, changes.clone()).await.expect_err("the name is taken").status(), 409);
        assert_eq!(User::update(db, 99, changes).await.expect_err("nobody is there").status(), 404);
        assert_eq!(User::get_by_id(db, 99).await?.or_not_found().expect_err("nobody is there").status(), 404);
    }
    Ok(())
}

#[tokio::test]
async fn lesson_models_update_changes_what_is_said_and_never_which_row() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        five(db).await?;
        let mut changes = user::ActiveModel { id: Set(3), age: Set(40), ..Default::default() };
        changes.nickname = ActiveValue::NotSet;
        let bob = User::update(db, 2, changes).await?;
        assert_eq!((bob.id, bob.age, bob.username.as_str()), (2, 40, "bob"));
        assert_eq!(User::get_by_id(db, 3).await?.or_not_found()?.age, 36);
        // Nothing to change: the row is as it was, but for the time of the change.
        let again = User::update(db, 2, bob.clone().into_active_model()).await?;
        assert_eq!(User { updated_at: bob.updated_at, ..again }, bob);
    }
    Ok(())
}

#[tokio::test]
async fn times_that_are_set_stay() -> Result<()> {
    let databases = Databases::start().await?;
    let then = OffsetDateTime::UNIX_EPOCH;
    for db in databases.each() {
        let new = user::ActiveModel { created_at: Set(then), updated_at: Set(then), ..new_user("ada", 36) };
        let ada = User::create(db, new).await?;
        assert_eq!((ada.created_at, ada.updated_at), (then, then));
        let changes = user::ActiveModel { updated_at: Unchanged(then), age: Set(1), ..Default::default() };
        assert!(User::update(db, ada.id, changes).await?.updated_at > then);
    }
    Ok(())
}

#[tokio::test]
async fn times_are_kept_in_utc() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        // By its text the later one comes first.
        for (name, time) in [("late", "2026-01-01T01:00:00-05:00"), ("early", "2026-01-01T02:00:00+05:00")] {
            let created_at = OffsetDateTime::parse(time, &reroute::time::format_description::well_known::Rfc3339)?;
            User::create(db, user::ActiveModel { created_at: Set(created_at), ..new_user(name, 20) }).await?;
        }
        let rows = User::get_all(db, Rows::new().order_by("created_at")?).await?;
        assert_eq!(names(&rows), ["early", "late"]);
        assert!(rows.iter().all(|user| user.created_at.offset().is_utc()));
    }
    Ok(())
}

#[tokio::test]
async fn a_change_of_nothing_gives_back_the_row() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        let new = post::ActiveModel { title: Set("A".to_owned()), stars: Set(1.0), ..Default::default() };
        let post = Post::create(db, new).await?;
        assert_eq!(Post::update(db, post.id, post::ActiveModel::default()).await?, post);
        let nobody = Post::update(db, 99, post::ActiveModel::default()).await.expect_err("nobody is there");
        assert_eq!(nobody.status(), 404);
    }
    Ok(())
}

#[tokio::test]
async fn rows_are_read_counted_and_paged() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        five(db).await?;
        assert_eq!(names(&User::get_all(db, ()).await?), ["ada", "bob", "cleo", "dan", "eve"]);
        let page = User::get_all(db, Page::new(2, 2).order_by("username")?).await?;
        assert_eq!(names(&page), ["cleo", "dan"]);
        let grown = Rows::new().filter(user::Column::Active.eq(true));
        assert_eq!(User::count(db, grown.clone().limit(1)?).await?, 3);
        assert_eq!(User::count(db, ()).await?, 5);

        let listing = User::list(db, Page::new(2, 2)?, grown.order_by_desc(user::Column::Age)?).await?;
        assert_eq!((names(&listing.items), listing.page, listing.per_page, listing.total), (vec!["dan"], 2, 2, 3));

        let with_page = User::get_all(db, (Page::new(2, 2)?, Rows::new().order_by_desc("id")?)).await?;
        assert_eq!(names(&with_page), ["cleo", "bob"]);

        let rows = Rows::new().order_by("age")?.order_by_desc("username")?.limit(3)?.offset(1);
        assert_eq!(names(&User::get_all(db, rows).await?), ["bob", "dan", "cleo"]);
    }
    Ok(())
}

#[test]
fn at_most_a_thousand_rows_are_read_at_once() {
    for limit in [0, 1001, u64::MAX] {
        let refused = Rows::<User>::new().limit(limit).expect_err("it is out of bounds");
        assert_eq!((refused.status().as_u16(), refused.fields()[0].field.as_str()), (422, "limit"));
        assert_eq!(refused.fields()[0].message, "must be an integer from 1 to 1000");
    }
    assert!(Rows::<User>::new().limit(1).and_then(|rows| rows.limit(1000)).is_ok());
}

#[tokio::test]
async fn without_a_limit_a_hundred_are_read() -> Result<()> {
    let databases = Databases::start().await?;
    let db = &databases.sqlite;
    let rows = (0..150).map(|number| new_user(&format!("user{number}"), 20).stamped(true));
    user::Entity::insert_many(rows).exec_without_returning(db).await?;
    assert_eq!(User::get_all(db, ()).await?.len(), 100);
    assert_eq!(User::get_all(db, Rows::new().limit(1000)?).await?.len(), 150);
    // An offset beyond all rows, and beyond what the databases count with.
    assert_eq!(User::get_all(db, Rows::new().offset(u64::MAX)).await?.len(), 0);
    assert_eq!(User::get_all(&databases.postgres, Rows::new().offset(u64::MAX)).await?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn all_of_it_works_in_a_transaction() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        let transaction = db.begin().await?;
        let ada = User::create(&transaction, new_user("ada", 36)).await?;
        assert_eq!(User::count(&transaction, ()).await?, 1);
        assert_eq!(User::get_by_id(&transaction, ada.id).await?, Some(ada));
        transaction.rollback().await?;
        assert_eq!(User::count(db, ()).await?, 0);
    }
    Ok(())
}

#[tokio::test]
async fn an_owner_is_a_column() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        five(db).await?;
        for author in [Some(1), Some(2), None] {
            let new = post::ActiveModel {
                author_id: Set(author),
                title: Set("A title".to_owned()),
                stars: Set(4.5),
                ..Default::default()
            };
            Post::create(db, new).await?;
        }
        let me = Principal::new("2", "session");
        let all = Post::get_all(db, ()).await?;
        let mine: Vec<_> = all.iter().map(|post| me.owns(post)).collect();
        assert_eq!(mine, [false, true, false]);
        assert_eq!(post::Entity::find().owned_by(&me)?.all(db).await?, all[1..2]);
        assert_eq!(Post::get_all(db, Rows::new().owned_by(&me)?).await?, all[1..2]);
        assert_eq!(post::Entity::OWNER.into_column_name(), "author_id");
    }
    Ok(())
}

trait IntoColumnName {
    fn into_column_name(self) -> &'static str;
}

impl<C: reroute::sea_orm::IdenStatic> IntoColumnName for C {
    fn into_column_name(self) -> &'static str {
        self.as_str()
    }
}
