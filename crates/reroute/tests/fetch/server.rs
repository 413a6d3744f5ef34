//! Servers that say what a test wants.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
    task::JoinSet,
};

/// Both loopback addresses, at one port.
pub(crate) struct Listeners {
    pub(crate) port: u16,
    accepted: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

impl Listeners {
    pub(crate) async fn start() -> Self {
        let (accepted, mut tasks) = (Arc::new(AtomicUsize::new(0)), JoinSet::new());
        let v4 = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).await.expect("a free port");
        let port = v4.local_addr().expect("it is bound").port();
        // A machine may have no IPv6.
        let v6 = TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await.ok();
        for listener in [Some(v4), v6].into_iter().flatten() {
            let accepted = accepted.clone();
            tasks.spawn(async move {
                while listener.accept().await.is_ok() {
                    accepted.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        Self { port, accepted, _tasks: tasks }
    }

    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::Relaxed)
    }
}

/// What a server does with one request.
#[derive(Clone)]
pub(crate) enum Reply {
    /// Says this, and closes.
    Say(Vec<u8>),
    /// Says this, and then nothing more.
    Stall(Vec<u8>),
    /// Says this again and again.
    Drip(Vec<u8>),
}

impl Reply {
    /// 200 with this body, and these lines in its head.
    pub(crate) fn ok(lines: &str, body: &[u8]) -> Self {
        Self::Say([format!("HTTP/1.1 200 OK\r\nconnection: close\r\n{lines}\r\n").as_bytes(), body].concat())
    }

    pub(crate) fn redirect(status: u16, to: &str) -> Self {
        Self::Say(
            format!("HTTP/1.1 {status} See\r\nconnection: close\r\ncontent-length: 0\r\nlocation: {to}\r\n\r\n").into(),
        )
    }
}

/// A server at one loopback address that keeps what it was asked.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    _task: JoinSet<()>,
}

impl Server {
    /// `reply` is asked with the head of each request.
    pub(crate) async fn start(reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        Self::at((Ipv4Addr::LOCALHOST, 0).into(), None, reply).await
    }

    /// The same, over TLS with this certificate and its key in DER.
    pub(crate) async fn start_tls(
        certificate: &rcgen::CertifiedKey<rcgen::KeyPair>,
        reply: impl Fn(&str) -> Reply + Send + Sync + 'static,
    ) -> Self {
        use tokio_rustls::rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};
        let key = PrivateKeyDer::try_from(certificate.signing_key.serialize_der()).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring speaks them")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.cert.der().clone()], key)
            .expect("a certificate");
        Self::at((Ipv4Addr::LOCALHOST, 0).into(), Some(Arc::new(config).into()), reply).await
    }

    async fn at(
        address: SocketAddr,
        tls: Option<tokio_rustls::TlsAcceptor>,
        reply: impl Fn(&str) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let (asked, reply, mut tasks) = (Arc::new(Mutex::new(Vec::new())), Arc::new(reply), JoinSet::new());
        let kept = asked.clone();
        tasks.spawn(async move {
            let mut exchanges = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, reply, tls) = (kept.clone(), reply.clone(), tls.clone());
                exchanges.spawn(async move {
                    match tls {
                        None => exchange(stream, &kept, &*reply).await,
                        Some(tls) => match tls.accept(stream).await {
                            Ok(stream) => exchange(stream, &kept, &*reply).await,
                            Err(_) => kept.lock().expect("nobody panicked").push("no TLS".to_owned()),
                        },
                    }
                });
            }
        });
        Self { address, asked, _task: tasks }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The heads of the requests so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("nobody panicked").clone()
    }
}

async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    kept: &Mutex<Vec<String>>,
    reply: &(impl Fn(&str) -> Reply + ?Sized),
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    kept.lock().expect("nobody panicked").push(head.clone());
    // Whoever asked may have had enough.
    match reply(&head) {
        Reply::Say(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Reply::Stall(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.flush().await;
            std::future::pending::<()>().await;
        }
        Reply::Drip(bytes) => {
            let mut beat = tokio::time::interval(std::time::Duration::from_millis(5));
            while stream.write_all(&bytes).await.is_ok() && stream.flush().await.is_ok() {
                beat.tick().await;
            }
        }
    }
}
