//! Names that change their addresses, and servers that lead on.

use super::{
    client_of,
    server::{Listeners, Reply, Server},
};
use reroute::{SafeClient, fetch::FetchError, http::Method};
use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

const HERE: [u8; 4] = [127, 0, 0, 1];

#[tokio::test]
async fn attack_118_a_name_that_turns_inside_is_refused() {
    let server = Server::start(|_| Reply::ok("content-length: 2\r\n", b"hi")).await;
    let listeners = Listeners::start().await;
    let looked_up = Arc::new(AtomicUsize::new(0));
    let count = looked_up.clone();
    // Of the loopback, 127.0.0.1 stands for what is public here.
    let client = SafeClient::builder()
        .allow_host(&format!("turns.example:{}", server.port()))
        .danger_allow_network("127.0.0.1")
        .resolver(move |_| {
            let inside: IpAddr = [127, 0, 0, 2].into();
            let answer = if count.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) { HERE.into() } else { inside };
            async move { Ok(vec![answer]) }
        })
        .build()
        .expect("a client");
    let url = format!("http://turns.example:{}/", server.port());
    for round in 0..4 {
        let answer = client.get(&url).send().await.expect("it is public now");
        assert_eq!(answer.text().await.expect("it is read"), "hi");
        let turned = client.get(&url).send().await.err();
        assert!(matches!(turned, Some(FetchError::Refused(_))), "{turned:?}");
        // One look-up for each connection: what was looked at is what was connected to.
        assert_eq!(looked_up.load(Ordering::Relaxed), 2 * (round + 1));
    }
    assert_eq!((server.asked().len(), listeners.accepted()), (4, 0));
}

#[tokio::test]
async fn attack_118_one_address_that_is_not_public_refuses_all() {
    let server = Server::start(|_| Reply::ok("", b"")).await;
    for other in ["10.0.0.1", "::1", "169.254.169.254", "::ffff:127.0.0.2", "fe80::1", "0.0.0.0"] {
        for is_first in [true, false] {
            let mut addresses: Vec<IpAddr> = vec![HERE.into(), other.parse().expect(other)];
            if is_first {
                addresses.reverse();
            }
            let client = SafeClient::builder()
                .allow_host(&format!("both.example:{}", server.port()))
                .danger_allow_network("127.0.0.1")
                .resolver(move |_| std::future::ready(Ok(addresses.clone())))
                .build()
                .expect("a client");
            let error = client.get(format!("http://both.example:{}/", server.port())).send().await.err();
            assert!(matches!(error, Some(FetchError::Refused(_))), "{other}: {error:?}");
        }
    }
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_name_without_addresses_fails() {
    let client = SafeClient::builder().allow_host("no.example").resolver(|_| std::future::ready(Ok(Vec::new())));
    let error = client.build().expect("a client").get("http://no.example/").send().await.err();
    assert!(matches!(error, Some(FetchError::Failed(_))), "{error:?}");
}

#[tokio::test]
async fn attack_119_no_redirect_leads_inside() {
    let listeners = Listeners::start().await;
    let inside = listeners.port;
    let server = Server::start(move |head| {
        let to = head.split(' ').nth(1).and_then(|path| path.strip_prefix("/to/")).unwrap_or_default();
        Reply::redirect(302, &to.replace("PORT", &inside.to_string()).replace("%5C", "\\"))
    })
    .await;
    let at = |host: &str| format!("{host}:{inside}");
    let client = client_of(&server)
        .allow_host(&at("127.0.0.2"))
        .allow_host(&at("[::1]"))
        .allow_host(&at("inside.example"))
        .allow_host(&at("localhost"))
        .allow_host("169.254.169.254")
        .build()
        .expect("a client");
    for to in [
        "http://127.0.0.2:PORT/",
        "//127.0.0.2:PORT/",
        "http://127.2:PORT/",
        "http://0x7f000002:PORT/",
        "http://[::1]:PORT/",
        "http://[::ffff:127.0.0.2]:PORT/",
        "http://inside.example:PORT/",
        "http://INSIDE.example.:PORT/",
        "http://169.254.169.254/latest/meta-data/",
        "http://user:pass@a.example/",
        "http://other.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.2:PORT/",
        "http:\\\\127.0.0.2:PORT\\",
        "http://",
    ] {
        let error = client.get(format!("http://a.example:{}/to/{to}", server.port()).replace('\\', "%5C")).send().await;
        let error = error.err();
        assert!(matches!(error, Some(FetchError::Refused(_))), "{to}: {error:?}");
    }
    assert_eq!(listeners.accepted(), 0);
}

#[tokio::test]
async fn attack_119_redirects_are_counted() {
    let server = Server::start(|head| {
        let left = head.split(['/', ' ']).find_map(|part| part.parse::<usize>().ok()).unwrap_or(0);
        if left == 0 {
            Reply::ok("content-length: 2\r\n", b"hi")
        } else {
            Reply::redirect(307, &format!("/{}", left - 1))
        }
    })
    .await;
    let client = client_of(&server).build().expect("a client");
    let url = |path: &str| format!("http://a.example:{}{path}", server.port());
    let answer = client.get(url("/3#part")).send().await.expect("three are followed");
    assert_eq!((answer.url().as_str(), answer.status().as_u16()), (url("/0").as_str(), 200));
    let error = client.get(url("/4")).send().await.err();
    assert!(matches!(error, Some(FetchError::TooManyRedirects)), "{error:?}");
    assert_eq!(server.asked().len(), 8);
}

#[tokio::test]
async fn attack_119_what_the_caller_sent_does_not_cross_origins() {
    let second = Server::start(|_| Reply::ok("content-length: 2\r\nset-cookie: a=b\r\n", b"hi")).await;
    let elsewhere = format!("http://b.example:{}/", second.port());
    let first = Server::start(move |head| {
        if head.starts_with("GET /same") { Reply::redirect(302, "/away") } else { Reply::redirect(302, &elsewhere) }
    })
    .await;
    let client = client_of(&first).allow_host(&format!("b.example:{}", second.port())).build().expect("a client");
    for _ in 0..2 {
        let request = client.get(format!("http://a.example:{}/same", first.port()));
        let request = request.header("authorization", "Bearer s3cret").header("cookie", "a=s3cret");
        request.header("x-api-key", "s3cret").send().await.expect("it is followed");
    }
    let (kept, dropped) = (first.asked(), second.asked());
    assert!(kept.iter().all(|head| head.matches("s3cret").count() == 3) && kept.len() == 4, "{kept:?}");
    assert!(dropped.iter().all(|head| !head.contains("s3cret") && !head.contains("cookie")), "{dropped:?}");
    assert!(dropped.iter().all(|head| !head.to_ascii_lowercase().contains("referer")) && dropped.len() == 2);
}

#[tokio::test]
async fn attack_119_https_does_not_lead_to_http_and_certificates_count() {
    let plain = Server::start(|_| Reply::ok("", b"in clear")).await;
    let to = format!("http://a.example:{}/", plain.port());
    let certificate = rcgen::generate_simple_self_signed(["a.example".to_owned()]).expect("a certificate");
    let server = Server::start_tls(&certificate, move |head| {
        if head.starts_with("GET /down") {
            Reply::redirect(301, &to)
        } else {
            Reply::ok("content-length: 2\r\n", b"hi")
        }
    })
    .await;
    let url = |path: &str| format!("https://a.example:{}{path}", server.port());
    let client = || client_of(&server).allow_host(&format!("a.example:{}", plain.port()));
    // Attack 125: there is no way around the certificate.
    let strange = client().build().expect("a client").get(url("/")).send().await.err();
    assert!(matches!(strange, Some(FetchError::Failed(_))), "{strange:?}");
    let known = client().add_root_certificate(certificate.cert.pem().as_bytes()).build().expect("a client");
    assert_eq!(known.get(url("/")).send().await.expect("it is known").text().await.expect("it is read"), "hi");
    let down = known.get(url("/down")).send().await.err();
    assert!(matches!(down, Some(FetchError::Refused(_))), "{down:?}");
    assert!(plain.asked().is_empty());
    // Another name with the same certificate.
    let other = client_of(&server).allow_host(&format!("b.example:{}", server.port()));
    let other = other.add_root_certificate(certificate.cert.pem().as_bytes()).build().expect("a client");
    let other = other.get(url("/").replace("a.example", "b.example")).send().await.err();
    assert!(matches!(other, Some(FetchError::Failed(_))), "{other:?}");
}

#[tokio::test]
async fn only_get_and_head_follow() {
    let server = Server::start(|head| {
        if head.contains(" /end ") { Reply::ok("content-length: 0\r\n", b"") } else { Reply::redirect(308, "/end") }
    })
    .await;
    let client = client_of(&server).build().expect("a client");
    let url = format!("http://a.example:{}/", server.port());
    for (method, status) in
        [(Method::GET, 200), (Method::HEAD, 200), (Method::POST, 308), (Method::PUT, 308), (Method::DELETE, 308)]
    {
        assert_eq!(client.request(method, &url).send().await.expect("an answer").status(), status);
    }
    assert_eq!(client.get(&url).body("x").send().await.expect("an answer").status(), 308);
    for method in [Method::CONNECT, Method::TRACE] {
        assert!(matches!(client.request(method, &url).send().await.err(), Some(FetchError::Invalid(_))));
    }
    for (name, value) in [("host", "evil"), ("Transfer-Encoding", "chunked"), ("a b", "c"), ("a", "b\r\nc: d")] {
        let error = client.get(&url).header(name, value).send().await.err();
        assert!(matches!(error, Some(FetchError::Invalid(_))), "{name}");
    }
}
