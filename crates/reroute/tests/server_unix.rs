//! A socket in the file system.
#![cfg(unix)]
#![allow(missing_docs, reason = "tests are read, not called")]

mod h2;

use h2::client::Client;
use reroute::testing::{Server, Setup};
use std::{
    fs,
    os::unix::{fs::PermissionsExt, net::UnixListener as Blocking},
    path::Path,
};
use tokio::net::UnixStream;

async fn start(path: &Path) -> Result<Server, reroute::Error> {
    Server::start_with(h2::app().0, Setup::default().unix(path)).await
}

async fn is_served(path: &Path) -> bool {
    let mut client = Client::new(UnixStream::connect(path).await.expect("the server listens"));
    client.send(b"GET /hello HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    client.answer().await.ends_with("hello")
}

#[tokio::test]
async fn a_socket_serves_its_group_and_is_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("app.sock");
    let server = start(&path).await.expect("the application starts");
    assert!(is_served(&path).await);
    assert_eq!(fs::metadata(&path).expect("the socket is there").permissions().mode() & 0o777, 0o660);
    server.stop().await.expect("the server stops");
    assert!(!path.exists());
}

#[tokio::test]
async fn only_a_socket_that_nobody_listens_on_is_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("app.sock");
    let listening = Blocking::bind(&path).expect("the folder is writable");
    let refused = start(&path).await.expect_err("somebody listens there").to_string();
    assert!(refused.contains("somebody listens there already"), "{refused}");
    drop(listening);
    let server = start(&path).await.expect("the socket is stale");
    assert!(is_served(&path).await);
    server.stop().await.expect("the server stops");

    fs::write(&path, "precious").expect("the folder is writable");
    let refused = start(&path).await.expect_err("a file is there").to_string();
    assert!(refused.contains("no socket"), "{refused}");
    assert_eq!(fs::read_to_string(&path).expect("the file is there"), "precious");
}

#[tokio::test]
async fn the_socket_of_a_successor_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("app.sock");
    let first = start(&path).await.expect("the application starts");
    fs::remove_file(&path).expect("the socket is there");
    let second = start(&path).await.expect("the application starts");
    first.stop().await.expect("the server stops");
    assert!(is_served(&path).await);
    second.stop().await.expect("the server stops");
}
