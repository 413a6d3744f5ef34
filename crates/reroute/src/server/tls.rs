use super::Stream;
use crate::error::{Error, Result};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig, crypto,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
        version::{TLS12, TLS13},
    },
};

/// A certificate and its key, read again when their files change, or on SIGHUP: TLS 1.2 and 1.3 by rustls, with ring's cryptography, offering
/// HTTP/2 and HTTP/1.1 (ALPN).
pub(crate) struct Tls {
    files: Files,
    current: Mutex<Current>,
}

struct Files {
    certificates: PathBuf,
    key: PathBuf,
}

struct Current {
    acceptor: TlsAcceptor,
    /// When the two files were last written, as far as that was looked at.
    written: Written,
    looked: Instant,
    hangups: Hangups,
}

type Written = [Option<SystemTime>; 2];

/// How often to look whether the files have changed, at most.
const LOOK: Duration = Duration::from_secs(1);

impl Tls {
    /// Reads a chain of certificates, the server's own first, and its private key (PKCS #8, PKCS #1 or SEC 1), both in PEM.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, holds something else, or the key is not that of the certificate.
    pub(crate) fn open(certificates: &Path, key: &Path) -> Result<Self> {
        let files = Files { certificates: certificates.to_owned(), key: key.to_owned() };
        let written = files.written();
        let acceptor = files.read().map_err(Error::unavailable)?;
        Ok(Self {
            files,
            current: Mutex::new(Current { acceptor, written, looked: Instant::now(), hangups: Hangups::new() }),
        })
    }

    /// Shakes hands. Its bound is the caller's to keep.
    pub(super) async fn accept(&self, stream: Stream) -> io::Result<Stream> {
        let stream = self.acceptor().accept(stream).await?;
        Ok(Stream::Tls(Box::new(stream)))
    }

    /// What to shake hands with: read anew when a file has changed or SIGHUP asks for it, the old one when what is new is broken.
    fn acceptor(&self) -> TlsAcceptor {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let is_asked = current.hangups.came();
        if is_asked || current.looked.elapsed() >= LOOK {
            current.looked = Instant::now();
            let written = self.files.written();
            if is_asked || written != current.written {
                // Also if it is broken: what is wrong is said once, and looked at again when it has changed again.
                current.written = written;
                match self.files.read() {
                    Ok(acceptor) => {
                        current.acceptor = acceptor;
                        tracing::info!("the new TLS certificate is in use");
                    }
                    Err(error) => tracing::error!(error, "the old TLS certificate stays in use"),
                }
            }
        }
        current.acceptor.clone()
    }
}

/// The SIGHUPs since they were last asked about. Taken by us, they do not end the process.
struct Hangups {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Hangups {
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let is_in_runtime = tokio::runtime::Handle::try_current().is_ok();
        Self { signal: if is_in_runtime { signal(SignalKind::hangup()).ok() } else { None } }
    }

    fn came(&mut self) -> bool {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        self.signal.as_mut().is_some_and(|signal| signal.poll_recv(&mut context).is_ready())
    }
}

#[cfg(not(unix))]
impl Hangups {
    fn new() -> Self {
        Self {}
    }

    fn came(&mut self) -> bool {
        false
    }
}

impl Files {
    fn written(&self) -> Written {
        [&self.certificates, &self.key].map(|path| fs::metadata(path).and_then(|found| found.modified()).ok())
    }

    fn read(&self) -> Result<TlsAcceptor, String> {
        let wrong = |path: &Path, reason: String| format!("the TLS file {}: {reason}", path.display());
        let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&self.certificates)
            .and_then(Iterator::collect)
            .map_err(|error| wrong(&self.certificates, error.to_string()))?;
        if certificates.is_empty() {
            return Err(wrong(&self.certificates, "it holds no certificate".to_owned()));
        }
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(|error| wrong(&self.key, error.to_string()))?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(certificates, key))
            .map_err(|error| wrong(&self.certificates, error.to_string()))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}
