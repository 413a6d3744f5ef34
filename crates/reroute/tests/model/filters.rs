//! What a request filters by.

use super::{Databases, Post, User, five, names, new_user, post, user};
use reroute::{
    model::Filter,
    prelude::*,
    sea_orm::{ActiveValue::Set, EntityTrait},
    time::{Duration, OffsetDateTime},
};

#[tokio::test]
async fn each_operator_finds_its_rows() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        five(db).await?;
        for (query, found) in [
            ("", "ada bob cleo dan eve"),
            ("filter[age]=17", "bob eve"),
            ("filter%5Bage%5D%5Beq%5D=17", "bob eve"),
            ("filter[age][ne]=17", "ada cleo dan"),
            ("filter[age][lt]=20", "bob eve"),
            ("filter[age][le]=20", "bob dan eve"),
            ("filter[age][gt]=20", "ada cleo"),
            ("filter[age][ge]=20&filter[age][lt]=36", "dan"),
            ("filter[age][in]=17,20", "bob dan eve"),
            ("filter[id][in]=5,1", "ada eve"),
            ("filter[active]=true", "ada cleo dan"),
            ("filter[active][ne]=true", "bob eve"),
            ("filter[username][contains]=E", "cleo eve"),
            ("filter[username][starts_with]=c", "cleo"),
            ("filter[username]=Ada", ""),
            ("filter[username][in]=ada,,eve", "ada eve"),
            ("filter[nickname][is_null]=false", "ada"),
            ("filter[nickname][is_null]=true", "bob cleo dan eve"),
            ("filter[created_at][gt]=2020-01-01T00:00:00%2B02:00", "ada bob cleo dan eve"),
            ("filter[created_at][lt]=2020-01-01T00:00:00Z", ""),
            ("other=1&filters=2", "ada bob cleo dan eve"),
        ] {
            let rows = User::get_all(db, Filter::of(query)?).await?;
            assert_eq!(names(&rows).join(" "), found, "{query}");
            assert_eq!(User::count(db, Filter::of(query)?).await?, rows.len() as u64, "{query}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn attack_128_what_is_looked_for_matches_itself_alone() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        five(db).await?;
        User::create(db, user::ActiveModel { nickname: Set(Some("100 xa".to_owned())), ..new_user("fay", 1) }).await?;
        for (value, found) in [
            ("%25", "ada"),
            ("_", "ada"),
            ("\\", "ada"),
            ("%25_a\\b", "ada"),
            ("0%25", "ada"),
            ("100", "ada fay"),
            ("x_", ""),
            ("\\%25", ""),
            ("'", ""),
            ("", "ada fay"),
        ] {
            let rows = User::get_all(db, Filter::of(&format!("filter[nickname][contains]={value}"))?).await?;
            assert_eq!(names(&rows).join(" "), found, "{value}");
        }
        let rows = User::get_all(db, Filter::of("filter[nickname][starts_with]=100%25")?).await?;
        assert_eq!(names(&rows), ["ada"]);
    }
    Ok(())
}

#[tokio::test]
async fn times_are_compared_to_the_fraction_of_a_second() -> Result<()> {
    let databases = Databases::start().await?;
    let noon = OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    for db in databases.each() {
        for (at, micros) in [-1_000_000, -1, 0, 1, 100_000, 120_000, 123_456, 1_000_000].into_iter().enumerate() {
            let created_at = Set(noon + Duration::microseconds(micros));
            User::create(db, user::ActiveModel { created_at, ..new_user(&format!("u{at}"), 20) }).await?;
        }
        let text = noon.format(&reroute::time::format_description::well_known::Rfc3339)?;
        let with = |fraction: &str| text.replace('Z', &format!("{fraction}Z"));
        for (operator, time, count) in [
            ("ge", with(""), 6),
            ("gt", with(""), 5),
            ("le", with(""), 3),
            ("lt", with(""), 2),
            ("eq", with(""), 1),
            ("ne", with(""), 7),
            ("ge", with(".12"), 3),
            ("gt", with(".12"), 2),
            ("lt", with(".12"), 5),
            ("le", with(".120"), 6),
            ("gt", with(".000001"), 4),
            ("le", with(".999999"), 7),
        ] {
            let filter = Filter::of(&format!("filter[created_at][{operator}]={time}"))?;
            assert_eq!(User::count(db, filter).await?, count, "{operator} {time}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn numbers_are_compared_as_numbers() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        let posts = [0.1, 0.30000000000000004, 9.0, 10.5, -1e300].map(|stars| {
            let title = Set("A title".to_owned());
            post::ActiveModel { author_id: Set(None), title, stars: Set(stars), ..Default::default() }.stamped(true)
        });
        post::Entity::insert_many(posts).exec_without_returning(db).await?;
        for (query, count) in [
            ("filter[stars]=0.1", 1),
            ("filter[stars]=0.30000000000000004", 1),
            ("filter[stars]=0.3", 0),
            ("filter[stars][gt]=9", 1),
            ("filter[stars][lt]=-1e299", 1),
            ("filter[author_id][is_null]=true", 5),
            ("filter[author_id]=9223372036854775807", 0),
        ] {
            assert_eq!(Post::count(db, Filter::of(query)?).await?, count, "{query}");
        }
    }
    Ok(())
}

#[test]
fn what_is_wrong_is_told_at_its_parameter() {
    let long = format!("filter[username]={}", "x".repeat(1001));
    let many = format!("filter[id][in]={}", vec!["1"; 101].join(","));
    for (query, field, code, message) in [
        ("filter[age]=x", "filter[age]", "type", "must be an integer"),
        ("filter[age]=", "filter[age]", "type", "must be an integer"),
        ("filter[age][ge]=1.0", "filter[age][ge]", "type", "must be an integer"),
        ("filter[age][ge]=01", "filter[age][ge]", "type", "must be an integer"),
        ("filter[age]=2147483648", "filter[age]", "range", "must be an integer in the range of the column"),
        ("filter[id]=9223372036854775808", "filter[id]", "range", "must be an integer in the range of the column"),
        ("filter[age][in]=1,x", "filter[age][in]", "type", "must be an integer"),
        (&many, "filter[id][in]", "max_items", "must have at most 100 values"),
        ("filter[active]=1", "filter[active]", "type", "must be true or false"),
        ("filter[active][in]=true", "filter[active][in]", "operator", "must have an operator of: eq, ne"),
        (
            "filter[age][contains]=1",
            "filter[age][contains]",
            "operator",
            "must have an operator of: eq, ne, in, lt, le, gt, ge",
        ),
        (
            "filter[username][gt]=a",
            "filter[username][gt]",
            "operator",
            "must have an operator of: eq, ne, in, contains, starts_with",
        ),
        (
            "filter[username][is_null]=true",
            "filter[username][is_null]",
            "operator",
            "must have an operator of: eq, ne, in, contains, starts_with",
        ),
        ("filter[nickname][is_null]=yes", "filter[nickname][is_null]", "type", "must be true or false"),
        ("filter[username]=a%00", "filter[username]", "nul", "must not contain the character U+0000"),
        (
            "filter[username][contains]=%00",
            "filter[username][contains]",
            "nul",
            "must not contain the character U+0000",
        ),
        (&long, "filter[username]", "max_length", "must have at most 1000 characters"),
        (
            "filter[created_at]=2026-01-01",
            "filter[created_at]",
            "date-time",
            "must be a time such as 2025-11-28T10:30:00Z",
        ),
        ("filter[age]=1&filter[age]=1", "filter[age]", "repeated", "must be given once"),
        ("filter=1", "filter", "name", "must be written as filter[column] or filter[column][operator]"),
        ("filter[age=1", "filter[age", "name", "must be written as filter[column] or filter[column][operator]"),
        (
            "filter[age][ge][x]=1",
            "filter[age][ge][x]",
            "name",
            "must be written as filter[column] or filter[column][operator]",
        ),
    ] {
        let error = Filter::<User>::of(query).expect_err(query);
        let broken = &error.fields()[0];
        assert_eq!(error.status(), 422, "{query}");
        assert_eq!((broken.field.as_str(), &*broken.code, &*broken.message), (field, code, message), "{query}");
    }
    assert!(Filter::<Post>::of("filter[stars]=NaN").is_err());
    assert!(Filter::<Post>::of("filter[stars]=inf").is_err());
    assert!(Filter::<Post>::of("filter[stars]=1e999").is_err());
}

#[test]
fn lesson_models_a_private_column_is_no_oracle() {
    let known = "Invalid filter column. Valid columns are: active, age, created_at, id, nickname, updated_at, username";
    for name in ["password_hash", "Password_hash", "users.age", "is_active", "posts", "nothing", "", "age\u{0}"] {
        for operator in ["", "[starts_with]", "[is_null]"] {
            let error = Filter::<User>::of(&format!("filter[{name}]{operator}=a")).expect_err(name);
            assert_eq!(error.fields()[0].message, known, "{name}");
        }
    }
}

#[test]
fn the_filters_of_a_request_are_counted() {
    let query = |count: usize| (0..count).map(|at| format!("filter[id][{at}]=1&")).collect::<String>();
    let error = Filter::<User>::of(&query(17)).expect_err("there are too many");
    assert_eq!((error.fields().len(), error.fields()[0].field.as_str()), (1, "filter"));
    assert_eq!(Filter::<User>::of(&query(16)).expect_err("each is wrong").fields().len(), 16);
}
