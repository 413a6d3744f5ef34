//! A client of HTTP/2 that sends what it likes for as long as it is let.

use super::frames::{self, Frame};
use std::{
    io::{self, ErrorKind, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    thread,
    time::Duration,
};

/// Longer than a flood takes, so that nothing hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a flood ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// All was sent, and the connection is open.
    Open,
    /// The server closed, and gave this reason if any reached the client.
    Closed(Option<u32>),
}

/// A connection that has said its preface.
pub(crate) struct Client {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Client {
    pub(crate) fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect_timeout(&address, PATIENCE).expect("the shop listens");
        stream.set_nodelay(true).expect("it is a socket");
        stream.set_read_timeout(Some(PATIENCE)).expect("it is a socket");
        stream.set_write_timeout(Some(PATIENCE)).expect("it is a socket");
        let mut client = Self { stream, read: Vec::new() };
        client.send(&[frames::PREFACE, &frames::settings(&[])].concat());
        client
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("the shop takes it");
    }

    /// The next frame; none when the server has closed, a reset being a close too.
    fn frame(&mut self) -> Option<Frame> {
        loop {
            if let Some((frame, length)) = frames::frame_of(&self.read) {
                self.read.drain(..length);
                return Some(frame);
            }
            let mut piece = [0; 16 * 1024];
            match self.stream.read(&mut piece) {
                Ok(0) => return None,
                Ok(count) => self.read.extend_from_slice(&piece[..count]),
                Err(error) if is_close(&error) => return None,
                Err(error) => panic!("the shop neither sends nor closes: {error}"),
            }
        }
    }

    /// Whether such a frame comes before the end.
    pub(crate) fn frame_that(&mut self, wanted: impl Fn(&Frame) -> bool) -> bool {
        std::iter::from_fn(|| self.frame()).any(|frame| wanted(&frame))
    }

    /// Reads to the end, and returns the reason of a `GOAWAY` that is no mere farewell.
    fn goaway(mut self) -> Option<u32> {
        let mut goaway = None;
        while let Some(frame) = self.frame() {
            if let (frames::GOAWAY, [_, _, _, _, a, b, c, d, ..]) = (frame.kind, frame.payload.as_slice()) {
                let reason = u32::from_be_bytes([*a, *b, *c, *d]);
                goaway = goaway.or((reason != 0).then_some(reason));
            }
        }
        goaway
    }
}

fn is_close(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::ConnectionAborted)
}

/// Sends pieces, by their number, and reads all that comes meanwhile, so that nothing but the flood itself ends it.
pub(crate) fn flood(address: SocketAddr, first: &[u8], piece: impl Fn(u32) -> Vec<u8>, times: u32) -> End {
    let client = Client::open(address);
    let mut stream = client.stream.try_clone().expect("a socket may have two handles");
    thread::scope(|scope| {
        let reader = scope.spawn(move || client.goaway());
        let sent = stream.write_all(first).and_then(|()| send(&mut stream, piece, times));
        // The server says what it has to say, and closes as well: to be told of our end is no refusal.
        let _ = stream.shutdown(Shutdown::Write);
        let goaway = reader.join().expect("it reads to the end");
        if sent.is_ok() && goaway.is_none() { End::Open } else { End::Closed(goaway) }
    })
}

fn send(stream: &mut TcpStream, piece: impl Fn(u32) -> Vec<u8>, times: u32) -> io::Result<()> {
    const AT_ONCE: u32 = 100;
    for batch in 0..times.div_ceil(AT_ONCE) {
        let bytes: Vec<u8> = (0..AT_ONCE).flat_map(|nth| piece(batch * AT_ONCE + nth)).collect();
        stream.write_all(&bytes)?;
    }
    Ok(())
}
