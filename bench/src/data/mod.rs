//! What models and `sql!` cost beside the same written by hand, and whether the last page of a large table costs more than the first.
#![allow(unreachable_pub, missing_docs, reason = "what `#[model]` makes is as public as its struct")]

#[path = "../../../crates/reroute/tests/support/postgres.rs"]
mod postgres;

use crate::report::{Row, Target, median, progress};
use postgres::PostgresServer;
use reroute::{
    prelude::*,
    sea_orm::{
        ActiveValue::Set, ConnectionTrait, EntityTrait, PaginatorTrait, QueryOrder, QuerySelect, Schema, sqlx::FromRow,
    },
};
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

const ROWS: usize = 100_000;
const ROUNDS: usize = 40;
const QUERIES: u32 = 50;

mod item {
    use reroute::{prelude::*, sea_orm::entity::prelude::*};

    #[model("items")]
    pub struct Item {
        pub name: String,
        pub stock: i64,
    }
}

use item::Item;

/// What sqlx reads a row of the table into.
#[derive(FromRow)]
struct Plain {
    #[expect(dead_code, reason = "it is read, not looked at")]
    id: i64,
    #[expect(dead_code, reason = "it is read, not looked at")]
    name: String,
    #[expect(dead_code, reason = "it is read, not looked at")]
    stock: i64,
}

/// Measures a SQLite file and a PostgreSQL of its own.
///
/// # Errors
///
/// When there is no PostgreSQL, or a query fails.
pub fn measure() -> crate::Result<Vec<Row>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let folder = tempfile::tempdir()?;
        let file = format!("sqlite:{}", folder.path().join("data.db").display());
        let server = PostgresServer::start();
        let mut rows = Vec::new();
        for (name, url, create) in [("SQLite", file, true), ("PostgreSQL", server.url(), false)] {
            let measured = async { on(name, &Db::connect(&url, create).await?).await };
            rows.extend(measured.await.map_err(|error: Error| error.to_string())?);
        }
        Ok(rows)
    })
}

async fn on(name: &str, db: &Db) -> Result<Vec<Row>> {
    progress(&format!("writes {ROWS} rows into {name}"));
    fill(db).await?;
    let list = pair(
        async || done(Item::get_all(db, Page::new(2, 20).order_by("name")?).await?),
        async || {
            let by_name = item::Entity::find().order_by_asc(item::Column::Name).order_by_asc(item::Column::Id);
            done(by_name.offset(20).limit(20).all(db).await?)
        },
    );
    let list = list.await?;
    let one = pair(
        async || {
            let found = db.one::<item::Model>(sql!("SELECT * FROM items WHERE id = :id", id = 4711));
            done(found.await?)
        },
        async || by_hand::one(db).await,
    );
    let one = one.await?;
    let many = pair(
        async || {
            let found =
                sql!("SELECT * FROM items WHERE stock >= :least ORDER BY id LIMIT :most", least = 10, most = 20);
            done(db.all::<item::Model>(found).await?)
        },
        async || by_hand::many(db).await,
    );
    let many = many.await?;
    let mut rows = vec![
        row(format!("data, {name}: a page of 20 in order, `get_all` / SeaORM by hand"), list, 1.1),
        row(format!("data, {name}: one row by its id, `sql!` / sqlx by hand"), one, 1.1),
        row(format!("data, {name}: 20 rows, `sql!` / sqlx by hand"), many, 1.1),
    ];
    for column in ["id", "name"] {
        let order = || Rows::<Item>::new().order_by(column);
        let last = cursor_near_the_end(db, column).await?;
        let ends = pair(
            async || done(Item::after(db, &After::new(Some(&last), 20)?, order()?).await?),
            async || done(Item::after(db, &After::new(None, 20)?, order()?).await?),
        );
        let ends = ends.await?;
        rows.push(row(format!("data, {name}: 20 of 100,000 rows in the order of {column}, last / first"), ends, 1.5));
    }
    Ok(rows)
}

fn row(what: String, (one, other): (f64, f64), bound: f64) -> Row {
    Row::ratio(what, format!("{one:.0} µs / {other:.0} µs"), one / other, Some(Target::AtMost(bound)))
}

async fn fill(db: &Db) -> Result<()> {
    let schema = Schema::new(db.get_database_backend());
    db.execute(&schema.create_table_from_entity(item::Entity)).await?;
    let now = reroute::time::OffsetDateTime::now_utc();
    for start in (0..ROWS).step_by(1000) {
        let rows = (start..start + 1000).map(|nth| item::ActiveModel {
            // In another order than the ids.
            name: Set(format!("item {:06}", nth * 7919 % ROWS)),
            stock: Set((nth % 100) as i64),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        });
        item::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    db.run(sql!("CREATE INDEX items_by_name ON items (name, id)")).await?;
    db.run(sql!("ANALYZE")).await?;
    assert_eq!(item::Entity::find().count(db).await?, ROWS as u64);
    Ok(())
}

/// A cursor after which 100 rows are left, come to as a client would.
async fn cursor_near_the_end(db: &Db, column: &str) -> Result<String> {
    let mut cursor: Option<String> = None;
    for _ in 0..ROWS / 100 - 1 {
        let after = After::new(cursor.as_deref(), 100)?;
        cursor = Item::after(db, &after, Rows::new().order_by(column)?).await?.next;
    }
    cursor.or_not_found()
}

/// Both, in turns: the median time of each in microseconds.
async fn pair(one: impl AsyncFn() -> Result<()>, other: impl AsyncFn() -> Result<()>) -> Result<(f64, f64)> {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let first = time(&one).await?;
        let second = time(&other).await?;
        // The first round warms up.
        if round > 0 {
            ones.push(first.as_secs_f64() * 1e6);
            others.push(second.as_secs_f64() * 1e6);
        }
    }
    Ok((median(ones), median(others)))
}

async fn time(work: &impl AsyncFn() -> Result<()>) -> Result<Duration> {
    let started = Instant::now();
    for _ in 0..QUERIES {
        work().await?;
    }
    Ok(started.elapsed() / QUERIES)
}

/// What was read is not optimised away.
fn done<T>(read: T) -> Result<()> {
    black_box(read);
    Ok(())
}

/// The same by sqlx alone, through the same pool.
mod by_hand {
    #![expect(clippy::disallowed_methods, reason = "it is what is measured against")]

    use super::{Plain, Result, done};
    use reroute::{
        Db,
        sea_orm::{ConnectionTrait, DbBackend, sqlx},
    };

    pub(super) async fn one(db: &Db) -> Result<()> {
        let found: Option<Plain> = match db.get_database_backend() {
            DbBackend::Postgres => {
                let query = sqlx::query_as("SELECT * FROM items WHERE id = $1").bind(4711);
                query.fetch_optional(db.connection().get_postgres_connection_pool()).await?
            }
            _ => {
                let query = sqlx::query_as("SELECT * FROM items WHERE id = ?").bind(4711);
                query.fetch_optional(db.connection().get_sqlite_connection_pool()).await?
            }
        };
        done(found)
    }

    pub(super) async fn many(db: &Db) -> Result<()> {
        let found: Vec<Plain> = match db.get_database_backend() {
            DbBackend::Postgres => {
                let query = sqlx::query_as("SELECT * FROM items WHERE stock >= $1 ORDER BY id LIMIT $2");
                query.bind(10).bind(20).fetch_all(db.connection().get_postgres_connection_pool()).await?
            }
            _ => {
                let query = sqlx::query_as("SELECT * FROM items WHERE stock >= ? ORDER BY id LIMIT ?");
                query.bind(10).bind(20).fetch_all(db.connection().get_sqlite_connection_pool()).await?
            }
        };
        done(found)
    }
}
