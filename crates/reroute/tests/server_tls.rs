//! TLS as the server speaks it itself.
#![cfg(feature = "tls")]
#![allow(missing_docs, reason = "tests are read, not called")]

mod h2;

use h2::{
    Served,
    client::{BOUND, Client, tls_connector},
    frames,
};
use reroute::testing::{Limits, Server, Setup};
use std::{fs, path::Path};
use tokio::net::TcpStream;

/// The certificate that the server shows to a client that trusts the one in the file.
async fn shown(served: &Served, trusted: &Path) -> Option<Vec<u8>> {
    let stream = TcpStream::connect(served.server.address()).await.expect("the server listens");
    let connecting = tls_connector(trusted, "http/1.1").connect("localhost".try_into().expect("a name"), stream);
    let stream = tokio::time::timeout(BOUND, connecting).await.expect("a handshake in time").ok()?;
    Some(stream.get_ref().1.peer_certificates()?.first()?.to_vec())
}

/// Waits until the server shows this certificate.
async fn is_shown(served: &Served, trusted: &Path, certificate: &[u8]) {
    let shows = async {
        while shown(served, trusted).await.as_deref() != Some(certificate) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(BOUND, shows).await.expect("the new certificate is in use in time");
}

#[tokio::test]
async fn both_protocols_are_agreed_on_and_spoken() {
    let served = Served::start_tls(Limits::default()).await;
    assert!(served.is_honest_served().await);
    let mut client = served.connect_h2().await;
    client.send(&frames::get(1, "/hello")).await;
    let answer = client.frame_that(|frame| frame.is(frames::DATA, 1)).await.expect("an answer");
    assert_eq!(answer.payload, b"hello");
    let mut plain = Client::tcp(served.server.address()).await;
    plain.send(b"GET /hello HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert!(!plain.rest_text().await.contains("hello"), "nothing is said in clear");
    drop(client);
    served.stop().await;
}

#[tokio::test]
async fn a_renewed_certificate_is_used_and_connections_stay() {
    let served = Served::start_tls(Limits::default()).await;
    let files = served.tls.as_ref().expect("it speaks TLS");
    let mut old = served.connect("http/1.1").await;
    let renewed = files.renew();
    is_shown(&served, &files.certificates(), &renewed).await;
    old.send(b"GET /hello HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert!(old.answer().await.ends_with("hello"), "the old connection stays");

    // What is broken is not used. That it was looked at shows in nothing else, so the time after which it is looked at is waited for.
    let trusted = files.certificates().with_file_name("trusted.pem");
    fs::copy(files.certificates(), &trusted).expect("the folder is writable");
    fs::write(files.key(), "no key").expect("the folder is writable");
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert_eq!(shown(&served, &trusted).await, Some(renewed), "the old certificate is kept");
    let renewed = files.renew();
    is_shown(&served, &files.certificates(), &renewed).await;
    drop(old);
    served.stop().await;
}

#[tokio::test]
async fn a_hangup_asks_for_the_files_whatever_their_times_say() {
    let served = Served::start_tls(Limits::default()).await;
    let files = served.tls.as_ref().expect("it speaks TLS");
    let paths = [files.certificates(), files.key()];
    let open = |path: &std::path::PathBuf| fs::File::options().append(true).open(path).expect("the file is writable");
    let times = paths.clone().map(|path| fs::metadata(path).and_then(|found| found.modified()).expect("it has a time"));
    let renewed = files.renew();
    for (path, time) in paths.iter().zip(times) {
        open(path).set_modified(time).expect("the time can be set");
    }
    let trusted = files.certificates().with_file_name("trusted.pem");
    fs::copy(files.certificates(), &trusted).expect("the folder is writable");
    assert_eq!(
        shown(&served, &trusted).await,
        None,
        "the old certificate is shown, which the new one does not vouch for"
    );
    let hangup = std::process::Command::new("kill").args(["-HUP", &std::process::id().to_string()]).status();
    assert!(hangup.expect("`kill` runs").success());
    is_shown(&served, &trusted, &renewed).await;
    served.stop().await;
}

#[tokio::test]
async fn a_broken_certificate_stops_the_start_and_is_named() {
    let files = h2::Files::new();
    let other = h2::Files::new();
    let start = async |certificates: &Path, key: &Path| {
        let setup = Setup::default().with_tls(certificates, key);
        Server::start_with(h2::app().0, setup).await.expect_err("the start is refused").to_string()
    };
    let absent = files.key().with_file_name("absent.pem");
    let refused = start(&absent, &files.key()).await;
    assert!(refused.contains("absent.pem"), "{refused}");
    let refused = start(&files.key(), &files.key()).await;
    assert!(refused.contains("holds no certificate"), "{refused}");
    let refused = start(&files.certificates(), &files.certificates()).await;
    assert!(refused.contains("certificates.pem"), "{refused}");
    start(&files.certificates(), &other.key()).await;
}
