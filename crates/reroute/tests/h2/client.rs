//! A client that writes bytes, and reads to their end or the connection's.

use super::frames::{Frame, HEAD, frame_of};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Longer than anything takes that a test waits for.
pub const BOUND: Duration = Duration::from_secs(10);

pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

pub struct Client {
    pub stream: Box<dyn Stream>,
    read: Vec<u8>,
}

impl Client {
    pub fn new(stream: impl Stream + 'static) -> Self {
        Self { stream: Box::new(stream), read: Vec::new() }
    }

    pub async fn tcp(address: SocketAddr) -> Self {
        Self::new(TcpStream::connect(address).await.expect("the server listens"))
    }

    #[cfg(feature = "tls")]
    pub async fn tls(address: SocketAddr, certificates: &std::path::Path, protocol: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server listens");
        let stream = tls_connector(certificates, protocol)
            .connect("localhost".try_into().expect("a name"), stream)
            .await
            .expect("the server's certificate is the expected one");
        let agreed = stream.get_ref().1.alpn_protocol();
        assert_eq!(agreed, Some(protocol.as_bytes()), "both speak it");
        Self::new(stream)
    }

    /// Sends what the server may no longer be there to read.
    pub async fn try_send(&mut self, bytes: &[u8]) -> bool {
        let sent = timeout(BOUND, async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        });
        sent.await.expect("the server takes what it is sent, or closes").is_ok()
    }

    pub async fn send(&mut self, bytes: &[u8]) {
        assert!(self.try_send(bytes).await, "the connection is open");
    }

    /// Sends byte by byte, until the server has closed the connection or all is sent.
    pub async fn trickle(&mut self, bytes: &[u8], pause: Duration) {
        for byte in bytes {
            // A closed connection is seen by reading: the first write after it may well succeed.
            match timeout(pause, self.fill()).await {
                Ok(true) | Err(_) => {}
                Ok(false) => return,
            }
            if !self.try_send(&[*byte]).await {
                return;
            }
        }
    }

    /// All that comes until the server closes the connection.
    pub async fn rest(&mut self) -> Vec<u8> {
        let closed = timeout(BOUND, async { while self.fill().await {} });
        closed.await.expect("the server closes the connection in time");
        std::mem::take(&mut self.read)
    }

    pub async fn rest_text(&mut self) -> String {
        String::from_utf8_lossy(&self.rest().await).into_owned()
    }

    /// One answer of HTTP/1.1 with a `content-length`, or its head alone without.
    pub async fn answer(&mut self) -> String {
        let answer = timeout(BOUND, async {
            loop {
                if let Some(end) = position(&self.read, b"\r\n\r\n") {
                    let head = String::from_utf8_lossy(&self.read[..end]).to_ascii_lowercase();
                    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
                    let length = end + 4 + length.map_or(0, |length| length.trim().parse().expect("a length"));
                    if self.read.len() >= length {
                        let answer: Vec<u8> = self.read.drain(..length).collect();
                        return String::from_utf8_lossy(&answer).into_owned();
                    }
                }
                assert!(self.fill().await, "closed before an answer: {:?}", String::from_utf8_lossy(&self.read));
            }
        });
        answer.await.expect("the server answers in time")
    }

    /// The next frame of HTTP/2, none when the server has closed the connection.
    pub async fn frame(&mut self) -> Option<Frame> {
        let frame = timeout(BOUND, async {
            loop {
                if let Some((frame, length)) = frame_of(&self.read) {
                    self.read.drain(..length);
                    return Some(frame);
                }
                if !self.fill().await {
                    return None;
                }
            }
        });
        frame.await.expect("the server sends a frame or closes in time")
    }

    /// Frames until one is as wanted; none when the connection is closed before.
    pub async fn frame_that(&mut self, mut wanted: impl FnMut(&Frame) -> bool) -> Option<Frame> {
        loop {
            let frame = self.frame().await?;
            if wanted(&frame) {
                return Some(frame);
            }
        }
    }

    /// Reads some, and says whether the connection is still open.
    async fn fill(&mut self) -> bool {
        let mut bytes = [0; HEAD + 16 * 1024];
        match self.stream.read(&mut bytes).await {
            Ok(0) | Err(_) => false,
            Ok(count) => {
                self.read.extend_from_slice(&bytes[..count]);
                true
            }
        }
    }
}

#[cfg(feature = "tls")]
pub fn tls_connector(certificates: &std::path::Path, protocol: &str) -> tokio_rustls::TlsConnector {
    use tokio_rustls::rustls::{
        ClientConfig, RootCertStore, crypto,
        pki_types::{CertificateDer, pem::PemObject},
    };
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(certificates).expect("a certificate")).expect("it is well-formed");
    let mut config = ClientConfig::builder_with_provider(crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .expect("ring speaks them")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    std::sync::Arc::new(config).into()
}

fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
