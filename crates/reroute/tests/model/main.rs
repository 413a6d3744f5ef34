//! Models, against a real SQLite file and a real PostgreSQL.
#![allow(missing_docs, unreachable_pub, reason = "tests are read, not called")]

#[path = "../support/postgres.rs"]
mod postgres;
#[path = "../support/mod.rs"]
mod support;

mod cursors;
mod entities;
mod filters;
mod functions;
mod hostile;
mod orders;
mod private;

use postgres::PostgresServer;
use reroute::{
    db::Pool,
    prelude::*,
    sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, Schema},
};

/// Those who write.
pub mod user {
    use reroute::prelude::*;

    /// An account.
    #[model("users", owner = "id")]
    #[derive(Eq)]
    pub struct User {
        #[sea_orm(unique)]
        pub username: String,
        pub age: i32,
        pub nickname: Option<String>,
        #[sea_orm(column_name = "is_active")]
        pub active: bool,
        #[column(private)]
        pub password_hash: String,
        #[sea_orm(has_many)]
        pub posts: HasMany<super::post::Entity>,
    }
}

/// What they write.
pub mod post {
    use reroute::{prelude::*, sea_orm::entity::prelude::*};

    #[model("posts", owner = "author_id", timestamps = "created")]
    pub struct Post {
        #[sea_orm(indexed)]
        pub author_id: Option<i64>,
        pub title: String,
        pub stars: f64,
        #[sea_orm(belongs_to, from = "author_id", to = "id", on_delete = "SetNull")]
        pub author: BelongsTo<Option<super::user::Entity>>,
    }
}

pub use post::Post;
pub use user::User;

/// Both databases, with empty tables.
pub struct Databases {
    pub sqlite: Db,
    pub postgres: Db,
    folder: tempfile::TempDir,
    server: PostgresServer,
}

impl Databases {
    pub async fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let sqlite = Db::connect(&format!("sqlite:{}", folder.path().join("test.db").display()), true).await?;
        let server = PostgresServer::start();
        let postgres = Db::connect(&server.url(), false).await?;
        for db in [&sqlite, &postgres] {
            let schema = Schema::new(db.get_database_backend());
            db.execute(&schema.create_table_from_entity(user::Entity)).await?;
            db.execute(&schema.create_table_from_entity(post::Entity)).await?;
        }
        Ok(Self { sqlite, postgres, folder, server })
    }

    /// The same, with one new connection each: SQLite explains a plan by the tables and indexes as the connection last saw them.
    pub async fn anew(&mut self) -> Result<()> {
        let pool = Pool { connections: 1, ..Pool::default() };
        let url = format!("sqlite:{}", self.folder.path().join("test.db").display());
        self.sqlite = Db::connect_with(&url, false, pool).await?;
        self.postgres = Db::connect_with(&self.server.url(), false, pool).await?;
        Ok(())
    }

    pub fn each(&self) -> [&Db; 2] {
        [&self.sqlite, &self.postgres]
    }
}

pub fn new_user(username: &str, age: i32) -> user::ActiveModel {
    user::ActiveModel {
        username: Set(username.to_owned()),
        age: Set(age),
        active: Set(age >= 18),
        password_hash: Set(format!("hash of {username}")),
        ..Default::default()
    }
}

/// Ada 36, Bob 17, Cleo 36, Dan 20, Eve 17; Ada has a nickname.
pub async fn five(db: &Db) -> Result<()> {
    for (name, age) in [("ada", 36), ("bob", 17), ("cleo", 36), ("dan", 20), ("eve", 17)] {
        let nickname = Set((name == "ada").then(|| "100%_a\\b".to_owned()));
        User::create(db, user::ActiveModel { nickname, ..new_user(name, age) }).await?;
    }
    Ok(())
}

pub fn names(users: &[User]) -> Vec<&str> {
    users.iter().map(|user| user.username.as_str()).collect()
}

/// Everything that is in the tables, as text.
pub async fn everything(db: &Db) -> Result<String> {
    let (users, posts) = (user::Entity::find().all(db).await?, post::Entity::find().all(db).await?);
    let hashes: Vec<_> = users.iter().map(|user| user.password_hash.clone()).collect();
    Ok(format!("{users:?} {hashes:?} {posts:?}"))
}
