//! A site of somebody else's: a few pages, by whatever name a browser asks.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, RwLock},
    thread,
};

/// It is there until the process ends: a browser may still hold connections to it.
#[derive(Clone)]
pub(crate) struct Site {
    address: SocketAddr,
    pages: Arc<RwLock<HashMap<String, Vec<u8>>>>,
}

impl Site {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let site = Self { address, pages: Arc::default() };
        let served = site.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let site = served.clone();
                // A browser opens connections that it may use later.
                thread::spawn(move || site.answer(&stream));
            }
        });
        site
    }

    /// Shows HTML there, without any header that would make it safer. Its path.
    pub(crate) fn show<'a>(&self, path: &'a str, html: &str) -> &'a str {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\nconnection: close";
        let page = format!("{head}\r\ncontent-length: {}\r\n\r\n{html}", html.len());
        self.pages.write().expect("no holder fails").insert(path.to_owned(), page.into_bytes());
        path
    }

    /// By this name.
    pub(crate) fn origin(&self, name: &str) -> String {
        format!("http://{name}:{}", self.address.port())
    }

    fn answer(&self, mut stream: &TcpStream) {
        let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
        let Some(first) = lines.next() else { return };
        if lines.any(|line| line.is_empty()) {
            let path = first.split(' ').nth(1).unwrap_or_default();
            let pages = self.pages.read().expect("no holder fails");
            let none = &b"HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"[..];
            // Nobody may wait for it any more.
            let _ = stream.write_all(pages.get(path).map_or(none, Vec::as_slice));
        }
    }
}
