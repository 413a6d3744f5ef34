//! Requests to other servers: nothing that a user writes leads them inside.
#![allow(missing_docs, reason = "tests are read, not called")]

mod bounds;
mod redirects;
mod routes;
mod second;
mod server;
mod spellings;
#[path = "../support/mod.rs"]
mod support;

use reroute::{SafeClient, fetch::SafeClientBuilder};
use server::{Listeners, Reply, Server};
use std::net::IpAddr;

/// A client that may ask `server` as `a.example` and as `b.example`. Of the loopback, 127.0.0.1 stands for what is public; all other names lead
/// to what is not.
fn client_of(server: &Server) -> SafeClientBuilder {
    SafeClient::builder()
        .allow_host(&format!("a.example:{}", server.port()))
        .danger_allow_network("127.0.0.1")
        .resolver(|name| {
            let inside: IpAddr = [127, 0, 0, 2].into();
            let known = matches!(name.as_str(), "a.example" | "b.example");
            std::future::ready(Ok(vec![if known { [127, 0, 0, 1].into() } else { inside }]))
        })
}

#[tokio::test]
async fn a_client_asks_and_reads() {
    let server = Server::start(|head| {
        let body = format!("{}|{}", head.lines().next().unwrap_or_default(), head.matches("x-mine: 1").count());
        Reply::ok("content-type: text/plain\r\n", body.as_bytes())
    })
    .await;
    let client = client_of(&server).build().expect("a client");
    let url = format!("http://a.example:{}/a%20b?c=d#e", server.port());
    let answer = client.get(&url).header("x-mine", "1").send().await.expect("an answer");
    assert_eq!(answer.headers()["content-type"], "text/plain");
    assert_eq!(answer.text().await.expect("it is read"), "GET /a%20b?c=d HTTP/1.1|1");
    let answer = client.post(&url).json(&["a"]).send().await.expect("an answer");
    assert_eq!(answer.text().await.expect("it is read"), "POST /a%20b?c=d HTTP/1.1|0");
    let asked = server.asked().join("").to_ascii_lowercase();
    assert!(asked.contains("content-type: application/json") && asked.contains("user-agent: reroute\r\n"), "{asked}");
}

#[test]
fn what_cannot_be_built_is_told() {
    for (builder, told) in [
        (SafeClient::builder().allow_host("https://a.example/"), "it is a URL. Write `a.example`"),
        (SafeClient::builder().danger_allow_network("localhost"), "is no network"),
        (SafeClient::builder().add_root_certificate(b"nothing"), "no certificate"),
        (SafeClient::builder().allow_host("*:80").danger_allow_network("x"), "a star stands alone"),
    ] {
        let error = builder.build().expect_err(told).to_string();
        assert!(error.contains(told), "{error}");
    }
}

/// The variable that tells the test below, in a process of its own, whom to ask.
const ASK: &str = "FETCH_TEST_ASKS";

#[tokio::test]
async fn attack_122_proxies_of_the_environment_are_ignored() {
    if let Ok(port) = std::env::var(ASK) {
        let client = SafeClient::builder().danger_allow_network("127.0.0.1").allow_host(&format!("127.0.0.1:{port}"));
        let answer = client.build().expect("a client").get(format!("http://127.0.0.1:{port}/")).send().await;
        assert_eq!(answer.expect("an answer").text().await.expect("it is read"), "itself");
        return;
    }
    let (server, proxy) = (Server::start(|_| Reply::ok("", b"itself")).await, Listeners::start().await);
    let address = format!("http://127.0.0.1:{}", proxy.port);
    let mut child = tokio::process::Command::new(std::env::current_exe().expect("this program"));
    child.args(["--exact", "attack_122_proxies_of_the_environment_are_ignored"]).env(ASK, server.port().to_string());
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        child.env(name, &address).env(name.to_ascii_lowercase(), &address);
    }
    let done = child.env_remove("NO_PROXY").env_remove("no_proxy").output().await.expect("it runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    assert_eq!((server.asked().len(), proxy.accepted()), (1, 0));
}
