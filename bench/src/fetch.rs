//! What the client that cannot be led inside adds to a request of reqwest, over a connection that is kept.

use crate::{
    Result,
    report::{Row, Target, median, progress},
};
use reroute::SafeClient;
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

const ROUNDS: usize = 60;
const REQUESTS: u32 = 500;

/// A name, so that both have one to look up for their connection.
const HOST: &str = "bench.example";

/// Measures both in turns, against a server in a thread of its own.
///
/// # Errors
///
/// When a client cannot be made, or the server does not answer.
pub fn measure() -> Result<Vec<Row>> {
    progress("asks a server over the loopback");
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || serve(listener));
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(compare(address))
}

async fn compare(address: SocketAddr) -> Result<Vec<Row>> {
    let url = format!("http://{HOST}:{}/path/to/a/thing?with=query", address.port());
    let bare = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .resolve(HOST, address)
        .connect_timeout(Duration::from_secs(3))
        .read_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(10))
        .user_agent("reroute")
        .build()?;
    let safe = SafeClient::builder()
        .allow_host("api.example.com")
        .allow_host("*.example.net")
        .allow_host(&format!("{HOST}:{}", address.port()))
        .danger_allow_network("127.0.0.1")
        .resolver(move |_| std::future::ready(Ok(vec![address.ip()])))
        .build()
        .map_err(|error| error.to_string())?;
    let (mut bares, mut safes) = (Vec::new(), Vec::new());
    // The first of all warms up.
    for round in 0..=ROUNDS {
        let start = Instant::now();
        for _ in 0..REQUESTS {
            bare.get(&url).send().await?.bytes().await?;
        }
        let between = Instant::now();
        for _ in 0..REQUESTS {
            safe.get(&url).send().await?.bytes().await?;
        }
        if round > 0 {
            bares.push((between - start).as_secs_f64() * 1e6 / f64::from(REQUESTS));
            safes.push(between.elapsed().as_secs_f64() * 1e6 / f64::from(REQUESTS));
        }
    }
    let [bare, safe] = [median(bares), median(safes)];
    let what = "fetch: time for a GET over a kept connection, SafeClient / reqwest with the same bounds";
    Ok(vec![Row::ratio(what, format!("{safe:.1} µs / {bare:.1} µs"), safe / bare, Some(Target::AtMost(1.1)))])
}

/// Answers each request alike, for ever.
fn serve(listener: std::net::TcpListener) -> Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::from_std(listener)?;
        loop {
            let (stream, _) = listener.accept().await?;
            tokio::spawn(answer(stream));
        }
    })
}

async fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let body = "x".repeat(1000);
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 1000\r\n\r\n{body}");
    let mut head = Vec::new();
    loop {
        if stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
        // One client waits for each answer, so that no more than one request is here.
        if head.ends_with(b"\r\n\r\n") {
            head.clear();
            stream.write_all(answer.as_bytes()).await?;
        }
    }
}
