//! Hello, in axum.

use axum::{Router, routing::get};
use std::{io, net::Ipv4Addr};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> io::Result<()> {
    let app = Router::new().route("/", get(hello));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 3000)).await?;
    axum::serve(listener, app).await
}

async fn hello() -> &'static str {
    "Hello, world!"
}
