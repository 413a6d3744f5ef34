//! A production shop with a certificate of its own, and a client that trusts that one alone.

use super::support::{Answer, Connection, Shop, command};
use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::Child,
    sync::Arc,
    thread,
    time::Duration,
};
use tempfile::TempDir;
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, crypto,
    pki_types::{CertificateDer, ServerName},
};

pub(crate) type Stream = StreamOwned<ClientConnection, TcpStream>;

/// What nothing here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// The settings that a start in production asks for, HTTPS left out.
const PRODUCTION: [(&str, &str); 4] = [
    ("REROUTE_ENV", "production"),
    ("REROUTE_ALLOWED_HOSTS", "localhost"),
    ("REROUTE_RATE_LIMITS", "enforce"),
    ("SECRET_KEY", "3TKgYB4AXXhCuLo93yaxUeM6PbTMtb/QGNZE6LUwc5dHuX/OAPuN/poSyw7ydi4S"),
];

pub(crate) fn production<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&PRODUCTION[..], more].concat()
}

/// A folder with a database in which all is prepared: production prepares nothing.
pub(crate) fn home() -> Arc<TempDir> {
    let home = Arc::new(tempfile::tempdir().expect("a directory can be made"));
    drop(Shop::start_at(home.clone(), &[]));
    home
}

/// A running production shop that speaks TLS. It ends with its holder.
pub(crate) struct Secure {
    pub(crate) address: SocketAddr,
    process: Child,
    certificate: CertificateDer<'static>,
    _home: Arc<TempDir>,
}

impl Secure {
    pub(crate) fn start() -> Self {
        let home = home();
        let certificate = certify(home.path());
        let files = [("REROUTE_TLS_CERTIFICATE", "certificate.pem"), ("REROUTE_TLS_KEY", "key.pem")];
        let mut command = command(home.path());
        command.envs(production(&files)).stdout(std::process::Stdio::null());
        let mut process = command.spawn().expect("the shop can be started");
        let log = BufReader::new(process.stderr.take().expect("stderr is piped"));
        // Held from here on, so that it ends also if the start fails.
        let mut shop = Self { address: ([0; 4], 0).into(), process, certificate, _home: home };
        let mut lines = log.lines().map_while(Result::ok);
        let mut said = Vec::new();
        let address = lines.by_ref().find_map(|line| {
            let address = line.strip_prefix("listening on https://").map(str::to_owned);
            said.push(line);
            address
        });
        // Read to the end, so that the shop never waits for a reader.
        thread::spawn(move || lines.for_each(drop));
        let address = address.unwrap_or_else(|| panic!("the shop did not start: {said:?}"));
        shop.address = address.parse().expect("it is an address");
        shop
    }

    /// Shakes hands, offering these protocols.
    pub(crate) fn connect(&self, protocols: &[&str]) -> io::Result<Stream> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).expect("the certificate is well-formed");
        let mut config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring speaks them")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        let name = ServerName::try_from("localhost").expect("it is a name");
        let connection = ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?;
        let socket = TcpStream::connect_timeout(&self.address, PATIENCE)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_write_timeout(Some(PATIENCE))?;
        let mut stream = StreamOwned::new(connection, socket);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock)?;
        }
        Ok(stream)
    }

    /// The answer to a GET over HTTP/1.1, asked as the Observatory asks: as a page of another site would.
    pub(crate) fn get(&self, path: &str) -> Answer {
        let mut stream = self.connect(&["http/1.1"]).expect("hands are shaken");
        stream.write_all(request(path).as_bytes()).expect("the shop listens");
        let mut bytes = Vec::new();
        // An end without TLS's own word for it is an error here, too: what came could be cut short.
        stream.read_to_end(&mut bytes).expect("an answer comes whole");
        answer(&bytes)
    }

    /// All that comes when plain HTTP is spoken.
    pub(crate) fn in_clear(&self, path: &str) -> Vec<u8> {
        let mut connection = Connection::open(self.address).expect("the shop takes connections");
        connection.write(request(path));
        connection.rest()
    }
}

impl Drop for Secure {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Writes a certificate for `localhost`, and its key.
fn certify(home: &Path) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate can be made");
    std::fs::write(home.join("certificate.pem"), made.cert.pem()).expect("the folder is writable");
    std::fs::write(home.join("key.pem"), made.signing_key.serialize_pem()).expect("the folder is writable");
    made.cert.der().clone()
}

fn request(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\norigin: https://example.org\r\nconnection: close\r\n\r\n")
}

/// Reads an answer after which the connection was closed.
fn answer(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head has an end");
    let head = std::str::from_utf8(&bytes[..end]).expect("a head is text");
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|first| first.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok());
    let fields = lines.filter_map(|line| line.split_once(':'));
    let headers = fields.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
    let answer = Answer { status: status.expect("a status"), headers, body: bytes[end + 4..].to_vec() };
    let length = answer.header("content-length").and_then(|length| length.parse().ok());
    assert_eq!(length, Some(answer.body.len()), "{answer:?}");
    answer
}
