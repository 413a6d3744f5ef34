#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "what is run is made of the models; what is asked is a literal"
)]

use super::{super::postgres::Postgres, schema::Schema};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, postgres::PgConnectOptions};

/// The schema that is there, and the one that `statements` make of temporary tables, which are gone with their transaction.
pub(super) async fn read(options: &PgConnectOptions, statements: &[&str]) -> Result<(Schema, Schema), String> {
    let mut connection = Postgres::connect(options).await?.into_connection();
    let there = schema(&mut connection, "SELECT current_schema()::regnamespace::oid::bigint").await;
    let there = there.map_err(|error| error.to_string())?;
    let wanted = aside(&mut connection, statements).await;
    let wanted = wanted.map_err(|error| format!("what the models say cannot be made: {error}"))?;
    let _ = connection.close().await;
    Ok((there, wanted))
}

async fn aside(connection: &mut PgConnection, statements: &[&str]) -> Result<Schema, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    transaction
        .execute("SELECT set_config('search_path', 'pg_temp, ' || current_setting('search_path'), TRUE)")
        .await?;
    for statement in statements {
        transaction.execute(AssertSqlSafe(*statement)).await?;
    }
    let wanted = schema(&mut transaction, "SELECT pg_my_temp_schema()::bigint").await?;
    transaction.rollback().await?;
    Ok(wanted)
}

async fn schema(connection: &mut PgConnection, place: &'static str) -> Result<Schema, sqlx::Error> {
    let place: i64 = sqlx::query_scalar(place).fetch_one(&mut *connection).await?;
    let columns = sqlx::query_as(
        "SELECT t.relname::text, c.attname::text, format_type(c.atttypid, c.atttypmod), c.attnotnull, pg_get_expr(d.adbin, d.adrelid),
                c.attidentity <> '' OR coalesce(pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', FALSE)
           FROM pg_class AS t
           JOIN pg_attribute AS c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped AND c.attgenerated = ''
           LEFT JOIN pg_attrdef AS d ON d.adrelid = t.oid AND d.adnum = c.attnum
          WHERE t.relnamespace = $1::oid AND t.relkind IN ('r', 'p') ORDER BY t.relname, c.attnum",
    );
    let columns = columns.bind(place).fetch_all(&mut *connection).await?;
    let indexes = sqlx::query_as(
        "SELECT t.relname::text, i.indexrelid::text, i.indisunique, i.indisprimary, c.attname::text
           FROM pg_index AS i
           JOIN pg_class AS t ON t.oid = i.indrelid
           JOIN pg_class AS self ON self.oid = i.indexrelid
           JOIN pg_am AS method ON method.oid = self.relam AND method.amname = 'btree'
          CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (number, nth)
           LEFT JOIN pg_attribute AS c ON c.attrelid = t.oid AND c.attnum = k.number AND k.number > 0
          WHERE t.relnamespace = $1::oid AND i.indpred IS NULL AND i.indnkeyatts = i.indnatts
            AND NOT EXISTS (SELECT 1 FROM pg_opclass AS o WHERE o.oid = ANY (i.indclass::oid[]) AND NOT o.opcdefault)
          ORDER BY t.relname, i.indexrelid, k.nth",
    );
    let indexes = indexes.bind(place).fetch_all(&mut *connection).await?;
    let parents = sqlx::query_as(
        "SELECT t.relname::text, k.oid::text, c.attname::text, other.relname::text, there.attname::text,
                CASE k.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' WHEN 'r' THEN 'RESTRICT'
                    ELSE 'NO ACTION' END,
                CASE k.confupdtype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' WHEN 'r' THEN 'RESTRICT'
                    ELSE 'NO ACTION' END
           FROM pg_constraint AS k
           JOIN pg_class AS t ON t.oid = k.conrelid
           JOIN pg_class AS other ON other.oid = k.confrelid
          CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS x (here, there, nth)
           JOIN pg_attribute AS c ON c.attrelid = t.oid AND c.attnum = x.here
           JOIN pg_attribute AS there ON there.attrelid = other.oid AND there.attnum = x.there
          WHERE k.contype = 'f' AND t.relnamespace = $1::oid ORDER BY t.relname, k.oid, x.nth",
    );
    let parents = parents.bind(place).fetch_all(&mut *connection).await?;
    let enums = sqlx::query_as(
        "SELECT t.typname::text, e.enumlabel::text FROM pg_type AS t JOIN pg_enum AS e ON e.enumtypid = t.oid
          WHERE t.typnamespace = $1::oid ORDER BY t.typname, e.enumsortorder",
    );
    let enums = enums.bind(place).fetch_all(&mut *connection).await?;
    Ok(Schema::of(columns, indexes, parents, enums))
}
