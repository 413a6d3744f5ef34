//! Models: a table as a type, whose rows are read and written by name.
//!
//! ```
//! mod user {
//!     use reroute::prelude::*;
//!
//!     /// An account.
//!     #[model("users", owner = "id")]
//!     pub struct User {
//!         #[sea_orm(unique)]
//!         pub username: String,
//!         pub age: i32,
//!         #[column(private)]
//!         pub password_hash: String,
//!     }
//! }
//!
//! use reroute::{prelude::*, sea_orm::ActiveValue::Set};
//! use user::User;
//!
//! # reroute::runtime::block_on(async {
//! # use reroute::sea_orm::{ConnectionTrait, Schema};
//! # let db = Db::connect("sqlite::memory:", true).await?;
//! # db.execute(&Schema::new(db.get_database_backend()).create_table_from_entity(user::Entity)).await?;
//! let new = user::ActiveModel {
//!     username: Set("ada".to_owned()),
//!     age: Set(36),
//!     password_hash: Set("$argon2id$…".to_owned()),
//!     ..Default::default()
//! };
//! let ada = User::create(&db, new).await?;
//! assert_eq!(User::get_by_id(&db, ada.id).await?, Some(ada.clone()));
//!
//! let changes = user::ActiveModel { age: Set(37), ..Default::default() };
//! assert_eq!(User::update(&db, ada.id, changes).await?.age, 37);
//!
//! let page = User::get_all(&db, Page::new(1, 20).order_by("username")?).await?;
//! assert_eq!(page.len(), 1);
//! let wrong = Rows::<User>::new().order_by("password_hash").unwrap_err();
//! assert_eq!(
//!     wrong.fields()[0].message,
//!     "Invalid order_by column: 'password_hash'. Valid columns are: age, created_at, id, updated_at, username",
//! );
//! # Ok::<_, Error>(())
//! # }).unwrap();
//! ```
//!
//! # What `#[model]` makes
//!
//! An entity of SeaORM in its dense format, in the same module, one model a module: `Model` (of which `User` is another name), `Entity`, `Column`,
//! `ActiveModel`, `Relation`. To the columns that are written it adds `id`, a number that counts up, `created_at` and `updated_at`, times in
//! UTC. Relations (`HasMany`, `HasOne`, `BelongsTo`), loaders, active models and queries of one's own work as SeaORM's
//! documentation says; what its entity prelude has is in scope in the module. `#[sea_orm(…)]` on a field is SeaORM's own, as in
//! `#[sea_orm(unique)]`, and the schema of the table is what `Schema` makes of the `Entity`. A table with another key, or with two, is a
//! plain entity of SeaORM beside the models.
//!
//! | written | means |
//! | --- | --- |
//! | `#[model("users")]` | the table |
//! | `owner = "user_id"` | the column that says whose a row is: [`Owned`](crate::Owned) for the row, [`OwnedEntity`](crate::OwnedEntity) for queries |
//! | `timestamps = "created"` | rows never change: there is no `updated_at` |
//! | `own_behavior` | the module writes its own `ActiveModelBehavior`; `ActiveModel::stamped` sets the times there |
//! | `#[column(private)]` | never serialized, never named by a request, `[REDACTED]` where a row is printed |
//! | `#[column(public)]` | may be seen in spite of its name: a column whose name says secret (`password_hash`, `api_token`) is private by itself |
//! | `#[column(as_is)]` | goes out as its own crate serializes it, as with `#[output]` |
//!
//! A row is an [`Output`](crate::Output): `Json<User>` and `Json<Listing<User>>` answer with its public columns, times as RFC 3339 in
//! UTC. It cannot be read from a body: what a caller may name there is an [`#[input]`](macro@crate::input), and what of it is written stands in the handler.
//!
//! The times are set before a row is written by `create`, `update` and SeaORM's `insert`, `update` and `save`, where they are not set already;
//! `insert_many` and `update_many` of SeaORM ask no hook, and take what they are given. An `ActiveModel` that is printed shows what it holds.
//!
//! # Which rows
//!
//! What is read is said by [`Rows`], by parameters of a request, or by several of them as a tuple: [`IntoRows`]. The parameters are [`Page`](crate::Page),
//! [`OrderBy`](crate::OrderBy), [`Filter`] and [`After`]; what they name wrong is 422 before any query runs.
//!
//! ```
//! # mod models { pub mod user {
//! # use reroute::prelude::*;
//! # #[model("users")]
//! # pub struct User { pub name: String }
//! # } }
//! use models::user::User;
//! use reroute::prelude::*;
//!
//! #[route]
//! pub struct Users {
//!     db: Db,
//! }
//!
//! #[route]
//! impl Users {
//!     /// `?order_by=name&direction=desc&page=2&filter[name][contains]=ada`
//!     #[requires("admin")]
//!     async fn get(&self, page: Page, order: OrderBy<User>, filter: Filter<User>) -> Result<Json<Listing<User>>> {
//!         Ok(Json(User::list(&self.db, page, (order, filter)).await?))
//!     }
//! }
//! ```
//!
//! Rows that are alike in the columns of an order come in the order of their ids, so that no row is on two pages. A page far into a large
//! table reads all rows before it; [`Record::after`] reads none of them, if there is an index over the order and the id
//! (`CREATE INDEX … ON users (name, id)`).
//!
//! SQLite keeps a time as text, and sorts it as such: what SeaORM writes, in UTC, sorts as times do to the second, and what is set by
//! `created_at` and `updated_at` to the microsecond. What else is written there, such as SQLite's own `CURRENT_TIMESTAMP`, does not.

mod comparison;
#[doc(hidden)]
pub mod expand;
mod filter;
mod keyset;
mod kind;
mod record;
mod rows;

pub use filter::Filter;
pub use keyset::{After, Slice};
pub use record::Record;
pub use rows::{ColumnOf, IntoRows, PageOrder, Rows};

use sea_orm::{EntityTrait, ModelTrait};

/// The columns of a record.
type ColumnsOf<M> = <<M as ModelTrait>::Entity as EntityTrait>::Column;
