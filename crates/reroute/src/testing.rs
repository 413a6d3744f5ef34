//! Serving an application in a test, over a real socket.

use crate::{App, error::Result, server};
use std::net::{Ipv4Addr, SocketAddr};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// An application that serves on a free port of the loopback until this value is dropped.
///
/// ```
/// use reroute::{prelude::*, testing::Server};
///
/// # #[route] pub struct Home;
/// # #[route] impl Home { #[public] async fn get(&self) -> &'static str { "hello" } }
/// # reroute::runtime::block_on(async {
/// let app = App::new(reroute::Tree::new([reroute::file::<Home>("/", "index.rs")]));
/// let server = Server::start(app).await?;
/// let connection = tokio::net::TcpStream::connect(server.address()).await?;
/// # drop(connection);
/// server.stop().await?;
/// # Ok::<_, reroute::Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Result<()>>,
}

impl Server {
    /// Starts the application. The environment is not read, and no work that waits for the start is done.
    ///
    /// # Errors
    ///
    /// When the start is refused, or no port is free.
    pub async fn start(app: App) -> Result<Self> {
        let edge = app.into_service()?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(server::serve(listener, edge, async move {
            // Dropping the sender means to stop, too.
            let _ = stopped.await;
        }));
        Ok(Self { address, stop, serving })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops as on SIGTERM: what is under way is finished, within a bound.
    ///
    /// # Errors
    ///
    /// When serving ended with one.
    pub async fn stop(self) -> Result<()> {
        let _ = self.stop.send(());
        self.serving.await?
    }
}
