//! The content of a file as a body that is read as it is sent.

use axum_core::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use std::{
    fs::File,
    future::Future,
    io::{self, ErrorKind, Read, Seek, SeekFrom},
    ops::Range,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::task::{JoinHandle, spawn_blocking};

/// How many bytes are read at once, and so are in memory.
const CHUNK: u64 = 64 << 10;

/// These bytes of `file`. A short part is read at once if it `is_wanted`, and holds no file open while it is sent. Waits for the disk.
pub(super) fn of(mut file: File, part: Range<u64>, is_wanted: bool) -> io::Result<Body> {
    let length = part.end - part.start;
    if part.start > 0 {
        file.seek(SeekFrom::Start(part.start))?;
    }
    if length <= CHUNK && is_wanted {
        let (_, content) = chunk(file, length)?;
        return Ok(Body::from(content));
    }
    Ok(Body::new(FileBody { state: State::Idle(file), left: length }))
}

struct FileBody {
    state: State,
    left: u64,
}

enum State {
    Idle(File),
    Reading(JoinHandle<io::Result<(File, Bytes)>>),
    Over,
}

/// The next bytes, `left` of them but no more than a chunk.
fn chunk(mut file: File, left: u64) -> io::Result<(File, Bytes)> {
    let length = left.min(CHUNK);
    // At most 64 KiB.
    let mut content = Vec::with_capacity(length as usize);
    (&mut file).take(length).read_to_end(&mut content)?;
    if (content.len() as u64) < length {
        // Its length was promised: the connection has to end.
        return Err(io::Error::new(ErrorKind::UnexpectedEof, "the file got shorter while it was sent"));
    }
    Ok((file, content.into()))
}

impl http_body::Body for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        if this.left == 0 {
            return Poll::Ready(None);
        }
        loop {
            match std::mem::replace(&mut this.state, State::Over) {
                State::Idle(file) => {
                    let left = this.left;
                    this.state = State::Reading(spawn_blocking(move || chunk(file, left)));
                }
                State::Reading(mut reading) => {
                    let Poll::Ready(read) = Pin::new(&mut reading).poll(task) else {
                        this.state = State::Reading(reading);
                        return Poll::Pending;
                    };
                    return Poll::Ready(Some(read.map_err(io::Error::other).flatten().map(|(file, content)| {
                        this.left -= content.len() as u64;
                        this.state = State::Idle(file);
                        Frame::data(content)
                    })));
                }
                State::Over => return Poll::Ready(None),
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
