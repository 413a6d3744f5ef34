//! Lines as datagrams of RFC 5424.
//!
//! The header is our own, in `reroute_core::syslog`: one line of formatting, while what is hard, a bounded message that is still JSON and a socket
//! that never waits and comes back, no crate takes over.

use super::{kind::Kind, line};
use reroute_core::syslog::{self, Severity, Target};
use std::{
    io,
    net::{SocketAddr, UdpSocket},
    time::{Duration, Instant},
};

/// The longest datagram: what every receiver should take (RFC 5424, section 6.1).
const LONGEST: usize = 2048;

/// How long after a failure the socket is opened again.
const AGAIN: Duration = Duration::from_secs(1);

/// How long after a name could not be looked up.
const UNRESOLVED: Duration = Duration::from_secs(60);

/// The way to a syslog, open or not.
pub(super) struct Syslog {
    target: Target,
    /// Of a host, once its name was looked up.
    addresses: Vec<SocketAddr>,
    host: String,
    app: String,
    socket: Option<Socket>,
    /// When the next attempt to open it may come, after one that failed.
    again: Option<Instant>,
    /// How many lines did not get there since it was last told.
    lost: u64,
}

enum Socket {
    #[cfg(unix)]
    Unix(std::os::unix::net::UnixDatagram),
    Udp(UdpSocket),
}

impl Syslog {
    pub(super) fn new(target: Target) -> Self {
        let program = std::env::current_exe().ok();
        let name = program.as_deref().and_then(|path| path.file_stem()).map(|name| name.to_string_lossy().into_owned());
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").or_else(|_| std::env::var("HOSTNAME"));
        let (host, app) = (host.unwrap_or_default(), name.unwrap_or_default());
        let mut this = Self { target, addresses: Vec::new(), host, app, socket: None, again: None, lost: 0 };
        // At the start, when nobody waits for the log yet; what fails is told with the first line.
        let _ = this.resolve();
        this
    }

    /// Sends a line, or counts it: it waits for nobody, but for a name that is still to be looked up. The first failure is told, and the end of failing.
    pub(super) fn send(&mut self, kind: Kind, line: &str) {
        if self.again.is_some_and(|again| Instant::now() < again) {
            self.lost += 1;
            return;
        }
        match self.try_send(&self.message(kind, line)) {
            Ok(()) => {
                self.again = None;
                let lost = std::mem::take(&mut self.lost);
                if lost > 0 {
                    tracing::warn!(lost, "security events reach the syslog again");
                }
            }
            Err(error) => {
                // A reader that is slow goes on; whoever is gone may come back at the same place.
                if error.kind() != io::ErrorKind::WouldBlock {
                    self.socket = None;
                    let wait = if self.is_unresolved() { UNRESOLVED } else { AGAIN };
                    self.again = Some(Instant::now() + wait);
                }
                if self.lost == 0 {
                    tracing::error!(%error, "security events do not reach the syslog");
                }
                self.lost += 1;
            }
        }
    }

    fn try_send(&mut self, message: &[u8]) -> io::Result<()> {
        let socket = match self.socket.take() {
            Some(socket) => socket,
            None => {
                self.resolve()?;
                open(&self.target, &self.addresses)?
            }
        };
        self.socket.insert(socket).send(message)
    }

    fn is_unresolved(&self) -> bool {
        matches!(self.target, Target::Udp(_)) && self.addresses.is_empty()
    }

    /// Looks the host's name up, which may take the resolver's time: once, or as long as it fails, once in a minute.
    fn resolve(&mut self) -> io::Result<()> {
        if let (Target::Udp(address), true) = (&self.target, self.addresses.is_empty()) {
            self.addresses = std::net::ToSocketAddrs::to_socket_addrs(address.as_str())?.collect();
        }
        Ok(())
    }

    fn message(&self, kind: Kind, line: &str) -> Vec<u8> {
        let severity = match kind.severity() {
            "HIGH" => Severity::Error,
            "MEDIUM" => Severity::Warning,
            "LOW" => Severity::Notice,
            _ => Severity::Informational,
        };
        let at = timestamp(line);
        let header = syslog::header(severity, at, &self.host, &self.app, std::process::id(), kind.name());
        let mut message = header.into_bytes();
        match line::shortened(line, LONGEST - message.len()) {
            Some(short) => message.extend(short.into_bytes()),
            None => message.extend(line.as_bytes()),
        }
        message
    }
}

/// When the event happened, as its line says.
fn timestamp(line: &str) -> &str {
    let at = line.strip_prefix(r#"{"timestamp":""#).and_then(|rest| rest.split_once('"'));
    at.map_or("-", |(at, _)| at)
}

impl Socket {
    fn send(&self, message: &[u8]) -> io::Result<()> {
        match self {
            #[cfg(unix)]
            Self::Unix(socket) => socket.send(message).map(drop),
            Self::Udp(socket) => socket.send(message).map(drop),
        }
    }
}

fn open(target: &Target, addresses: &[SocketAddr]) -> io::Result<Socket> {
    match target {
        #[cfg(unix)]
        Target::Unix(path) => {
            let socket = std::os::unix::net::UnixDatagram::unbound()?;
            socket.connect(path)?;
            socket.set_nonblocking(true)?;
            Ok(Socket::Unix(socket))
        }
        #[cfg(not(unix))]
        Target::Unix(_) => Err(io::Error::new(io::ErrorKind::Unsupported, "there are no Unix sockets here")),
        Target::Udp(_) => {
            let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
            for address in addresses {
                let any = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
                match UdpSocket::bind(any).and_then(|socket| socket.connect(address).map(|()| socket)) {
                    Ok(socket) => {
                        socket.set_nonblocking(true)?;
                        return Ok(Socket::Udp(socket));
                    }
                    Err(error) => last = error,
                }
            }
            Err(last)
        }
    }
}
