use super::Stream;
use crate::error::{Error, Result};
use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};
use tokio::net::TcpListener;

/// Where connections come from.
#[derive(Debug)]
pub(crate) enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(super::unix::Socket),
}

/// A client's stream, and who it is.
pub(super) struct Accepted {
    pub(super) stream: Stream,
    /// A Unix socket's peer counts as loopback: it is a process of this machine.
    pub(super) peer: IpAddr,
    /// Whether the peer is a client of its own, so that its connections are counted.
    pub(super) is_counted: bool,
}

impl Listener {
    /// # Errors
    ///
    /// When the address cannot be listened on.
    pub(crate) async fn tcp(address: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind(address).await;
        listener.map(Self::Tcp).map_err(|error| Error::unavailable(format!("cannot listen on {address}: {error}")))
    }

    pub(super) async fn accept(&self) -> io::Result<Accepted> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                // Answers are written whole: waiting for more to send with them only delays them.
                let _ = stream.set_nodelay(true);
                Ok(Accepted { stream: Stream::Tcp(stream), peer: peer.ip(), is_counted: true })
            }
            #[cfg(unix)]
            Self::Unix(socket) => Ok(Accepted {
                stream: Stream::Unix(socket.accept().await?),
                peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
                is_counted: false,
            }),
        }
    }

    /// What a supervisor has handed over: nothing, where sockets are not handed over so.
    #[cfg(not(unix))]
    pub(crate) fn inherited() -> Result<Option<Self>> {
        Ok(None)
    }

    /// The address, if it has one: a Unix socket has none.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(listener) => listener.local_addr().ok(),
            #[cfg(unix)]
            Self::Unix(_) => None,
        }
    }
}
