//! How many connections there may be, and that the many do not keep out the one.
#![allow(missing_docs, reason = "tests are read, not called")]

mod h2;

use h2::{SHORT, Served, client::Client};
use reroute::testing::Limits;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpSocket, TcpStream},
};

const GET: &[u8] = b"GET /hello HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// A client whose connection has been accepted: it was answered.
async fn accepted(served: &Served) -> Client {
    let mut client = served.connect("http/1.1").await;
    client.send(GET).await;
    assert!(client.answer().await.ends_with("hello"));
    client
}

/// Whether the server closes a connection at once.
async fn is_refused(served: &Served) -> bool {
    let mut client = served.connect("http/1.1").await;
    client.try_send(GET).await;
    client.rest().await.is_empty()
}

/// Waits until a place is free: the server learns of a client's end when it reads it.
async fn is_admitted_again(served: &Served) {
    let admitted = async {
        loop {
            let mut client = served.connect("http/1.1").await;
            client.try_send(b"GET /hello HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
            if !client.rest().await.is_empty() {
                break;
            }
        }
    };
    tokio::time::timeout(h2::client::BOUND, admitted).await.expect("a place becomes free");
}

#[tokio::test]
async fn connections_in_all_are_counted_exactly() {
    let served = Served::start(Limits { connections: 3, ..Limits::default() }).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(accepted(&served).await);
    }
    assert!(is_refused(&served).await);
    held.pop();
    is_admitted_again(&served).await;
    for client in &mut held {
        client.send(GET).await;
        assert!(client.answer().await.ends_with("hello"), "who is in stays in");
    }
    served.stop().await;
}

#[tokio::test]
async fn connections_of_one_client_are_counted_by_themselves() {
    let served = Served::start(Limits { connections_of_client: 2, ..Limits::default() }).await;
    let held = (accepted(&served).await, accepted(&served).await);
    assert!(is_refused(&served).await);
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.2:0".parse().expect("an address")).expect("the whole of 127/8 is this machine's");
    let mut other = Client::new(socket.connect(served.server.address()).await.expect("the server listens"));
    other.send(GET).await;
    assert!(other.answer().await.ends_with("hello"), "another client is another");
    drop(held);
    is_admitted_again(&served).await;
    served.stop().await;
}

#[tokio::test]
async fn a_websocket_holds_its_place_until_it_closes() {
    let served = Served::start(Limits { connections: 1, ..Limits::default() }).await;
    let address = format!("ws://{}/socket", served.server.address());
    let (socket, _) = tokio_tungstenite::connect_async(address).await.expect("the socket opens");
    assert!(is_refused(&served).await);
    drop(socket);
    is_admitted_again(&served).await;
    served.stop().await;
}

#[tokio::test]
async fn attack_s1_and_101_a_thousand_silent_connections_keep_nobody_out() {
    let limits = Limits { connections_of_client: 1100, linger_time: SHORT, ..Limits::default() };
    let served = Served::start(limits).await;
    let mut many = Vec::new();
    for nth in 0..1000 {
        let mut stream = TcpStream::connect(served.server.address()).await.expect("the server listens");
        match nth % 4 {
            0 => {}
            1 => stream.write_all(&GET[..20]).await.expect("the connection is open"),
            // Closed in one direction, before a word and within a head.
            2 => stream.shutdown().await.expect("the connection is open"),
            _ => {
                stream.write_all(&GET[..20]).await.expect("the connection is open");
                stream.shutdown().await.expect("the connection is open");
            }
        }
        many.push(stream);
        if nth % 100 == 0 {
            assert!(served.is_honest_served().await, "after {nth}");
        }
    }
    assert!(served.is_honest_served().await);
    drop(many);
    served.stop().await;
}
