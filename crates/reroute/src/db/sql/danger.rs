//! Statements that are put together at run time.
//!
//! Whoever looks for injections looks for `danger` in the sources, and at what comes to it: nothing that a caller sent may be a part
//! of the text, neither as it is nor with quotes around it.

use super::{Sql, SqlText, expand::Bound};
use sea_orm::Value;

/// A statement of any text, for what [`sql!`](crate::sql!) cannot say: a table whose name is found at run time, or a report that is put together
/// of parts.
///
/// All parts of `text` have to stand in your sources; names are chosen from a list of them, by an enum or a `match`. What a caller sent is
/// among `values`, whose first is called `$1` on both databases.
///
/// ```
/// use reroute::{db::danger, prelude::*};
///
/// # reroute::runtime::block_on(async {
/// # let db = reroute::Db::connect("sqlite::memory:", true).await?;
/// # db.run(sql!("CREATE TABLE cats (id INTEGER)")).await?;
/// let table = if std::env::args().len() > 9 { "dogs" } else { "cats" };
/// let count = danger::sql(format!("SELECT count(*) FROM {table} WHERE id > $1"), [7.into()]);
/// assert_eq!(db.value::<i64>(count).await?, Some(0));
/// # Ok::<_, reroute::Error>(())
/// # }).unwrap();
/// ```
pub fn sql(text: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Sql {
    Sql { text: SqlText::Danger(text.into()), values: values.into_iter().map(Bound::One).collect() }
}
