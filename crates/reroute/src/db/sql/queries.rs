//! Running statements.

use super::Sql;
use crate::error::Result;
use sea_orm::{ConnectionTrait, FromQueryResult, TryGetableMany};

/// Running what [`sql!`](crate::sql!) makes: on [`Db`](crate::Db), in a transaction, on every connection of SeaORM's.
///
/// | | gives | a row is |
/// | --- | --- | --- |
/// | [`all`](Self::all), [`one`](Self::one) | `Vec<T>`, `Option<T>` | a model, or whatever derives SeaORM's `FromQueryResult`: columns by name |
/// | [`values`](Self::values), [`value`](Self::value) | `Vec<T>`, `Option<T>` | one value, or a tuple: columns by position |
/// | [`run`](Self::run) | `u64` | nothing: how many rows were changed |
///
/// # Errors
///
/// All of them give 422 when the lists of a statement hold more than 10,000 values, or a number is larger than an `i64`; 503 when the database
/// does not answer; 409 when what is unique is there already; else 500.
#[expect(clippy::disallowed_methods, reason = "the text is a literal, or went through `danger`")]
pub trait Queries: ConnectionTrait {
    /// All rows.
    ///
    /// ```
    /// use reroute::{prelude::*, sea_orm::{self, FromQueryResult}};
    ///
    /// #[derive(FromQueryResult)]
    /// struct Named {
    ///     name: String,
    /// }
    ///
    /// # reroute::runtime::block_on(async {
    /// # let db = reroute::Db::connect("sqlite::memory:", true).await?;
    /// # db.run(sql!("CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT)")).await?;
    /// let ids = vec![1_i64, 2, 3];
    /// let found: Vec<Named> = db.all(sql!("SELECT name FROM products WHERE id IN (:ids)", ids)).await?;
    /// # assert_eq!(found.first().map(|named| named.name.as_str()), None);
    /// # Ok::<_, reroute::Error>(())
    /// # }).unwrap();
    /// ```
    fn all<T: FromQueryResult>(&self, sql: Sql) -> impl Future<Output = Result<Vec<T>>> + Send {
        async {
            let rows = self.query_all_raw(sql.into_statement(self.get_database_backend())?).await?;
            rows.iter().map(|row| Ok(T::from_query_result(row, "")?)).collect()
        }
    }

    /// The first row, if there is one.
    fn one<T: FromQueryResult>(&self, sql: Sql) -> impl Future<Output = Result<Option<T>>> + Send {
        async {
            let row = self.query_one_raw(sql.into_statement(self.get_database_backend())?).await?;
            Ok(row.map(|row| T::from_query_result(&row, "")).transpose()?)
        }
    }

    /// All rows, as single values or tuples.
    ///
    /// ```
    /// use reroute::prelude::*;
    ///
    /// # reroute::runtime::block_on(async {
    /// # let db = reroute::Db::connect("sqlite::memory:", true).await?;
    /// let pairs: Vec<(i64, String)> = db.values(sql!("SELECT 1, 'one' UNION SELECT :n, 'two'", n = 2)).await?;
    /// assert_eq!(pairs[1], (2, "two".to_owned()));
    /// # Ok::<_, reroute::Error>(())
    /// # }).unwrap();
    /// ```
    fn values<T: TryGetableMany>(&self, sql: Sql) -> impl Future<Output = Result<Vec<T>>> + Send {
        async {
            let rows = self.query_all_raw(sql.into_statement(self.get_database_backend())?).await?;
            rows.iter().map(|row| Ok(row.try_get_many_by_index()?)).collect()
        }
    }

    /// The first row, if there is one, as a single value or a tuple.
    ///
    /// ```
    /// use reroute::prelude::*;
    ///
    /// # reroute::runtime::block_on(async {
    /// # let db = reroute::Db::connect("sqlite::memory:", true).await?;
    /// let count: Option<i64> = db.value(sql!("SELECT count(*) FROM sqlite_schema")).await?;
    /// assert_eq!(count, Some(0));
    /// # Ok::<_, reroute::Error>(())
    /// # }).unwrap();
    /// ```
    fn value<T: TryGetableMany>(&self, sql: Sql) -> impl Future<Output = Result<Option<T>>> + Send {
        async {
            let row = self.query_one_raw(sql.into_statement(self.get_database_backend())?).await?;
            Ok(row.map(|row| row.try_get_many_by_index()).transpose()?)
        }
    }

    /// Runs what gives no rows, and says how many it changed.
    fn run(&self, sql: Sql) -> impl Future<Output = Result<u64>> + Send {
        async { Ok(self.execute_raw(sql.into_statement(self.get_database_backend())?).await?.rows_affected()) }
    }
}

impl<C: ConnectionTrait + ?Sized> Queries for C {}
