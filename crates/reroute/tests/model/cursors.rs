//! Going through a table by cursor.

use super::{Databases, User, five, names, new_user, user};
use async_trait::async_trait;
use reroute::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend, DbErr, EntityTrait, ExecResult, QueryResult, Statement},
};
use std::sync::Mutex;

async fn many(db: &Db, count: i32) -> Result<()> {
    let rows = (0..count).map(|number| new_user(&format!("user{:04}", number * 7 % count), 20 + number % 3));
    user::Entity::insert_many(rows.map(|row| row.stamped(true))).exec_without_returning(db).await?;
    Ok(())
}

/// All rows, a slice at a time.
async fn walk(db: &Db, rows: &Rows<User>, limit: u64) -> Result<Vec<User>> {
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let slice = User::after(db, &After::new(cursor.as_deref(), limit)?, rows.clone()).await?;
        assert!(slice.items.len() as u64 <= limit);
        seen.extend(slice.items);
        cursor = slice.next;
        if cursor.is_none() {
            return Ok(seen);
        }
    }
}

#[tokio::test]
async fn every_order_is_walked_once_and_in_order() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        many(db, 101).await?;
        for rows in [
            Rows::new(),
            Rows::new().order_by_desc("id")?,
            Rows::new().order_by("age")?,
            Rows::new().order_by_desc("age")?,
            Rows::new().order_by("username")?,
            Rows::new().order_by("created_at")?,
            Rows::new().order_by_desc("updated_at")?,
            Rows::new().order_by("age")?.order_by("username")?,
            Rows::new().order_by("age")?.order_by_desc("username")?,
            Rows::new().order_by_desc("active")?.order_by("age")?.order_by_desc("id")?,
        ] {
            let whole = User::get_all(db, rows.clone().limit(1000)?).await?;
            assert_eq!(whole.len(), 101);
            for limit in [7, 50, 100] {
                assert_eq!(walk(db, &rows, limit).await?, whole, "{rows:?}");
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_filter_narrows_what_is_walked() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        five(db).await?;
        let rows = Rows::new().with((model_filter("filter[age][ge]=20")?, OrderBy::new("username", Direction::Desc)?));
        assert_eq!(names(&walk(db, &rows, 1).await?), ["dan", "cleo", "ada"]);
    }
    Ok(())
}

#[tokio::test]
async fn rows_written_before_the_cursor_move_nothing_after_it() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        many(db, 40).await?;
        let rows = Rows::new().order_by("username")?;
        let before = User::get_all(db, rows.clone()).await?;
        let (mut seen, mut cursor) = (Vec::new(), None);
        for number in 0.. {
            let slice = User::after(db, &After::new(cursor.as_deref(), 6)?, rows.clone()).await?;
            seen.extend(slice.items);
            cursor = slice.next;
            if cursor.is_none() {
                break;
            }
            // It sorts before everything, and the last row that was seen goes.
            User::create(db, new_user(&format!("a{number}"), 20)).await?;
            User::delete(db, seen[seen.len() - 1].id).await?;
        }
        assert_eq!(seen, before);
    }
    Ok(())
}

#[tokio::test]
async fn a_forged_cursor_is_refused_before_any_query() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        five(db).await?;
        let by_name = || Rows::new().order_by("username");
        let honest = User::after(db, &After::new(None, 1)?, by_name()?).await?.next.expect("there are more");
        let before = super::everything(db).await?;
        let of = |texts: &[&str]| encoded(&serde_json::to_string(texts).expect("it is JSON"));
        for forged in [
            String::new(),
            "x".to_owned(),
            "é".to_owned(),
            "=".to_owned(),
            honest[1..].to_owned(),
            format!("{honest}A"),
            encoded("[]"),
            encoded("{}"),
            encoded("[\"username,id,\",\"ada\",1]"),
            of(&["username,id,", "ada"]),
            of(&["username,id,", "ada", "1", "2"]),
            of(&["username,id,", "ada", "x"]),
            of(&["username,id,", "ada", "1 OR 1=1"]),
            of(&["username,id,", "a\0", "1"]),
            of(&["-username,id,", "ada", "1"]),
            of(&["password_hash,id,", "ada", "1"]),
            of(&["id,", "1"]),
            of(&[]),
            encoded(&"[".repeat(6000)),
        ] {
            let refused = User::after(db, &After::new(Some(&forged), 1)?, by_name()?).await.expect_err(&forged);
            let field = &refused.fields()[0];
            assert_eq!((refused.status().as_u16(), field.field.as_str(), &*field.code), (422, "after", "cursor"));
        }
        // What a caller makes up is a value as any other.
        let made_up = of(&["username,id,", "'; DROP TABLE users; --", "1"]);
        let slice = User::after(db, &After::new(Some(&made_up), 10)?, by_name()?).await?;
        assert_eq!(slice.items.len(), 5);
        assert_eq!(super::everything(db).await?, before);
        assert!(After::new(Some(&"A".repeat(8193)), 1).is_err());
    }
    Ok(())
}

#[tokio::test]
async fn an_order_without_a_place_for_each_row_is_refused() -> Result<()> {
    let databases = Databases::start().await?;
    let after = After::new(None, 10)?;
    for db in databases.each() {
        five(db).await?;
        let refused =
            User::after(db, &after, OrderBy::new("nickname", Direction::Asc)?).await.expect_err("it may be null");
        assert_eq!((refused.status().as_u16(), refused.fields()[0].field.as_str()), (422, "order_by"));
        assert_eq!(
            refused.fields()[0].message,
            "must be a column of numbers, texts or times that always holds something, to go on after a row"
        );
        let secret = Rows::new().order_by(user::Column::PasswordHash)?;
        assert_eq!(User::after(db, &after, secret).await.expect_err("it would be told").status(), 500);
        // Values too long for a cursor are no end of the list.
        let once = || Rows::new().order_by_desc("username");
        for (name, rows) in [("x".repeat(1001), once()?), ("💥".repeat(1000), once()?.order_by_desc("username")?)] {
            let row = User::create(db, new_user(&name, 20)).await?;
            let refused = User::after(db, &After::new(None, 1)?, rows).await.expect_err("it does not fit");
            assert_eq!((refused.status().as_u16(), refused.fields()[0].field.as_str()), (422, "order_by"));
            User::delete(db, row.id).await?;
        }
        // One that just fits is one.
        User::create(db, new_user(&"💥".repeat(1000), 20)).await?;
        assert_eq!(walk(db, &once()?, 1).await?.len(), 6);
    }
    Ok(())
}

#[tokio::test]
async fn an_index_finds_the_place_at_once() -> Result<()> {
    let mut databases = Databases::start().await?;
    for db in databases.each() {
        many(db, 3000).await?;
        db.run(sql!("CREATE INDEX by_age ON users (age, id)")).await?;
    }
    // PostgreSQL counts its rows by itself, in its own time.
    databases.postgres.run(sql!("ANALYZE")).await?;
    databases.anew().await?;
    for db in databases.each() {
        for (rows, sign) in [(Rows::new().order_by("age")?, ""), (Rows::new().order_by_desc("age")?, "-")] {
            // In the middle of a thousand rows that are alike in the first column.
            let cursor = encoded(&format!("[\"{sign}age,{sign}id,\", \"21\", \"1500\"]"));
            let recorder = Recorder { db, plans: Mutex::default() };
            let slice = User::after(&recorder, &After::new(Some(&cursor), 20)?, rows).await?;
            assert_eq!(slice.items.len(), 20);
            let plan = recorder.plans.lock().expect("nobody panics").join("\n");
            match db.get_database_backend() {
                DbBackend::Sqlite => {
                    let order = if sign.is_empty() { '>' } else { '<' };
                    for arm in [format!("(age=? AND id{order}?)"), format!("(age{order}?)")] {
                        assert!(plan.contains(&format!("SEARCH users USING INDEX by_age {arm}")), "{plan}");
                    }
                    assert!(plan.contains("MERGE") && !plan.contains("SCAN") && !plan.contains("TEMP"), "{plan}");
                }
                _ => {
                    assert!(plan.contains("Index Cond: (ROW(age, id)") && !plan.contains("Sort"), "{plan}");
                    assert!(!plan.contains("Rows Removed"), "{plan}");
                }
            }
        }
    }
    Ok(())
}

/// A connection that asks how each query is carried out.
struct Recorder<'a> {
    db: &'a Db,
    plans: Mutex<Vec<String>>,
}

#[expect(clippy::disallowed_methods, reason = "it hands on what SeaORM built")]
#[async_trait]
impl ConnectionTrait for Recorder<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.db.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.db.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.db.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let (explain, column) = match statement.db_backend {
            DbBackend::Sqlite => ("EXPLAIN QUERY PLAN", 3),
            _ => ("EXPLAIN ANALYZE", 0),
        };
        let mut explained = statement.clone();
        explained.sql = format!("{explain} {}", statement.sql);
        for line in self.db.query_all_raw(explained).await? {
            let line: String = line.try_get_by_index(column)?;
            self.plans.lock().expect("nobody panics").push(line);
        }
        self.db.query_all_raw(statement).await
    }
}

fn model_filter(query: &str) -> Result<reroute::model::Filter<User>> {
    reroute::model::Filter::of(query)
}

fn encoded(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
}
