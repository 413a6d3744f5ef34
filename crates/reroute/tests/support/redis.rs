//! A Redis or Valkey of one's own, on a free port of the loopback.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use std::{
    hash::{BuildHasher, RandomState},
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// It ends with its holder.
pub struct RedisServer {
    address: SocketAddr,
    process: Option<Child>,
}

impl RedisServer {
    /// Starts one, which answers when this returns.
    pub fn start() -> Self {
        // Somebody else may take the port between its being free and its being used.
        for _ in 0..50 {
            // Below the ports that are handed out by themselves: one that is stopped finds its own free again.
            let port = 20_000 + (RandomState::new().hash_one(0) % 12_000) as u16;
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
            if TcpListener::bind(address).is_err() {
                continue;
            }
            let mut server = Self { address, process: None };
            if server.again() {
                return server;
            }
        }
        panic!("no Redis could be started");
    }

    /// What `REDIS_URL` says to reach it.
    pub fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// Ends it at once, as a power failure would.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("it can be ended");
            process.wait().expect("it is our own child");
        }
    }

    /// Starts it again at the same address, empty. Whether it answers.
    pub fn again(&mut self) -> bool {
        let port = self.address.port().to_string();
        let program = ["redis-server", "valkey-server"].into_iter().find_map(|program| {
            let words =
                ["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"];
            Command::new(program)
                .args(words)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .ok()
        });
        self.process = Some(program.expect("redis-server or valkey-server is installed"));
        let patience = Instant::now() + Duration::from_secs(20);
        while Instant::now() < patience {
            let has_ended = self.process.as_mut().is_some_and(|process| matches!(process.try_wait(), Ok(Some(_))));
            if has_ended {
                return false;
            }
            if self.ask("PING").starts_with("+PONG") {
                return true;
            }
            std::thread::yield_now();
        }
        false
    }

    pub fn id(&self) -> u32 {
        self.process.as_ref().map_or(0, Child::id)
    }

    /// Sends one command as a line and gives back what comes at once.
    pub fn ask(&self, command: &str) -> String {
        let asked = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect_timeout(&self.address, Duration::from_secs(1))?;
            stream.set_read_timeout(Some(Duration::from_secs(1)))?;
            stream.write_all(format!("{command}\r\n").as_bytes())?;
            let mut answer = [0; 65_536];
            let length = stream.read(&mut answer)?;
            Ok(String::from_utf8_lossy(&answer[..length]).into_owned())
        };
        asked().unwrap_or_default()
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.stop();
    }
}
