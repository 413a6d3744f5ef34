//! What the tests of the server share: an application, and clients that write what they like, HTTP/2's frames by hand.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

pub mod client;
pub mod frames;

use axum::extract::ws::WebSocketUpgrade;
use client::{BOUND, Client};
use futures_util::stream;
use reroute::{
    App, Tree,
    axum_core::body::Body,
    file,
    prelude::*,
    testing::{Limits, Server, Setup},
};
use std::{io, path::PathBuf, sync::Arc, time::Duration};
use tokio::sync::Notify;

/// As small as a test wants a time to be that it does wait for.
pub const SHORT: Duration = Duration::from_millis(200);

#[route]
pub struct Hello;

#[route]
impl Hello {
    #[public]
    async fn get(&self) -> &'static str {
        "hello"
    }
}

#[input]
pub struct Note {
    text: String,
}

#[route]
pub struct Echo;

#[route]
impl Echo {
    #[public]
    async fn post(&self, Json(note): Json<Note>) -> String {
        note.text
    }
}

/// More than any socket or window holds.
#[route]
pub struct Large;

#[route]
impl Large {
    #[public]
    async fn get(&self) -> Body {
        let piece = vec![b'x'; 64 * 1024];
        Body::from_stream(stream::iter((0..1024).map(move |_| Ok::<_, io::Error>(piece.clone()))))
    }
}

/// Twenty events, one each 50 ms, and the last word.
#[route]
pub struct Events;

#[route]
impl Events {
    #[public]
    async fn get(&self) -> Body {
        Body::from_stream(stream::unfold(0, |nth| async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let event = if nth == 20 { "over".to_owned() } else { format!("data: {nth}\n\n") };
            (nth <= 20).then(|| (Ok::<_, io::Error>(event), nth + 1))
        }))
    }
}

/// One event and then none, for ever.
#[route]
pub struct Forever;

#[route]
impl Forever {
    #[public]
    async fn get(&self) -> Body {
        Body::from_stream(stream::unfold(0, |nth| async move {
            if nth > 0 {
                std::future::pending::<()>().await;
            }
            Some((Ok::<_, io::Error>("data: first\n\n"), nth + 1))
        }))
    }
}

/// Answers when the test lets it.
#[route]
pub struct Held {
    gate: State<Arc<Gate>>,
}

#[derive(Default)]
pub struct Gate {
    pub entered: Notify,
    pub opened: Notify,
}

#[route]
impl Held {
    #[public]
    async fn get(&self) -> &'static str {
        self.gate.0.entered.notify_one();
        self.gate.0.opened.notified().await;
        "held"
    }
}

#[route]
pub struct Socket;

#[route]
impl Socket {
    #[public]
    async fn get(&self, upgrade: WebSocketUpgrade) -> Response {
        upgrade.on_upgrade(|mut socket| async move {
            while let Some(Ok(message)) = socket.recv().await {
                if socket.send(message).await.is_err() {
                    break;
                }
            }
        })
    }
}

pub fn app() -> (App, Arc<Gate>) {
    let gate = Arc::new(Gate::default());
    let tree = Tree::new([
        file::<Hello>("/hello", "hello.rs"),
        file::<Echo>("/echo", "echo.rs"),
        file::<Large>("/large", "large.rs"),
        file::<Events>("/events", "events.rs"),
        file::<Forever>("/forever", "forever.rs"),
        file::<Held>("/held", "held.rs"),
        file::<Socket>("/socket", "socket.rs"),
    ]);
    (App::new(tree).state(gate.clone()), gate)
}

/// A server of [`app`], and what it takes to be its client.
pub struct Served {
    pub server: Server,
    pub gate: Arc<Gate>,
    pub tls: Option<Files>,
}

impl Served {
    pub async fn start(limits: Limits) -> Self {
        let (app, gate) = app();
        let server = Server::start_with(app, Setup::default().limits(limits)).await.expect("the application starts");
        Self { server, gate, tls: None }
    }

    #[cfg(feature = "tls")]
    pub async fn start_tls(limits: Limits) -> Self {
        let (app, gate) = app();
        let files = Files::new();
        let setup = Setup::default().limits(limits).with_tls(files.certificates(), files.key());
        let server = Server::start_with(app, setup).await.expect("the application starts");
        Self { server, gate, tls: Some(files) }
    }

    /// A client, over TLS if the server speaks it, which offers `protocol` there.
    pub async fn connect(&self, protocol: &str) -> Client {
        match &self.tls {
            None => Client::tcp(self.server.address()).await,
            #[cfg(feature = "tls")]
            Some(files) => Client::tls(self.server.address(), &files.certificates(), protocol).await,
            #[cfg(not(feature = "tls"))]
            Some(_) => unreachable!("{protocol}"),
        }
    }

    /// An HTTP/2 client that has said its preface.
    pub async fn connect_h2(&self) -> Client {
        let mut client = self.connect("h2").await;
        client.send(frames::PREFACE).await;
        client.send(&frames::settings(&[])).await;
        client
    }

    /// Whether an honest client is served.
    pub async fn is_honest_served(&self) -> bool {
        let mut client = self.connect("http/1.1").await;
        client.send(b"GET /hello HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
        client.answer().await.ends_with("hello")
    }

    pub async fn stop(self) {
        let stopped = tokio::time::timeout(BOUND, self.server.stop()).await;
        stopped.expect("the server stops in time").expect("the server stops");
    }
}

/// A certificate and its key on disk.
pub struct Files(tempfile::TempDir);

impl Files {
    pub fn new() -> Self {
        let files = Self(tempfile::tempdir().expect("a folder"));
        files.renew();
        files
    }

    pub fn certificates(&self) -> PathBuf {
        self.0.path().join("certificates.pem")
    }

    pub fn key(&self) -> PathBuf {
        self.0.path().join("key.pem")
    }

    /// Writes another certificate, and returns it.
    pub fn renew(&self) -> Vec<u8> {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        std::fs::write(self.certificates(), made.cert.pem()).expect("the folder is writable");
        std::fs::write(self.key(), made.signing_key.serialize_pem()).expect("the folder is writable");
        made.cert.der().to_vec()
    }
}
