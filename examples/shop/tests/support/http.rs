//! HTTP/1.1 over a plain socket: nothing is normalised, added or followed, and everything has a time-out.

use super::Answer;
use serde_json::Value;
use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    time::Duration,
};

/// Longer than any answer may take, so that nothing hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// How large the chunks of a chunked body are.
const CHUNK: usize = 16 * 1024;

/// A request in the making. Host and `connection: close` are added; all else is as asked.
#[must_use]
pub(crate) struct Request {
    address: SocketAddr,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    is_chunked: bool,
}

impl Request {
    pub(crate) fn new(address: SocketAddr, method: &str, target: &str) -> Self {
        let (method, target) = (method.to_owned(), target.to_owned());
        Self { address, method, target, headers: Vec::new(), body: Vec::new(), is_chunked: false }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.text(body.to_string())
    }

    /// Text that is said to be JSON.
    pub(crate) fn text(self, body: impl AsRef<[u8]>) -> Self {
        self.header("content-type", "application/json").body(body)
    }

    pub(crate) fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self
    }

    pub(crate) fn chunked(mut self) -> Self {
        self.is_chunked = true;
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{} {} HTTP/1.1\r\n", self.method, self.target).into_bytes();
        let is_given = |name: &str| self.headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name));
        let mut headers = self.headers.clone();
        if !is_given("host") {
            headers.push(("host".to_owned(), self.address.to_string()));
        }
        headers.push(("connection".to_owned(), "close".to_owned()));
        if self.is_chunked {
            headers.push(("transfer-encoding".to_owned(), "chunked".to_owned()));
        } else if !self.body.is_empty() && !is_given("content-length") {
            headers.push(("content-length".to_owned(), self.body.len().to_string()));
        }
        for (name, value) in headers {
            bytes.extend(format!("{name}: {value}\r\n").into_bytes());
        }
        bytes.extend(b"\r\n");
        if self.is_chunked {
            for chunk in self.body.chunks(CHUNK) {
                bytes.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
                bytes.extend(chunk);
                bytes.extend(b"\r\n");
            }
            bytes.extend(b"0\r\n\r\n");
        } else {
            bytes.extend(&self.body);
        }
        bytes
    }

    /// The answer, or why there was none.
    pub(crate) fn try_send(&self) -> io::Result<Answer> {
        let mut connection = Connection::open(self.address)?;
        // A server that has refused the head need not read the body: the answer may be there all the same.
        let _ = connection.0.get_mut().write_all(&self.bytes());
        connection.try_answer(self.method == "HEAD")
    }

    pub(crate) fn send(self) -> Answer {
        self.try_send().unwrap_or_else(|error| panic!("{} {:.100}: {error}", self.method, self.target))
    }
}

/// A connection on which the bytes are the test's own.
pub(crate) struct Connection(BufReader<TcpStream>);

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self(BufReader::new(stream)))
    }

    pub(crate) fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.get_mut().write_all(bytes.as_ref()).expect("the server takes the bytes");
    }

    /// Says that nothing more comes.
    pub(crate) fn finish(&mut self) {
        self.0.get_mut().shutdown(Shutdown::Write).expect("the connection is open");
    }

    pub(crate) fn answer(&mut self) -> Answer {
        self.try_answer(false).expect("an answer comes")
    }

    /// Whatever else comes until the server closes; a reset is a close too.
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        match self.0.read_to_end(&mut rest) {
            Err(error) if error.kind() != io::ErrorKind::ConnectionReset => {
                panic!("the server does not close: {error}")
            }
            _ => rest,
        }
    }

    pub(crate) fn try_answer(&mut self, is_head: bool) -> io::Result<Answer> {
        let first = self.line()?;
        let wrong = |what: &str| io::Error::other(format!("no HTTP: {what:?}"));
        let status = first.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
        let mut answer = Answer { status: status.ok_or_else(|| wrong(&first))?, ..Answer::default() };
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').ok_or_else(|| wrong(&line))?;
            answer.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        if is_head || answer.status < 200 || matches!(answer.status, 204 | 304) {
            return Ok(answer);
        }
        if answer.header("transfer-encoding") == Some("chunked") {
            loop {
                let size = self.line()?;
                let size = usize::from_str_radix(&size, 16).map_err(|_| wrong(&size))?;
                answer.body.extend(self.exactly(size)?);
                self.line()?;
                if size == 0 {
                    break;
                }
            }
        } else if let Some(length) = answer.header("content-length") {
            let length = length.parse().map_err(|_| wrong(length))?;
            answer.body = self.exactly(length)?;
        } else {
            self.0.read_to_end(&mut answer.body)?;
        }
        Ok(answer)
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        self.0.read_until(b'\n', &mut line)?;
        if !line.ends_with(b"\r\n") {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        line.truncate(line.len() - 2);
        String::from_utf8(line).map_err(io::Error::other)
    }

    fn exactly(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        self.0.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}
