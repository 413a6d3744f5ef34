//! One server in a process of its own.

use super::this_program;
use crate::{
    Result, processor,
    services::{Contender, Service},
};
use axum::serve::ListenerExt as _;
use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{Ipv4Addr, SocketAddr},
    process::{Child, ChildStdout, Command, ExitCode, Stdio},
    sync::mpsc,
    time::Duration,
};
use tokio::net::TcpListener;

/// Names the service to the process that serves it. Not an argument, since reroute reads the arguments itself.
const SERVICE: &str = "BENCH_SERVICE";

/// What both kinds of server say before the address that the system gave them.
const LISTENING: &str = "listening on http://";

/// How long a server may take to start.
const START_TIME: Duration = Duration::from_secs(10);

/// A server that runs until this is dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts the service on a port that the system chooses.
    pub(super) fn start(contender: Contender) -> Result<Self> {
        let mut command = this_program(0)?;
        command.arg("serve").env(SERVICE, contender.name()).stdout(Stdio::null());
        Self::of(command, contender.name())
    }

    /// Starts the server that a command starts, under this name.
    pub(crate) fn of(mut command: Command, name: &str) -> Result<Self> {
        let mut process = command
            .envs([("REROUTE_ENV", "test"), ("REROUTE_PORT", "0"), ("REROUTE_HOST", "127.0.0.1")])
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let errors = process.stderr.take();
        // From here on dropping it stops the process.
        let mut server = Self { process, address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)) };
        let errors = BufReader::new(errors.ok_or("the server has no standard error")?);
        let (tell, told) = mpsc::channel();
        // Reads on after the address, so that the server never waits for somebody to read.
        std::thread::spawn(move || {
            for line in errors.lines().map_while(std::io::Result::ok) {
                if let Some(address) = line.strip_prefix(LISTENING) {
                    let _ = tell.send(address.to_owned());
                }
            }
        });
        let address = told.recv_timeout(START_TIME).map_err(|_| format!("{name} does not start"))?;
        server.address = address.parse()?;
        Ok(server)
    }

    /// What it writes, where that goes through a pipe.
    pub(crate) fn output(&mut self) -> Option<ChildStdout> {
        self.process.stdout.take()
    }

    /// The processor time that the server has spent, for itself and in the kernel.
    pub(super) fn processor_time(&self) -> Result<Duration> {
        processor::spent(self.process.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What the server's process does.
pub fn main() -> ExitCode {
    let contender = std::env::var(SERVICE).map_err(Into::into).and_then(|name| Contender::named(&name));
    let served = match contender {
        Ok(contender) => match contender.app() {
            // As `#[reroute::main]` does it.
            Some(app) => return reroute::runtime::main(app.run()),
            None => reroute::runtime::block_on(serve(contender)),
        },
        Err(error) => Err(error),
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

/// By `axum::serve`, on the same kind of runtime as reroute, without Nagle's delay as there.
async fn serve(contender: Contender) -> Result<()> {
    let Service::Axum(router) = contender.service().await? else { return Err("this one serves itself".into()) };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    writeln!(std::io::stderr(), "{LISTENING}{}", listener.local_addr()?)?;
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).await?;
    Ok(())
}
