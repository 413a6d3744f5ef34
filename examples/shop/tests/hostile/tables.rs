//! What stands in a database, read beside the shop.

use reroute::{
    Db, Queries,
    db::danger,
    sea_orm::{ConnectionTrait, DbBackend},
};
use std::collections::{BTreeMap, BTreeSet};

/// Every table with its rows, and how the tables are made.
pub(crate) struct Tables {
    schema: Vec<String>,
    rows: BTreeMap<String, BTreeSet<String>>,
}

impl Tables {
    pub(crate) fn read(url: &str) -> Self {
        let read: reroute::Result<_> = reroute::runtime::block_on(async {
            let db = Db::connect(url, false).await?;
            let is_postgres = db.get_database_backend() == DbBackend::Postgres;
            let schema = texts(&db, if is_postgres { POSTGRES_SCHEMA } else { SQLITE_SCHEMA }).await?;
            let mut rows = BTreeMap::new();
            for table in texts(&db, if is_postgres { POSTGRES_TABLES } else { SQLITE_TABLES }).await? {
                let row = if is_postgres {
                    format!("SELECT md5(t::text) FROM \"{table}\" t")
                } else {
                    let columns = texts(&db, &format!("SELECT name FROM pragma_table_info('{table}')")).await?;
                    let columns: Vec<String> =
                        columns.iter().map(|name| format!("typeof(\"{name}\") || hex(\"{name}\")")).collect();
                    format!("SELECT {} FROM \"{table}\"", columns.join(" || "))
                };
                rows.insert(table, texts(&db, &row).await?.into_iter().collect());
            }
            Ok(Self { schema, rows })
        });
        read.expect("the database can be read")
    }

    /// How many rows each table has.
    pub(crate) fn counts(&self) -> BTreeMap<String, usize> {
        self.rows.iter().map(|(table, rows)| (table.clone(), rows.len())).collect()
    }

    /// The same tables, in which nothing that was there has changed or gone.
    #[track_caller]
    pub(crate) fn keep(&self, before: &Self) {
        assert_eq!(self.schema, before.schema);
        for (table, rows) in &before.rows {
            assert!(rows.is_subset(&self.rows[table]), "a row of {table} was changed");
        }
    }
}

const SQLITE_SCHEMA: &str = "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1";
const SQLITE_TABLES: &str = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
const POSTGRES_TABLES: &str = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
/// Columns, functions, schemas, roles and databases.
const POSTGRES_SCHEMA: &str = "
    SELECT concat_ws(' ', table_schema, table_name, column_name, data_type) FROM information_schema.columns
    UNION ALL SELECT proname || ' ' || pronamespace FROM pg_proc
    UNION ALL SELECT nspname::text FROM pg_namespace WHERE nspname NOT LIKE 'pg_%'
    UNION ALL SELECT rolname::text FROM pg_roles
    UNION ALL SELECT datname::text FROM pg_database
    ORDER BY 1";

async fn texts(db: &Db, sql: &str) -> reroute::Result<Vec<String>> {
    let rows: Vec<(String,)> = db.values(danger::sql(sql, [])).await?;
    Ok(rows.into_iter().map(|(text,)| text).collect())
}
