//! What the environment decides.

use crate::error::Error;
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use std::{env, net::SocketAddr, time::Duration};

/// How long a request waits for a connection, and a writer of SQLite for its turn.
const WAIT: Duration = Duration::from_secs(5);

/// Read once, at start.
pub(crate) struct Config {
    pub(crate) address: SocketAddr,
    /// Whether tables and demo data may be made without being asked for.
    pub(crate) is_disposable: bool,
    database: String,
}

impl Config {
    pub(crate) fn from_env() -> Result<Self, Error> {
        let host = env::var("SHOP_HOST").unwrap_or_else(|_| "127.0.0.1".to_owned());
        let port = env::var("SHOP_PORT").unwrap_or_else(|_| "3000".to_owned());
        let address = format!("{host}:{port}").parse();
        Ok(Self {
            address: address.map_err(|_| Error::internal(format!("`{host}:{port}` is no address")))?,
            is_disposable: env::var("SHOP_ENV").is_ok_and(|kind| kind != "production"),
            database: env::var("DATABASE_URL").unwrap_or_else(|_| "sqlite:shop.db".to_owned()),
        })
    }

    /// What tokens are signed with: where nothing is kept for long, it may be made up.
    pub(crate) fn secret(&self) -> Result<Vec<u8>, Error> {
        match env::var("SHOP_JWT_SECRET") {
            Ok(secret) if secret.len() >= 32 => Ok(secret.into_bytes()),
            Err(_) if self.is_disposable => {
                let mut secret = vec![0; 32];
                getrandom::fill(&mut secret).map_err(Error::internal)?;
                Ok(secret)
            }
            _ => Err(Error::internal("SHOP_JWT_SECRET must have 32 bytes at least")),
        }
    }

    pub(crate) async fn connect(&self) -> Result<DatabaseConnection, Error> {
        let create = self.is_disposable;
        let mut options = ConnectOptions::new(&self.database);
        options.sqlx_logging(false).acquire_timeout(WAIT).connect_timeout(WAIT);
        options.max_connections(if self.database.contains(":memory:") { 1 } else { 16 });
        options.map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .create_if_missing(create)
                .foreign_keys(true)
                .busy_timeout(WAIT)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
        });
        Ok(Database::connect(options).await?)
    }
}
