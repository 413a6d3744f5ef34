#[path = "../../../tests/support/postgres.rs"]
mod postgres;

use super::{
    super::{Migrations, run::Run},
    *,
};
use crate::Db;
use postgres::PostgresServer;
use sea_orm::{ActiveModelTrait, EntityTrait};
use std::fs;

mod old {
    pub(super) mod user {
        use reroute::prelude::*;

        #[model("users")]
        pub(crate) struct User {
            #[sea_orm(unique)]
            pub(crate) name: String,
            pub(crate) age: i32,
        }
    }

    pub(super) mod note {
        use reroute::prelude::*;

        #[model("notes")]
        pub(crate) struct Note {
            #[sea_orm(indexed)]
            pub(crate) user_id: i64,
            pub(crate) text: String,
            #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
            pub(crate) user: BelongsTo<super::user::Entity>,
        }
    }
}

mod new {
    pub(super) mod user {
        use reroute::prelude::*;

        #[model("users")]
        pub(crate) struct User {
            #[sea_orm(unique)]
            pub(crate) name: String,
            #[sea_orm(indexed)]
            pub(crate) age: i32,
            #[sea_orm(unique)]
            pub(crate) nick: Option<String>,
            #[sea_orm(default_value = 3)]
            pub(crate) stars: i32,
        }
    }

    pub(super) mod note {
        use reroute::prelude::*;

        #[model("notes")]
        pub(crate) struct Note {
            #[sea_orm(indexed)]
            pub(crate) user_id: i64,
            #[sea_orm(unique_key = "place")]
            pub(crate) text: String,
            #[sea_orm(unique_key = "place")]
            pub(crate) page: Option<i64>,
            #[sea_orm(indexed)]
            pub(crate) tag_id: Option<i64>,
            #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
            pub(crate) user: BelongsTo<super::user::Entity>,
            #[sea_orm(belongs_to, from = "tag_id", to = "id", on_delete = "SetNull")]
            pub(crate) tag: BelongsTo<Option<super::tag::Entity>>,
        }
    }

    pub(super) mod tag {
        use reroute::prelude::*;
        use sea_orm::entity::prelude::*;

        #[derive(Debug, Clone, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
        #[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "colour")]
        pub(crate) enum Colour {
            #[sea_orm(string_value = "red")]
            Red,
            #[sea_orm(string_value = "it's, (blue)")]
            Blue,
        }

        #[model("tags")]
        pub(crate) struct Tag {
            #[column(private)]
            pub(crate) colour: Colour,
            pub(crate) share: f64,
            pub(crate) bytes: Vec<u8>,
        }
    }
}

const OLD: [&dyn Model; 2] = [&old::note::Entity, &old::user::Entity];
const NEW: [&dyn Model; 3] = [&new::note::Entity, &new::user::Entity, &new::tag::Entity];

/// A database, and the migrations for it.
struct Place {
    home: tempfile::TempDir,
    target: Target,
    url: String,
    count: usize,
}

impl Place {
    fn new(url: Option<String>) -> Self {
        let home = tempfile::tempdir().expect("a directory can be made");
        let url = url.unwrap_or_else(|| format!("sqlite:{}", home.path().join("a.db").display()));
        fs::create_dir(home.path().join("m")).expect("a directory can be made");
        Self { target: Target::of_url(&url).expect("it is a URL"), home, url, count: 0 }
    }

    async fn propose(&self, models: &[&dyn Model]) -> Result<Option<Written>, String> {
        propose(models, &self.target).await.map_err(|refused| refused.reasons().join("\n"))
    }

    async fn up(&mut self, up: &str, down: &str) {
        self.count += 1;
        for (way, text) in [("up", up), ("down", down)] {
            let name = format!("m/{:04}_a.{way}.sql", self.count);
            fs::write(self.home.path().join(name), text).expect("it is written");
        }
        let applied = self.run(|run| Box::pin(run.up(None, &|_| Ok(())))).await;
        applied.unwrap_or_else(|refused| panic!("{refused}\n{up}"));
    }

    async fn down(&mut self) {
        self.run(|run| Box::pin(run.down(1, &|_| Ok(())))).await.expect("it can be taken back");
        self.count -= 1;
    }

    async fn run<F>(&self, work: F) -> Result<usize, Refused>
    where
        F: for<'a> FnOnce(
            &'a mut Run<'_>,
        ) -> std::pin::Pin<Box<dyn Future<Output = Result<usize, Refused>> + Send + 'a>>,
    {
        let migrations = Migrations::read(self.home.path().join("m")).expect("they are right");
        let mut run = Run::open(&migrations, &self.target, true, &|_| {}).await.expect("it can be opened");
        let outcome = work(&mut run).await;
        run.close().await;
        outcome
    }
}

/// Does the same on both, with each of these.
fn on_both_each<T: Copy>(cases: &[T], work: impl AsyncFn(Place, T)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it can be made");
    let server = PostgresServer::start();
    for (nth, case) in cases.iter().enumerate() {
        runtime.block_on(async {
            work(Place::new(None), *case).await;
            work(Place::new(Some(server.database(&format!("auto_{nth}")))), *case).await;
        });
    }
}

fn on_both(work: impl AsyncFn(Place)) {
    on_both_each(&[()], async |place, ()| work(place).await);
}

#[test]
fn lesson_migrations_what_is_written_makes_what_the_models_say_and_takes_it_back() {
    on_both(async |mut place| {
        let first = place.propose(&OLD).await.expect("it is only added").expect("there is something to do");
        assert!(first.up.find("\"users\"") < first.up.find("\"notes\""), "{}", first.up);
        place.up(&first.up, &first.down).await;
        assert_eq!(place.propose(&OLD).await, Ok(None));
        let second = place.propose(&NEW).await.expect("it is only added").expect("there is something to do");
        place.up(&second.up, &second.down).await;
        assert_eq!(place.propose(&NEW).await, Ok(None));
        let db = Db::connect(&place.url, false).await.expect("it is there");
        let tag = new::tag::ActiveModel {
            colour: sea_orm::Set(new::tag::Colour::Blue),
            share: sea_orm::Set(0.5),
            bytes: sea_orm::Set(vec![0, 255]),
            ..Default::default()
        };
        let tag = tag.insert(&db).await.expect("the table is what the entity expects");
        let read = new::tag::Entity::find_by_id(tag.id).one(&db).await.expect("it can be read");
        assert_eq!(read.expect("it is there"), tag);
        let user = new::user::ActiveModel {
            name: sea_orm::Set("ada".to_owned()),
            age: sea_orm::Set(36),
            ..Default::default()
        };
        assert_eq!(user.insert(&db).await.expect("the table is what the entity expects").stars, 3);
        place.down().await;
        assert_eq!(place.propose(&OLD).await, Ok(None));
        place.down().await;
        assert_eq!(place.propose(&OLD).await, Ok(Some(first)));
    });
}

#[test]
fn whatever_is_more_than_an_addition_is_refused_by_name() {
    let age = "\"age\" integer NOT NULL";
    let cases = [
        (age, "\"age\" text NOT NULL", "table `users`, column `age`: its type is text, and the model says integer"),
        (age, "\"age\" integer", "table `users`, column `age`: it may be NULL"),
        (",\n    \"age\" integer NOT NULL", "", "table `users`, column `age`: it is new and NOT NULL"),
        (age, "\"age\" integer NOT NULL, \"gone\" integer", "table `users`, column `gone`: the model has it no more"),
        (age, "\"age\" integer NOT NULL UNIQUE", "table `users`: (age) is unique, and the model does not say so"),
        ("ON DELETE CASCADE", "ON DELETE SET NULL", "table `notes`: the model's foreign key (user_id)"),
        ("\"notes\"", "\"papers\"", "table `notes`: `papers` has the same columns"),
    ];
    on_both_each(&cases, async |mut place, (from, to, said)| {
        let first = place.propose(&OLD).await.expect("it is only added").expect("there is something to do");
        assert!(first.up.contains(from), "{from}: {}", first.up);
        place.up(&first.up.replace(from, to), "SELECT 1;").await;
        let refused = place.propose(&OLD).await.expect_err(to);
        assert!(refused.contains(said), "{refused}");
    });
}

#[test]
fn what_models_cannot_say_is_left_alone() {
    on_both(async |mut place| {
        let first = place.propose(&OLD).await.expect("it is only added").expect("there is something to do");
        let mut up =
            first.up.replace("\"age\" integer NOT NULL", "\"age\" integer NOT NULL DEFAULT 1 CHECK (\"age\" > 0)");
        up.push_str(
            "CREATE TABLE own (id integer PRIMARY KEY, x varchar);
             CREATE INDEX partial ON users (age) WHERE age > 18;
             CREATE UNIQUE INDEX computed ON users (lower(name));
             CREATE INDEX several ON users (age, name);
             CREATE VIEW adults AS SELECT name FROM users WHERE age > 18;",
        );
        place.up(&up, "SELECT 1;").await;
        assert_eq!(place.propose(&OLD).await, Ok(None));
    });
}

#[test]
fn models_that_do_not_fit_together_are_refused() {
    on_both(async |place| {
        let refused = place.propose(&[&old::note::Entity]).await.expect_err("its parent is not named");
        assert!(refused.contains("`notes` points to `users`"), "{refused}");
        let twice: [&dyn Model; 2] = [&old::user::Entity, &new::user::Entity];
        assert!(place.propose(&twice).await.expect_err("it is there twice").contains("two models"));
    });
}

/// The ledger is sqlx's own: over the same files its migrator finds nothing to do, and takes back what we have applied.
#[test]
#[expect(clippy::disallowed_methods, reason = "it asks with a literal")]
fn the_ledger_is_the_one_of_sqlx() {
    on_both(async |mut place| {
        place.up("CREATE TABLE a (id INTEGER);", "DROP TABLE a;").await;
        place.up("CREATE TABLE b (id INTEGER);", "DROP TABLE b;").await;
        let folder = place.home.path().join("m");
        let migrator = sqlx::migrate::Migrator::new(&*folder).await.expect("the names are right for sqlx, too");
        macro_rules! ask {
            ($connection:ty) => {{
                let mut connection = <$connection as sqlx::Connection>::connect(&place.url).await.expect("it is there");
                let count = "SELECT count(*) FROM _sqlx_migrations";
                migrator.run(&mut connection).await.expect("nothing is pending");
                let there: i64 = sqlx::query_scalar(count).fetch_one(&mut connection).await.expect("it is there");
                migrator.undo(&mut connection, 1).await.expect("the last is known");
                let left: i64 = sqlx::query_scalar(count).fetch_one(&mut connection).await.expect("it is there");
                (there, left)
            }};
        }
        let counts = match place.target.database() {
            Database::Sqlite => ask!(sqlx::SqliteConnection),
            Database::Postgres => ask!(sqlx::PgConnection),
        };
        assert_eq!(counts, (2, 1));
    });
}
