//! A PostgreSQL of one's own, on a free port of the loopback.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use std::{
    fs,
    hash::{BuildHasher, RandomState},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// It ends with its holder, and what it kept with it.
pub struct PostgresServer {
    port: u16,
    folder: tempfile::TempDir,
    process: Option<Child>,
}

impl PostgresServer {
    /// Starts one, which answers when this returns.
    pub fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("pg-").tempdir().expect("a folder can be made");
        own(folder.path());
        let data = folder.path().join("data");
        run(as_postgres(&program("initdb"))
            .args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--pgdata"])
            .arg(&data));
        let mut server = Self { port: 0, folder, process: None };
        // Somebody else may take the port between its being free and its being used.
        for _ in 0..50 {
            // Below the ports that are handed out by themselves: one that is stopped finds its own free again.
            let port = 20_000 + (RandomState::new().hash_one(0) % 12_000) as u16;
            if TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).is_err() {
                continue;
            }
            server.port = port;
            if server.again() {
                return server;
            }
        }
        panic!("no PostgreSQL could be started");
    }

    /// What `DATABASE_URL` says to reach its database `postgres`.
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// What `DATABASE_URL` says to reach the database of this name.
    pub fn url_of(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database of this name, and says how to reach it.
    pub fn database(&self, name: &str) -> String {
        self.ask(&format!("CREATE DATABASE \"{name}\""));
        self.url_of(name)
    }

    /// Runs SQL in the database `postgres`, and gives back the rows, a line each, with `|` between the columns.
    pub fn ask(&self, sql: &str) -> String {
        self.ask_in("postgres", sql)
    }

    /// Runs SQL in the database of this name, and gives back the rows, a line each, with `|` between the columns.
    pub fn ask_in(&self, database: &str, sql: &str) -> String {
        let mut command = Command::new(program("psql"));
        command.args([
            "--no-psqlrc",
            "--quiet",
            "--tuples-only",
            "--no-align",
            "--set=ON_ERROR_STOP=1",
            "--command",
            sql,
        ]);
        let output = command.arg(self.url_of(database)).output().expect("psql can be run");
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Ends it at once, as a power failure would.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            // `QUIT` is PostgreSQL's immediate shutdown, which takes its children with it.
            let _ = Command::new("kill").args(["-QUIT", &process.id().to_string()]).status();
            process.wait().expect("it is our own child");
        }
    }

    /// Starts it again at the same port, with what it kept. Whether it answers.
    pub fn again(&mut self) -> bool {
        let port = self.port.to_string();
        let data = self.folder.path().join("data");
        let settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "max_connections=200"];
        let mut command = as_postgres(&program("postgres"));
        command.arg("-D").arg(data).args(["-p", &port]);
        command.args(settings.iter().flat_map(|setting| ["-c", setting]));
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        self.process = Some(child.expect("postgres can be run"));
        let patience = Instant::now() + Duration::from_secs(30);
        while Instant::now() < patience {
            if self.process.as_mut().is_some_and(|process| matches!(process.try_wait(), Ok(Some(_)))) {
                return false;
            }
            let mut ready = Command::new(program("pg_isready"));
            ready.args(["--quiet", "--host=127.0.0.1", "--port", &port]);
            if ready.status().is_ok_and(|status| status.success()) {
                return true;
            }
        }
        false
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Where a program of PostgreSQL is: Debian keeps the server's out of the path.
fn program(name: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> =
        versions.map(|version| version.path().join("bin").join(name)).filter(|program| program.exists()).collect();
    found.sort();
    found.pop().unwrap_or_else(|| name.into())
}

/// The server refuses to run as root: then it is the user `postgres`, whom its package makes.
fn as_postgres(program: &Path) -> Command {
    let mut command = Command::new(program);
    if let Some((user, group)) = postgres_user() {
        command.uid(user).gid(group);
    }
    command.current_dir("/");
    command
}

fn own(folder: &Path) {
    if let Some((user, group)) = postgres_user() {
        chown(folder, Some(user), Some(group)).expect("root can give a folder away");
    }
}

/// The ids of the user `postgres`, where this is root.
fn postgres_user() -> Option<(u32, u32)> {
    let status = fs::read_to_string("/proc/self/status").expect("this is Linux");
    let own = status.lines().find_map(|line| line.strip_prefix("Uid:"))?.split_whitespace().next()?;
    if own != "0" {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").expect("there is a list of users");
    let line = users.lines().find(|line| line.starts_with("postgres:")).expect("there is a user `postgres`");
    let mut ids = line.split(':').skip(2).map(|id| id.parse().expect("an id is a number"));
    Some((ids.next()?, ids.next()?))
}

fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().expect("it can be run");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
