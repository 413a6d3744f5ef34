//! What a production shop answers over its own TLS, scored by the rules of the HTTP Observatory, and what it says in clear.

#[path = "../support/mod.rs"]
mod support;

mod score;
mod secure;

use score::{Redirection, grade, modifiers, total};
use secure::{Secure, home, production};
use std::io::{Read, Write};
use support::{Answer, Connection, Shop};
use tokio_rustls::rustls::ProtocolVersion;

const HSTS: &str = "strict-transport-security";

/// What is asked for, and what comes: found and not, with and without a caller.
const ANSWERS: [(&str, u16); 4] = [("/", 404), ("/products", 200), ("/nowhere", 404), ("/me", 401)];

/// Whoever stands behind a proxy hears from it how a request came.
fn behind(proxies: &str) -> Shop {
    Shop::start_at(home(), &production(&[("REROUTE_TRUSTED_PROXIES", proxies)]))
}

/// An answer that came over HTTPS, without what only such have: the rest is as everywhere.
#[track_caller]
fn is_dressed(mut answer: Answer) {
    assert_eq!(answer.all(HSTS), ["max-age=31536000; includeSubDomains"], "{answer:?}");
    answer.headers.retain(|(name, _)| name != HSTS);
    answer.is_dressed();
}

#[test]
fn attack_107_108_every_answer_over_tls_scores_a_plus() {
    let shop = Secure::start();
    // It speaks TLS alone: there is no page to be redirected from.
    assert!(!String::from_utf8_lossy(&shop.in_clear("/")).contains("HTTP/"));
    for (path, status) in ANSWERS {
        let answer = shop.get(path);
        assert_eq!(answer.status, status, "{path}: {answer:?}");
        let modifiers = modifiers(&answer, Redirection::NotNeeded);
        let total = total(&modifiers);
        assert_eq!(grade(total), "A+", "{path}: {total} of {modifiers:?} for {answer:?}");
        // Not only enough of them: all that can be had without cookies, scripts and the browsers' own list.
        assert_eq!(total, 130, "{path}: {modifiers:?}");
        is_dressed(answer);
    }
}

#[test]
fn attack_111_what_is_not_for_all_is_not_kept_over_tls_either() {
    let shop = Secure::start();
    for path in ["/", "/nowhere", "/me"] {
        assert_eq!(shop.get(path).all("cache-control"), ["no-store"], "{path}");
    }
}

#[test]
fn attack_108_plain_http_on_the_port_of_tls_gets_no_page() {
    let shop = Secure::start();
    for path in ["/", "/products", "/health", "/me"] {
        let said = shop.in_clear(path);
        let text = String::from_utf8_lossy(&said).to_lowercase();
        for sign in ["http/", HSTS, "<html", "{"] {
            assert!(!text.contains(sign), "{path}: {text:?}");
        }
    }
    // And whoever comes after is served.
    assert_eq!(shop.get("/products").status, 200);
}

#[test]
fn both_protocols_are_offered_over_tls() {
    let shop = Secure::start();
    for (offered, chosen) in [
        (&["h2", "http/1.1"][..], Some("h2")),
        (&["http/1.1", "h2"], Some("h2")),
        (&["h2"], Some("h2")),
        (&["http/1.1"], Some("http/1.1")),
        (&["http/1.0", "http/1.1"], Some("http/1.1")),
        (&[], None),
    ] {
        let stream = shop.connect(offered).expect("hands are shaken");
        let agreed = stream.conn.alpn_protocol().map(String::from_utf8_lossy);
        assert_eq!(agreed.as_deref(), chosen, "{offered:?}");
        assert_eq!(stream.conn.protocol_version(), Some(ProtocolVersion::TLSv1_3), "{offered:?}");
    }
    assert!(shop.connect(&["spdy/3"]).is_err(), "what neither speaks is not agreed on");
}

#[test]
fn what_is_agreed_on_is_spoken() {
    /// An empty frame of settings.
    const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    let shop = Secure::start();
    let mut stream = shop.connect(&["h2"]).expect("hands are shaken");
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").expect("the shop listens");
    stream.write_all(&SETTINGS).expect("the shop listens");
    let mut head = [0; 9];
    stream.read_exact(&mut head).expect("a frame comes");
    assert_eq!((head[3], &head[5..]), (4, &[0; 4][..]), "the server's settings: {head:?}");
}

#[test]
fn attack_108_hsts_is_not_said_in_clear() {
    let shop = behind("127.0.0.1");
    let ask = |path: &str, proto: Option<&str>| {
        let request = shop.get(path).header("host", "localhost");
        match proto {
            Some(proto) => request.header("x-forwarded-proto", proto).send(),
            None => request.send(),
        }
    };
    for (path, status) in ANSWERS {
        // `is` has it that there is no HSTS.
        let answer = ask(path, Some("http")).is(301);
        assert_eq!(answer.all("location"), [format!("https://localhost{path}")]);
        assert_eq!(score::redirection(&Redirection::of(&answer, "localhost")), ("redirection-to-https", 0));
        ask(path, None).is_dressed();
        let secure = ask(path, Some("https"));
        assert_eq!(secure.status, status, "{secure:?}");
        is_dressed(secure);
    }
    ask("/health", Some("http")).is(200);
    ask("/health", None).is(200);
    let written = shop.post("/users").header("host", "localhost").header("x-forwarded-proto", "http");
    written.text("{}").send().is(403);
}

#[test]
fn attack_108_the_word_of_a_stranger_changes_nothing() {
    let shop = behind("192.0.2.0/24");
    let headers = [("x-forwarded-proto", "https"), ("forwarded", "proto=https"), ("x-forwarded-proto", "http")];
    for (path, status) in ANSWERS {
        let plain = shop.get(path).header("host", "localhost").send().is(status);
        for (name, value) in headers {
            let told = shop.get(path).header("host", "localhost").header(name, value).send().is(status);
            assert_eq!(told.essence(), plain.essence(), "{name}: {value}");
        }
    }
}

#[test]
fn a_connection_that_breaks_off_its_handshake_harms_nobody() {
    let shop = Secure::start();
    for bytes in [&b""[..], b"\x16", b"\x16\x03\x01\x02\x00\x01", b"\x16\x03\x01\xff\xff", b"\x80\x2e\x01\x00\x02"] {
        let mut broken = Connection::open(shop.address).expect("the shop takes connections");
        broken.write(bytes);
        broken.finish();
        let said = broken.rest();
        assert!(!said.starts_with(b"HTTP/"), "{bytes:?}: {said:?}");
    }
    assert_eq!(shop.get("/products").status, 200);
}
