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
