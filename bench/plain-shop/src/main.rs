//! The shop of `examples/shop`, written in plain axum: what building that one is measured against.

mod auth;
mod config;
mod demo;
mod error;
mod etag;
mod html;
mod list;
mod models;
mod password;
mod routes;
mod user_command;
mod validate;

use crate::{config::Config, error::Error};
use sea_orm::DatabaseConnection;
use std::process::ExitCode;
use tokio::net::TcpListener;

/// What every handler can have.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) db: DatabaseConnection,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Error> {
    let config = Config::from_env()?;
    let db = config.connect().await?;
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.first().map(String::as_str) {
        None | Some("serve") => serve(&config, db).await,
        Some("user") => user_command::run(&db, config.is_disposable, &words[1..]).await,
        Some(other) => Err(Error::internal(format!("there is no command `{other}`"))),
    }
}

async fn serve(config: &Config, db: DatabaseConnection) -> Result<(), Error> {
    demo::prepare(&db, config.is_disposable).await?;
    let app = routes::router(AppState { db });
    let listener = TcpListener::bind(config.address).await?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).with_graceful_shutdown(stopped()).await?;
    Ok(())
}

async fn stopped() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::warn!("signals cannot be heard: {error}");
        std::future::pending::<()>().await;
    }
}
