//! The real binary, on a free port and a database of its own.

use super::{Answer, Connection, Request};
use reroute::{
    Db, Queries,
    db::danger,
    sea_orm::{
        ConnectionTrait, StatementBuilder, TransactionTrait,
        sea_query::{Asterisk, Query},
    },
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU32, Ordering},
        mpsc::{Receiver, RecvTimeoutError, channel},
    },
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Of every demo account.
pub(crate) const PASSWORD: &str = "Correct-Horse-7";

/// How long the shop may take to start or to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running shop. It ends with its last holder.
pub(crate) struct Shop {
    pub(crate) address: SocketAddr,
    /// What it said before it listened, and the line that says where.
    pub(crate) said: Vec<String>,
    process: Process,
    log: Mutex<Receiver<String>>,
    home: Arc<TempDir>,
}

/// A process of our own: it never outlives its holder.
struct Process(Child);

/// Somebody who has signed up and in.
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) username: String,
    pub(crate) email: String,
    pub(crate) token: String,
    pub(crate) refresh_token: String,
}

/// Waits until it holds, as long as nothing that works takes.
#[track_caller]
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let patience = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < patience, "{what}");
        thread::yield_now();
    }
}

/// The shop's command line, in an environment that holds nothing of ours but what is given to it.
pub(crate) fn command(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shop"));
    let settings = ["DATABASE_URL", "REDIS_URL", "SECRET_KEY", "CORS_ORIGINS", "RUST_LOG"];
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("REROUTE_") || settings.contains(&&*name) {
            command.env_remove(&*name);
        }
    }
    command.current_dir(home).env("DATABASE_URL", database_url(home));
    command.env("REROUTE_ENV", "test").env("REROUTE_PORT", "0");
    // Many requests from one address are no attack here.
    command.env("REROUTE_RATE_LIMITS", "observe").env("RUST_BACKTRACE", "1");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Sends a signal to one process.
pub(crate) fn kill(signal: &str, id: u32) {
    let sent = Command::new("sh").arg("-c").arg(format!("kill -{signal} {id}")).status();
    assert!(sent.is_ok_and(|status| status.success()), "SIG{signal} reaches {id}");
}

/// A name that nobody else in this run has.
pub(crate) fn unique(name: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{name}_{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// How many times as much a soak does.
pub(crate) fn soak() -> usize {
    if std::env::var_os("SOAK").is_some() { 20 } else { 1 }
}

/// Runs `work` on `count` threads at once and gathers what each made of its number.
pub(crate) fn at_once<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let start = std::sync::Barrier::new(count);
    thread::scope(|scope| {
        let run = |nth| {
            let (start, work) = (&start, &work);
            scope.spawn(move || {
                start.wait();
                work(nth)
            })
        };
        let threads: Vec<_> = (0..count).map(run).collect();
        threads.into_iter().map(|thread| thread.join().expect("no thread fails")).collect()
    })
}

/// What `DATABASE_URL` says for the shops in this directory: a SQLite file there, or, where `SHOP_TEST_POSTGRES` names a server, a database of
/// that server.
pub(crate) fn database_url(home: &Path) -> String {
    static MADE: Mutex<BTreeMap<PathBuf, String>> = Mutex::new(BTreeMap::new());
    let Some(server) = std::env::var("SHOP_TEST_POSTGRES").ok() else {
        return format!("sqlite:{}", file(home).display());
    };
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let url = made.entry(home.to_owned()).or_insert_with(|| {
        let name = format!("shop_{}_{}", std::process::id(), unique("home"));
        let created: reroute::Result<_> = reroute::runtime::block_on(async {
            Db::connect(&server, false).await?.run(danger::sql(format!("CREATE DATABASE {name}"), [])).await
        });
        created.expect("a database can be made");
        let (server, _) = server.rsplit_once('/').expect("a URL ends with a database");
        format!("{server}/{name}")
    });
    url.clone()
}

fn file(home: &Path) -> PathBuf {
    home.join("shop.db")
}

impl Shop {
    /// The one shop of the tests that leave each other alone.
    pub(crate) fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Shop>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let shop = Arc::new(Self::start());
            *shared = Arc::downgrade(&shop);
            shop
        })
    }

    /// A shop with a fresh database.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// A shop with a fresh database, and these settings beside the usual.
    pub(crate) fn start_with(settings: &[(&str, &str)]) -> Self {
        Self::start_at(Arc::new(tempfile::tempdir().expect("a directory can be made")), settings)
    }

    /// A shop in this directory, with these settings beside the usual.
    pub(crate) fn start_at(home: Arc<TempDir>, settings: &[(&str, &str)]) -> Self {
        let mut command = command(home.path());
        command.envs(settings.iter().copied());
        Self::try_start(home, command).unwrap_or_else(|(said, _)| panic!("the shop did not start: {said:?}"))
    }

    /// The shop of this command; or, if it ends before it listens, the lines that it said, and how it ended.
    pub(crate) fn try_start(home: Arc<TempDir>, mut command: Command) -> Result<Self, (Vec<String>, ExitStatus)> {
        let started = command.stdout(Stdio::null()).spawn();
        let mut process = Process(started.expect("the shop can be started"));
        let log = lines(process.0.stderr.take().expect("stderr is piped"));
        let mut said = Vec::new();
        loop {
            match log.recv_timeout(PATIENCE) {
                Ok(line) => said.push(line),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err((said, process.0.wait().expect("the shop is our own child")));
                }
                Err(RecvTimeoutError::Timeout) => panic!("the shop neither starts nor ends: {said:?}"),
            }
            let address = said.last().and_then(|line| line.strip_prefix("listening on http://"));
            if let Some(address) = address {
                let address = address.parse().unwrap_or_else(|error| panic!("{error}: {said:?}"));
                return Ok(Self { address, said, process, log: Mutex::new(log), home });
            }
        }
    }

    /// Ends this one at once, as a power failure would, and starts another on the same database.
    pub(crate) fn restart(self) -> Self {
        self.restart_with(&[])
    }

    /// [`Shop::restart`], with these settings beside the usual.
    pub(crate) fn restart_with(self, settings: &[(&str, &str)]) -> Self {
        let home = self.home.clone();
        drop(self);
        Self::start_at(home, settings)
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.0.id()
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Waits until the shop has ended by itself: what it still said, and how it ended.
    pub(crate) fn ended(&mut self) -> (String, ExitStatus) {
        let log = self.log.get_mut().unwrap_or_else(PoisonError::into_inner);
        let mut said = String::new();
        // The sender is gone once stderr is closed.
        while let Ok(line) = log.recv_timeout(PATIENCE) {
            said += &line;
        }
        assert!(log.try_recv().is_err_and(|error| error == std::sync::mpsc::TryRecvError::Disconnected), "{said}");
        (said, self.process.0.wait().expect("the shop is our own child"))
    }

    pub(crate) fn request(&self, method: &str, target: &str) -> Request {
        Request::new(self.address, method, target)
    }

    pub(crate) fn get(&self, target: &str) -> Request {
        self.request("GET", target)
    }

    pub(crate) fn post(&self, target: &str) -> Request {
        self.request("POST", target)
    }

    pub(crate) fn put(&self, target: &str) -> Request {
        self.request("PUT", target)
    }

    pub(crate) fn connect(&self) -> Connection {
        Connection::open(self.address).expect("the shop takes connections")
    }

    /// The token of a sign-in.
    #[track_caller]
    pub(crate) fn login(&self, username: &str, password: &str) -> String {
        self.sign_in(username, password).0
    }

    /// The access token and the refresh token of a login.
    #[track_caller]
    pub(crate) fn sign_in(&self, username: &str, password: &str) -> (String, String) {
        let credentials = json!({"username": username, "password": password});
        pair(&self.post("/auth/login").json(&credentials).send().is(200))
    }

    /// Somebody new, signed up and in.
    #[track_caller]
    pub(crate) fn newcomer(&self) -> Account {
        let new = newcomer();
        let account = self.post("/users").json(&new).send().is(201).json();
        let text = |name: &str| account[name].as_str().expect("an account has it").to_owned();
        let (username, email) = (text("username"), text("email"));
        let (token, refresh_token) = self.sign_in(&username, PASSWORD);
        Account { id: account["id"].as_i64().expect("an id is a number"), username, email, token, refresh_token }
    }

    /// Does something to the database behind the shop's back.
    pub(crate) fn execute(&self, statement: &impl StatementBuilder) {
        let url = database_url(self.home());
        let done: reroute::Result<_> = reroute::runtime::block_on(async {
            let db = Db::connect(&url, false).await?;
            db.execute(statement).await?;
            Ok(())
        });
        done.expect("the statement runs");
    }

    /// How many rows a table has.
    pub(crate) fn count(&self, table: &'static str) -> usize {
        let url = database_url(self.home());
        let found: reroute::Result<_> = reroute::runtime::block_on(async {
            let all = Query::select().column(Asterisk).from(table).to_owned();
            Ok(Db::connect(&url, false).await?.query_all(&all).await?.len())
        });
        found.expect("the table is there")
    }

    /// Everything that stands in the database.
    pub(crate) fn database_bytes(&self) -> Vec<u8> {
        let url = database_url(self.home());
        if url.starts_with("postgres") {
            return Command::new("pg_dump").arg(url).output().expect("pg_dump can be run").stdout;
        }
        let file = file(self.home());
        let log = file.with_file_name(format!("{}-wal", file.file_name().expect("it is a file").display()));
        [file, log].iter().flat_map(|file| std::fs::read(file).unwrap_or_default()).collect()
    }

    /// What `work` makes while somebody else writes to the database and does not come to an end.
    pub(crate) fn while_locked<T>(&self, statement: &impl StatementBuilder, work: impl FnOnce() -> T) -> T {
        let url = database_url(self.home());
        let done: reroute::Result<_> = reroute::runtime::block_on(async {
            let transaction = Db::connect(&url, false).await?.begin().await?;
            transaction.execute(statement).await?;
            let made = work();
            transaction.rollback().await?;
            Ok(made)
        });
        done.expect("the statement runs")
    }
}

/// A sign-up that nothing is wrong with.
pub(crate) fn newcomer() -> Value {
    let username = unique("guest");
    let email = format!("{username}@example.org");
    json!({"username": username, "email": email, "password": PASSWORD, "age": 30})
}

/// The two tokens of an answer.
#[track_caller]
pub(crate) fn pair(answer: &Answer) -> (String, String) {
    let answer = answer.json();
    let text = |name: &str| answer[name].as_str().expect("a pair has it").to_owned();
    (text("access_token"), text("refresh_token"))
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The lines that come, read to the end so that the writer never waits.
fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = channel();
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            // Nobody may want to hear them any more; they are read all the same.
            let _ = sender.send(line);
        }
    });
    lines
}
