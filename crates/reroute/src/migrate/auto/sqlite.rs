#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "what is run is made of the models; what is asked is a literal"
)]

use super::{
    super::sqlite::{Sqlite, is_there},
    schema::Schema,
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, SqliteConnection, sqlite::SqliteConnectOptions};

/// The schema that is there, and the one that `statements` make.
pub(super) async fn read(options: &SqliteConnectOptions, statements: &[&str]) -> Result<(Schema, Schema), String> {
    let there = match is_there(options) {
        true => {
            let mut connection = Sqlite::look(options).await?.into_connection();
            let there = schema(&mut connection).await.map_err(|error| error.to_string())?;
            let _ = connection.close().await;
            there
        }
        false => Schema::default(),
    };
    let wanted = aside(statements).await.map_err(|error| format!("what the models say cannot be made: {error}"))?;
    Ok((there, wanted))
}

async fn aside(statements: &[&str]) -> Result<Schema, sqlx::Error> {
    let options = SqliteConnectOptions::new().in_memory(true).disable_statement_logging();
    let mut connection = options.connect().await?;
    for statement in statements {
        connection.execute(AssertSqlSafe(*statement)).await?;
    }
    let wanted = schema(&mut connection).await?;
    connection.close().await?;
    Ok(wanted)
}

async fn schema(connection: &mut SqliteConnection) -> Result<Schema, sqlx::Error> {
    let mut columns: Vec<super::schema::ColumnRow> = sqlx::query_as(
        "SELECT t.name, c.name, lower(c.type), c.\"notnull\" OR c.pk > 0, c.dflt_value, c.pk > 0 AND lower(c.type) = 'integer'
           FROM sqlite_master AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table' ORDER BY t.name, c.cid",
    )
    .fetch_all(&mut *connection)
    .await?;
    for (_, _, kind, ..) in &mut columns {
        *kind = plain(kind);
    }
    let mut indexes: Vec<super::schema::IndexRow> = sqlx::query_as(
        "SELECT t.name, '', TRUE, TRUE, c.name
           FROM sqlite_master AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table' AND c.pk > 0 ORDER BY t.name, c.pk",
    )
    .fetch_all(&mut *connection)
    .await?;
    let others: Vec<super::schema::IndexRow> = sqlx::query_as(
        "SELECT t.name, i.name, i.\"unique\", FALSE, c.name
           FROM sqlite_master AS t, pragma_index_list(t.name) AS i, pragma_index_info(i.name) AS c
          WHERE t.type = 'table' AND i.origin <> 'pk' AND NOT i.partial ORDER BY t.name, i.name, c.seqno",
    )
    .fetch_all(&mut *connection)
    .await?;
    indexes.extend(others);
    let parents = sqlx::query_as(
        "SELECT t.name, CAST(k.id AS TEXT), k.\"from\", k.\"table\", k.\"to\", k.on_delete, k.on_update
           FROM sqlite_master AS t, pragma_foreign_key_list(t.name) AS k WHERE t.type = 'table' ORDER BY t.name, k.id, k.seq",
    )
    .fetch_all(&mut *connection)
    .await?;
    Ok(Schema::of(columns, indexes, parents, Vec::new()))
}

/// One name for what SQLite and SeaORM read alike.
fn plain(kind: &str) -> String {
    let bare = kind.split('(').next().unwrap_or_default().trim();
    let plain = match bare {
        "int" | "integer" | "bigint" | "smallint" | "tinyint" | "mediumint" | "int2" | "int8" => "integer",
        "text" | "varchar" | "char" | "character" | "clob" | "character varying" => "text",
        "bool" | "boolean" => "boolean",
        "real" | "double" | "double precision" | "float" => "real",
        other => other,
    };
    plain.to_owned()
}
