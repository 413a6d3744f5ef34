//! The shop of `examples/shop`, written in plain axum: what building that one is measured against.

mod auth;
mod config;
mod demo;
mod error;
mod etag;
mod html;
mod kept;
mod limit;
mod list;
mod models;
mod password;
mod routes;
mod user_command;
mod validate;

use crate::{
    auth::tokens::Signer,
    config::Config,
    error::Error,
    kept::Kept,
    limit::{Callers, Keys},
};
use sea_orm::DatabaseConnection;
use std::{net::SocketAddr, num::NonZeroU32, process::ExitCode, sync::Arc};
use tokio::net::TcpListener;

/// What every handler can have.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) db: DatabaseConnection,
    pub(crate) kept: Arc<Kept>,
    /// Of what is expensive.
    pub(crate) callers: Arc<Callers>,
    pub(crate) key_limits: Arc<Keys>,
    pub(crate) signer: Arc<Signer>,
}

const A_MINUTE: NonZeroU32 = NonZeroU32::MIN.saturating_add(59);

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
    let state = AppState {
        db,
        kept: Arc::new(Kept::new()),
        callers: Arc::new(Callers::new(A_MINUTE)),
        key_limits: Arc::new(Keys::new()),
        signer: Arc::new(Signer::new(&config.secret()?)),
    };
    let app = routes::router(state)?.into_make_service_with_connect_info::<SocketAddr>();
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
