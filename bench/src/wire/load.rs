//! The load generator: a fixed number of requests over connections that are kept, on the loopback only.

use super::this_program;
use crate::{Result, services::TARGET};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    io::{Read as _, Write as _},
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

/// How long a whole run may take.
const RUN_TIME: Duration = Duration::from_secs(120);

/// How long an answer has to begin with.
const OK: &[u8] = b"HTTP/1.1 200 ";

/// What a run came to.
#[derive(Debug, Serialize, Deserialize)]
pub struct Load {
    /// From the first request to the last answer.
    pub seconds: f64,
    /// Microseconds until half of the answers were there.
    pub p50: f64,
    /// Microseconds until 99 of 100 answers were there.
    pub p99: f64,
}

/// Runs the generator in a process of its own.
pub(crate) fn run(address: SocketAddr, connections: u32, requests: u32) -> Result<Load> {
    let words = [address.to_string(), connections.to_string(), requests.to_string()];
    let output = this_program(1)?.arg("load").args(words).output()?;
    if !output.status.success() {
        return Err(format!("the load generator failed: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// What the generator's process does: prints a [`Load`] as JSON.
///
/// # Errors
///
/// When an answer is wrong or missing, or the run takes too long.
pub fn main(address: &str, connections: &str, requests: &str) -> Result<()> {
    let address: SocketAddr = address.parse()?;
    if !address.ip().is_loopback() {
        return Err("the load generator is for the loopback only".into());
    }
    let (connections, requests): (usize, usize) = (connections.parse()?, requests.parse()?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let load = runtime.block_on(async {
        let load = generate(address, connections, requests / connections.max(1));
        tokio::time::timeout(RUN_TIME, load).await.map_err(|_| format!("no end within {RUN_TIME:?}"))?
    })?;
    serde_json::to_writer(std::io::stdout(), &load)?;
    Ok(())
}

async fn generate(address: SocketAddr, connections: usize, each: usize) -> Result<Load> {
    let mut streams = Vec::new();
    for _ in 0..connections {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        streams.push(stream);
    }
    let start = Instant::now();
    let mut connections = JoinSet::new();
    for stream in streams {
        connections.spawn(connection(stream, address, each));
    }
    let mut times = Vec::new();
    while let Some(connection) = connections.join_next().await {
        times.extend(connection??);
    }
    let seconds = start.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |hundredths: usize| {
        let time = times.get(times.len() * hundredths / 100).copied().unwrap_or_default();
        time.as_secs_f64() * 1e6
    };
    Ok(Load { seconds, p50: at(50), p99: at(99) })
}

/// One request after the other; the time of each.
async fn connection(mut stream: TcpStream, address: SocketAddr, requests: usize) -> Result<Vec<Duration>> {
    let request = request(address);
    let mut buffer = [0; 4096];
    let mut length = None;
    let mut times = Vec::with_capacity(requests);
    for _ in 0..requests {
        let start = Instant::now();
        stream.write_all(request.as_bytes()).await?;
        let mut read = 0;
        // All answers are of one length, so that only the first has to be parsed.
        while read == 0 || length.is_none_or(|length| read < length) {
            match stream.read(&mut buffer[read..]).await? {
                0 => return Err("the server closed the connection".into()),
                more => read += more,
            }
            length = length.or_else(|| whole(&buffer[..read]));
        }
        if length != Some(read) || !buffer.starts_with(OK) {
            return Err(format!("a wrong answer: {}", String::from_utf8_lossy(&buffer[..read])).into());
        }
        times.push(start.elapsed());
    }
    Ok(times)
}

/// Asks once: the names of the answer's headers, and its body.
pub(super) fn ask(address: SocketAddr) -> Result<(BTreeSet<String>, String)> {
    let mut stream = std::net::TcpStream::connect(address)?;
    stream.set_read_timeout(Some(RUN_TIME))?;
    stream.write_all(request(address).replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("the answer has no end of its head")?;
    let names = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    Ok((names.map(|(name, _)| name.to_ascii_lowercase()).collect(), body.to_owned()))
}

fn request(address: SocketAddr) -> String {
    format!("GET {TARGET} HTTP/1.1\r\nhost: {address}\r\naccept: application/json\r\n\r\n")
}

/// The length of the answer that begins so, once its head is there.
fn whole(answer: &[u8]) -> Option<usize> {
    let head = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let lines = std::str::from_utf8(&answer[..head]).ok()?.lines();
    let (_, body) =
        lines.filter_map(|line| line.split_once(':')).find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?;
    Some(head + 4 + body.trim().parse::<usize>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_as_long_as_its_head_says() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        assert_eq!(whole(answer), Some(answer.len()));
        assert_eq!(whole(&answer[..30]), None);
    }
}
