use super::{Life, frames::Frames};
use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// A client's stream.
pub(super) enum Stream {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(tokio::net::UnixStream),
    #[cfg(feature = "tls")]
    Tls(Box<tokio_rustls::server::TlsStream<Stream>>),
}

/// Does the same with whichever it is.
macro_rules! with {
    ($stream:expr, $inner:ident => $work:expr) => {
        match $stream {
            Stream::Tcp($inner) => $work,
            #[cfg(unix)]
            Stream::Unix($inner) => $work,
            #[cfg(feature = "tls")]
            Stream::Tls($inner) => $work,
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, task: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        with!(self.get_mut(), inner => Pin::new(inner).poll_read(task, buffer))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, task: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        with!(self.get_mut(), inner => Pin::new(inner).poll_write(task, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        with!(self.get_mut(), inner => Pin::new(inner).poll_write_vectored(task, pieces))
    }

    fn is_write_vectored(&self) -> bool {
        with!(self, inner => inner.is_write_vectored())
    }

    fn poll_flush(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        with!(self.get_mut(), inner => Pin::new(inner).poll_flush(task))
    }

    fn poll_shutdown(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        with!(self.get_mut(), inner => Pin::new(inner).poll_shutdown(task))
    }
}

/// A stream that tells its [`Life`] what comes and goes, and fails once it is cut: also in the hands of a WebSocket.
///
/// It sees what is said, not what is sent: under TLS a client that trickles bytes of a record says nothing until the record is whole.
pub(super) struct Watched {
    stream: Stream,
    life: Arc<Life>,
    frames: Frames,
    within: Option<u64>,
    closing: Closing,
}

/// How far the closing has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Closing {
    No,
    /// The write half is shut, and what still comes is thrown away.
    Lingering,
    Done,
}

impl Watched {
    pub(super) fn new(stream: Stream, life: Arc<Life>) -> Self {
        Self { stream, life, frames: Frames::new(), within: None, closing: Closing::No }
    }

    fn wrote(&self, result: Poll<io::Result<usize>>, task: &mut Context<'_>) -> Poll<io::Result<usize>> {
        match result {
            Poll::Ready(Ok(bytes)) => self.life.wrote(bytes),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => self.life.stall(task.waker()),
        }
        // After the waker is left: a cut either sees it or is seen.
        if self.life.is_cut() { Poll::Ready(Err(cut())) } else { result }
    }

    /// Tells what HTTP/2 itself does not look after.
    fn saw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.frames.see(bytes);
        let within = self.frames.within();
        if self.within != within {
            self.within = within;
            self.life.within(within.is_some());
        }
        if self.frames.is_flooded(self.life.sent()) {
            tracing::debug!("a connection was cut: its client sends frames, and nothing in them");
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a flood of frames"));
        }
        Ok(())
    }

    fn poll_linger(&mut self, task: &mut Context<'_>) -> Poll<()> {
        /// So that a client that never stops sending leaves room for others.
        const AT_ONCE: usize = 16;
        let mut bytes = [0; 4096];
        for _ in 0..AT_ONCE {
            let mut buffer = ReadBuf::new(&mut bytes);
            match ready!(Pin::new(&mut self.stream).poll_read(task, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => {}
                _ => return Poll::Ready(()),
            }
        }
        task.waker().wake_by_ref();
        Poll::Pending
    }
}

impl AsyncRead for Watched {
    fn poll_read(self: Pin<&mut Self>, task: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let result = Pin::new(&mut this.stream).poll_read(task, buffer);
        match &result {
            Poll::Ready(Ok(())) if buffer.filled().len() > before => {
                this.life.read();
                this.saw(&buffer.filled()[before..])?;
            }
            Poll::Ready(_) => {}
            Poll::Pending => this.life.await_bytes(task.waker()),
        }
        if this.life.is_cut() { Poll::Ready(Err(cut())) } else { result }
    }
}

impl AsyncWrite for Watched {
    fn poll_write(self: Pin<&mut Self>, task: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.stream).poll_write(task, bytes);
        this.wrote(result, task)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.stream).poll_write_vectored(task, pieces);
        this.wrote(result, task)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.stream).poll_flush(task);
        match &result {
            Poll::Ready(Ok(())) => this.life.flushed(),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => this.life.stall(task.waker()),
        }
        if this.life.is_cut() { Poll::Ready(Err(cut())) } else { result }
    }

    /// Ends what is sent, then waits for the client's end where it may still be sending: a socket closed over unread bytes is reset,
    /// and a reset takes the answer from a client that has not read it yet (RFC 9112 §9.6).
    fn poll_shutdown(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.closing == Closing::No {
            ready!(Pin::new(&mut this.stream).poll_shutdown(task))?;
            this.closing = if this.life.linger() { Closing::Lingering } else { Closing::Done };
        }
        if this.closing == Closing::Lingering {
            ready!(this.poll_linger(task));
            this.closing = Closing::Done;
        }
        Poll::Ready(Ok(()))
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.life.gone();
    }
}

fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "the server has cut the connection")
}
