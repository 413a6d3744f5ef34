//! In which order rows come.

use super::{Databases, User, five, names, new_user, user};
use reroute::{prelude::*, sea_orm::EntityTrait};

fn refused(column: &str) -> Error {
    Rows::<User>::new().order_by(column).expect_err("it is no column that may be named")
}

#[test]
fn lesson_order_by_names_the_columns_in_the_guides_words() {
    let error = refused("invalid_column");
    assert_eq!((error.status().as_u16(), error.fields()[0].field.as_str()), (422, "order_by"));
    assert_eq!(
        error.fields()[0].message,
        "Invalid order_by column: 'invalid_column'. \
         Valid columns are: active, age, created_at, id, nickname, updated_at, username"
    );
}

#[test]
fn attack_126_only_exact_names_of_public_columns_sort() {
    let huge = "x".repeat(10_240);
    let list = vec!["age"; 100].join(",");
    for name in [
        "age;drop",
        "age desc, (select 1)",
        "age -- ",
        "\"age\"",
        "users.age",
        "age nulls first",
        "AGE",
        "\u{ff41}ge",
        "\u{430}ge",
        "",
        "-",
        "--age",
        "age,id",
        "age\0",
        // Secret, and what the table calls it where the model calls it otherwise.
        "password_hash",
        "is_active",
        "posts",
        &list,
        &huge,
    ] {
        assert_eq!(refused(name).status(), 422, "{name:.20}");
        assert!(OrderBy::<User>::new(name, Direction::Asc).is_err(), "{name:.20}");
        let page: Result<Rows<User>> = Page::new(1, 20).order_by(name);
        assert!(page.is_err(), "{name:.20}");
    }
}

#[test]
fn attack_130_identifiers_with_periods_and_aliases_are_refused() {
    for name in ["users.id", "public.users.id", "\"users\".\"id\"", "id AS x", "u.id", "id.", ".id", "users.*", "*"] {
        assert_eq!(refused(name).status(), 422, "{name}");
    }
}

#[tokio::test]
async fn lesson_order_by_honest_names_that_look_like_attacks_sort() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        five(db).await?;
        // They hold the words `create` and `update`.
        for name in ["created_at", "updated_at", "id"] {
            let rows = User::get_all(db, Rows::new().order_by_desc(name)?).await?;
            assert_eq!(names(&rows), ["eve", "dan", "cleo", "bob", "ada"]);
        }
        // The model's name is not the table's.
        let rows = User::get_all(db, Rows::new().order_by("active")?.order_by("username")?).await?;
        assert_eq!(names(&rows), ["bob", "eve", "ada", "cleo", "dan"]);
    }
    Ok(())
}

#[tokio::test]
async fn a_request_says_the_order() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        five(db).await?;
        let by_age = OrderBy::<User>::new("age", Direction::Desc)?;
        let listing = User::list(db, Page::new(1, 3)?, by_age).await?;
        assert_eq!(names(&listing.items), ["cleo", "ada", "dan"]);
        let rows = User::get_all(db, (by_age, Page::new(2, 3)?)).await?;
        assert_eq!(names(&rows), ["eve", "bob"]);
    }
    Ok(())
}

#[tokio::test]
async fn pages_of_rows_that_are_alike_hold_each_row_once() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        let rows = (0..97).map(|number| new_user(&format!("user{number}"), 20 + number % 2).stamped(true));
        user::Entity::insert_many(rows).exec_without_returning(db).await?;
        for direction in [Direction::Asc, Direction::Desc] {
            let mut seen = Vec::new();
            for page in 1..=20 {
                let order = OrderBy::<User>::new("age", direction)?;
                seen.extend(User::get_all(db, (Page::new(page, 5)?, order)).await?);
            }
            let ages: Vec<_> = seen.iter().map(|user| user.age).collect();
            assert!(ages.is_sorted() || ages.iter().rev().is_sorted());
            let mut ids: Vec<_> = seen.iter().map(|user| user.id).collect();
            ids.sort_unstable();
            assert_eq!(ids, (1..=97).collect::<Vec<_>>());
        }
    }
    Ok(())
}

#[tokio::test]
async fn rows_come_in_the_order_in_which_they_were_made() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        for number in 0..60 {
            User::create(db, new_user(&format!("user{number}"), 20)).await?;
        }
        let rows = User::get_all(db, Rows::new().order_by("created_at")?).await?;
        let ids: Vec<_> = rows.iter().map(|user| user.id).collect();
        assert_eq!(ids, (1..=60).collect::<Vec<_>>());
    }
    Ok(())
}
