//! What a flood of logins does to the shop: whether the clock tells who has an account, what memory it takes, and who waits for it.

use crate::{
    Result,
    report::{Row, Target, Value, median, progress},
};
use std::{
    fs,
    io::{BufRead as _, BufReader, Read},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

/// How many logins of each kind are timed, and how many come at once.
const LOGINS: usize = 200;

const PASSWORD: &str = "Correct-Horse-7";

/// The memory of one hash in bytes, where nothing is set.
const MEMORY: usize = 19 << 20;

/// How long one answer may take, all others before it included.
const PATIENCE: Duration = Duration::from_secs(120);

/// Measures the shop over the loopback, with its limits observed.
///
/// # Errors
///
/// When it does not build or start, or does not answer as it should.
pub fn measure() -> Result<Vec<Row>> {
    progress("builds the shop");
    let built = Command::new("cargo").args(["build", "--quiet", "--release", "--package", "shop"]).status()?;
    if !built.success() {
        return Err("the shop does not build".into());
    }
    let home = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let shop = Shop::start(home.path())?;
    let told = runtime.block_on(clock(shop.address))?;
    progress(&format!("signs {LOGINS} accounts up"));
    runtime.block_on(sign_up(shop.address))?;
    drop(shop);
    // Another process, which has hashed nothing yet.
    let shop = Shop::start(home.path())?;
    let flood = runtime.block_on(flood(&shop))?;
    Ok([vec![told], flood].concat())
}

/// A wrong password beside a name that nobody has, in turns.
async fn clock(address: SocketAddr) -> Result<Row> {
    let (mut wrong, mut unknown) = (Vec::new(), Vec::new());
    for nth in 0..LOGINS + 5 {
        for (name, times) in [("ada", &mut wrong), ("nobody", &mut unknown)] {
            let start = Instant::now();
            expect(401, login(address, name, "Wrong-Horse-7").await?)?;
            // The first of all warm up.
            if nth >= 5 {
                times.push(milliseconds(start));
            }
        }
    }
    let [wrong, unknown] = [median(wrong), median(unknown)];
    let figures = format!("{wrong:.2} ms / {unknown:.2} ms");
    let (longer, shorter) = (wrong.max(unknown), wrong.min(unknown));
    let what = "login: time of a refusal, wrong password / unknown account, the longer over the shorter";
    Ok(Row::ratio(what, figures, longer / shorter, Some(Target::AtMost(1.1))))
}

async fn sign_up(address: SocketAddr) -> Result<()> {
    for nth in 0..LOGINS {
        let name = account(nth);
        let new = format!(r#"{{"username":"{name}","email":"{name}@example.com","password":"{PASSWORD}","age":30}}"#);
        expect(201, send(address, "POST /users", &new).await?)?;
    }
    Ok(())
}

/// All accounts at once, while somebody asks how the shop is.
async fn flood(shop: &Shop) -> Result<Vec<Row>> {
    let address = shop.address;
    expect(200, send(address, "GET /health", "").await?)?;
    let before = shop.memory("VmRSS")?;
    let under_way = AtomicUsize::new(LOGINS);
    let mut logins = JoinSet::new();
    let start = Instant::now();
    for nth in 0..LOGINS {
        logins.spawn(async move { login(address, &account(nth), PASSWORD).await });
    }
    let all = async {
        while let Some(answer) = logins.join_next().await {
            expect(200, answer??)?;
            under_way.fetch_sub(1, Ordering::Relaxed);
        }
        Result::Ok(milliseconds(start))
    };
    let health = async {
        let mut times = Vec::new();
        while under_way.load(Ordering::Relaxed) > 0 {
            let start = Instant::now();
            expect(200, send(address, "GET /health", "").await?)?;
            times.push(milliseconds(start));
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Result::Ok(times)
    };
    let (took, health) = tokio::try_join!(all, health)?;
    let grown = shop.memory("VmHWM")?.saturating_sub(before) as f64 / f64::from(1 << 20);
    let turns = std::thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1));
    let promised = (turns * MEMORY) as f64 / f64::from(1 << 20);
    let asked = health.len();
    let most = health.iter().copied().fold(0.0, f64::max);
    Ok(vec![
        Row::ratio(
            format!("login: growth of memory, {LOGINS} accounts at once / hashes that run at once"),
            format!("{grown:.1} MiB / {turns} × 19 MiB; all are in after {took:.0} ms"),
            grown / promised,
            Some(Target::AtMost(1.5)),
        ),
        Row {
            what: format!("login: time of /health during {LOGINS} logins at once"),
            figures: format!("median of {asked}; the longest {most:.1} ms"),
            value: Value::Milliseconds(median(health)),
            target: Some(Target::AtMost(50.0)),
        },
    ])
}

fn account(nth: usize) -> String {
    format!("account{nth}")
}

async fn login(address: SocketAddr, name: &str, password: &str) -> Result<u16> {
    let credentials = format!(r#"{{"username":"{name}","password":"{password}"}}"#);
    send(address, "POST /auth/login", &credentials).await
}

/// The status of the answer, over a connection of its own.
async fn send(address: SocketAddr, line: &str, body: &str) -> Result<u16> {
    let head = format!("host: {address}\r\nconnection: close\r\ncontent-type: application/json");
    let request = format!("{line} HTTP/1.1\r\n{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let exchange = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    let answer = tokio::time::timeout(PATIENCE, exchange).await??;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.ok_or_else(|| format!("{line}: no answer: {answer}").into())
}

fn expect(expected: u16, status: u16) -> Result<()> {
    if status == expected { Ok(()) } else { Err(format!("the shop answers {status} in place of {expected}").into()) }
}

fn milliseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

/// The shop in a process of its own, which ends with this value.
struct Shop {
    process: Child,
    address: SocketAddr,
}

impl Shop {
    fn start(home: &Path) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?.with_file_name("shop"));
        command.current_dir(home).env("DATABASE_URL", format!("sqlite:{}", home.join("shop.db").display()));
        command.env("REROUTE_ENV", "test").env("REROUTE_PORT", "0").env("REROUTE_RATE_LIMITS", "observe");
        command.env("REROUTE_TIMEOUT", "5 min").env_remove("REDIS_URL");
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let mut said = BufReader::new(process.stderr.take().ok_or("the shop's words are heard")?);
        let mut shop = Self { process, address: SocketAddr::from(([127, 0, 0, 1], 0)) };
        let mut line = String::new();
        while said.read_line(&mut line)? > 0 {
            if let Some(address) = line.trim().strip_prefix("listening on http://") {
                shop.address = address.parse()?;
                // Whoever does not listen stops it when the pipe is full.
                std::thread::spawn(move || std::io::copy(&mut said.take(u64::MAX), &mut std::io::sink()));
                return Ok(shop);
            }
            line.clear();
        }
        Err("the shop does not start".into())
    }

    /// A line of what Linux knows of the process's memory, in bytes.
    fn memory(&self, name: &str) -> Result<usize> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let kib: Option<usize> = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        Ok(kib.ok_or("Linux alone tells what memory a process takes")? << 10)
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
