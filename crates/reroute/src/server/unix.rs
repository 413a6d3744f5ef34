//! Sockets that only Unix has: in the file system, and handed over by a supervisor.

use super::Listener;
use crate::error::{Error, Result};
use std::{
    fs, io,
    os::unix::{
        fs::{FileTypeExt, MetadataExt, PermissionsExt},
        net::UnixStream as Probe,
    },
    path::{Path, PathBuf},
};
use tokio::net::{TcpListener, UnixListener, UnixStream};

/// A socket in the file system.
#[derive(Debug)]
pub(crate) struct Socket {
    listener: UnixListener,
    /// What to remove at the end. What was handed over is not ours to remove.
    _file: Option<File>,
}

#[derive(Debug)]
struct File {
    path: PathBuf,
    /// Device and number, so that the file of a successor stays.
    identity: (u64, u64),
}

impl Socket {
    pub(super) async fn accept(&self) -> io::Result<UnixStream> {
        self.listener.accept().await.map(|(stream, _)| stream)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        if identity(&self.path).is_ok_and(|identity| identity == self.identity) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl Listener {
    /// Listens on a socket at `path`, which its owner and group may use (mode 0660) and which is removed when the server ends. A socket
    /// that is there already is replaced if nobody listens on it.
    ///
    /// The mode is set before the first connection is accepted, but after the socket is there: whoever is to be kept out for good
    /// is kept out by the folder that it stands in.
    ///
    /// # Errors
    ///
    /// When something else is at `path`, somebody listens there, or it cannot be written.
    pub(crate) fn unix(path: &Path) -> Result<Self> {
        let refused = |reason: String| Error::unavailable(format!("cannot listen on {}: {reason}", path.display()));
        clear(path).map_err(&refused)?;
        let open = || {
            let listener = UnixListener::bind(path)?;
            let file = File { path: path.to_owned(), identity: identity(path)? };
            fs::set_permissions(path, fs::Permissions::from_mode(0o660))?;
            Ok(Self::Unix(Socket { listener, _file: Some(file) }))
        };
        open().map_err(|error: io::Error| refused(error.to_string()))
    }

    /// The socket that a supervisor has opened for this process, if it has: systemd's protocol of `LISTEN_PID` and `LISTEN_FDS`
    /// (`sd_listen_fds(3)`), one TCP or Unix socket as descriptor 3. Both variables are gone afterwards, so that no child takes it
    /// for its own: to be called once, before anything reads the environment on another thread.
    ///
    /// # Errors
    ///
    /// When more than one is handed over, or it is no socket that listens.
    pub(crate) fn inherited() -> Result<Option<Self>> {
        // The protocol demands it; the crate would take the sockets without.
        if std::env::var_os("LISTEN_PID").is_none_or(|id| id.to_str() != Some(&std::process::id().to_string())) {
            return Ok(None);
        }
        let mut handed = listenfd::ListenFd::from_env();
        match handed.len() {
            0 => Ok(None),
            1 => take(&mut handed).map_err(|error| {
                Error::unavailable(format!("cannot listen on the socket that was handed over (LISTEN_FDS): {error}"))
            }),
            more => {
                Err(Error::unavailable(format!("{more} sockets were handed over (LISTEN_FDS), one is listened on")))
            }
        }
    }
}

fn take(handed: &mut listenfd::ListenFd) -> io::Result<Option<Listener>> {
    if let Ok(Some(listener)) = handed.take_unix_listener(0) {
        listener.set_nonblocking(true)?;
        let listener = UnixListener::from_std(listener)?;
        return Ok(Some(Listener::Unix(Socket { listener, _file: None })));
    }
    let Some(listener) = handed.take_tcp_listener(0)? else { return Ok(None) };
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener).map(Listener::Tcp).map(Some)
}

/// Removes a socket that nobody listens on.
fn clear(path: &Path) -> Result<(), String> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.to_string()),
        Ok(found) if !found.file_type().is_socket() => Err("something that is no socket is there".to_owned()),
        Ok(_) => match Probe::connect(path) {
            // Also what is not let in has found somebody.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                fs::remove_file(path).map_err(|error| error.to_string())
            }
            _ => Err("somebody listens there already".to_owned()),
        },
    }
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    fs::symlink_metadata(path).map(|found| (found.dev(), found.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::Read,
        net::{Ipv4Addr, TcpListener as Tcp, TcpStream},
        os::{fd::OwnedFd, unix::net::UnixListener as Unix},
        process::{Child, Command, Stdio},
    };
    use tokio::io::AsyncWriteExt;

    /// Set in the process that a test hands a socket to.
    const CHILD: &str = "REROUTE_TEST_INHERITS";

    /// Hands a socket to another process, as a supervisor does: as descriptor 3, with the process's own number.
    fn hand_over(socket: impl Into<OwnedFd>) -> Child {
        Command::new("sh")
            .args(["-c", "exec 3<&0; LISTEN_PID=$$ LISTEN_FDS=1 exec \"$0\" \"$@\""])
            .arg(std::env::current_exe().expect("this program has a file"))
            .args(["--exact", "server::unix::tests::a_socket_that_was_handed_over_is_listened_on"])
            .env(CHILD, "yes")
            .stdin(Stdio::from(socket.into()))
            .stdout(Stdio::null())
            .spawn()
            .expect("there is a shell")
    }

    #[test]
    fn a_socket_that_was_handed_over_is_listened_on() {
        if std::env::var_os(CHILD).is_some() {
            return crate::runtime::block_on(serve_one());
        }
        let tcp = Tcp::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = tcp.local_addr().expect("an address");
        expect_served(hand_over(tcp), || TcpStream::connect(address));
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("app.sock");
        let unix = Unix::bind(&path).expect("the folder is writable");
        expect_served(hand_over(unix), || Probe::connect(&path));
        assert!(path.exists(), "what was handed over is the supervisor's to remove");
    }

    async fn serve_one() {
        let listener = Listener::inherited().expect("a socket").expect("one was handed over");
        assert!(Listener::inherited().expect("no mistake").is_none(), "it is taken once");
        let mut stream = listener.accept().await.expect("a client").stream;
        stream.write_all(b"inherited").await.expect("the client listens");
    }

    fn expect_served<S: Read>(mut child: Child, connect: impl Fn() -> io::Result<S>) {
        let mut said = String::new();
        connect().expect("the socket listens").read_to_string(&mut said).expect("text");
        assert_eq!(said, "inherited");
        assert!(child.wait().expect("a status").success());
    }
}
