use super::*;
use ProxyHeader::{Forwarded, XForwardedFor};
use proptest::prelude::*;

const PEER: &str = "10.0.0.1";

/// The client behind the proxy 10.0.0.1, where 10.0.0.0/8 and fd00::/8 are trusted.
fn behind(header: ProxyHeader, lines: &[&str]) -> String {
    client(ip(PEER), lines.iter().map(|line| line.as_bytes()), header, is_trusted).to_string()
}

fn is_trusted(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.octets()[0] == 10,
        IpAddr::V6(address) => address.octets()[0] == 0xfd,
    }
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect(text)
}

#[test]
fn attack_1_an_untrusted_peer_speaks_for_itself() {
    for n in 0..=255u8 {
        let line = format!("192.0.2.{n}");
        let found = client(ip("203.0.113.9"), [line.as_bytes()].into_iter(), XForwardedFor, is_trusted);
        assert_eq!(found, ip("203.0.113.9"));
    }
    let found = client(ip("::ffff:203.0.113.9"), std::iter::empty(), XForwardedFor, is_trusted);
    assert_eq!(found, ip("203.0.113.9"));
}

#[test]
fn attack_2_the_right_most_untrusted_hop_is_the_client() {
    for (line, client) in [
        ("192.0.2.7", "192.0.2.7"),
        ("6.6.6.6, 192.0.2.7", "192.0.2.7"),
        ("6.6.6.6,192.0.2.7 ,\t10.9.9.9", "192.0.2.7"),
        ("garbage, <script>, 192.0.2.7, 10.9.9.9", "192.0.2.7"),
        (", 192.0.2.7", "192.0.2.7"),
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("192.0.2.7:50000", "192.0.2.7"),
        ("192.0.2.7, fd00::1, ::ffff:10.0.0.2", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ] {
        assert_eq!(behind(XForwardedFor, &[line]), client, "{line}");
    }
    assert_eq!(behind(XForwardedFor, &[]), PEER);
}

#[test]
fn attack_3_lines_are_joined_in_order() {
    assert_eq!(behind(XForwardedFor, &["6.6.6.6", "192.0.2.7"]), "192.0.2.7");
    assert_eq!(behind(XForwardedFor, &["6.6.6.6, 192.0.2.7", "10.0.0.2", "10.0.0.3"]), "192.0.2.7");
    assert_eq!(behind(XForwardedFor, &["192.0.2.7", ""]), PEER);
    assert_eq!(behind(Forwarded, &["for=6.6.6.6, for=192.0.2.7", "for=10.0.0.2"]), "192.0.2.7");
    // Half a quoted string in one line does not reach into the next.
    assert_eq!(behind(Forwarded, &["for=\"6.6.6.6", "for=192.0.2.7"]), "192.0.2.7");
    assert_eq!(behind(Forwarded, &["for=\"6.6.6.6", "\", for=10.0.0.2"]), PEER);
}

#[test]
fn attack_4_garbage_is_the_peer_and_no_new_bucket() {
    for line in [
        "",
        " ",
        "unknown",
        "_hidden",
        "192.0.2",
        "192.0.2.7.",
        "192.0.2.007",
        "192.0.2.7:",
        "192.0.2.7:port",
        "192.0.2.7:65536",
        "192.0.2.7:_x",
        "\"192.0.2.7\"",
        "[192.0.2.7]",
        "[2001:db8::1",
        "[2001:db8::1]x",
        "2001:db8::1%eth0",
        "192.0.2.7 10.0.0.2",
        "192.0.2.7, 10.0.0.2,",
        "192.0.2.7, evil, 10.0.0.2",
        "192.0.2.7;10.0.0.2",
        "localhost",
        "3221225991",
        "0xc0.0.2.7",
    ] {
        assert_eq!(behind(XForwardedFor, &[line]), PEER, "{line}");
    }
    assert_eq!(client(ip(PEER), [&b"\xff"[..]].into_iter(), XForwardedFor, is_trusted), ip(PEER));
}

#[test]
fn attack_4_forwarded_is_read_as_it_is_written() {
    for (line, client) in [
        ("for=192.0.2.7", "192.0.2.7"),
        ("For=\"[2001:db8::1]:123\"", "2001:db8::1"),
        ("FOR=\"[2001:db8::1]\"", "2001:db8::1"),
        ("for=\"192.0.2.7:123\"", "192.0.2.7"),
        ("for=\"192.0.2.7:_port\"", "192.0.2.7"),
        ("for=\"\\1\\92.0.2.7\"", "192.0.2.7"),
        ("for=\"192.0.2.\\7\"", "192.0.2.7"),
        ("for=192.0.2.7;proto=https;by=203.0.113.43", "192.0.2.7"),
        ("proto=https ; by=\"a,b;c\\\",for=6.6.6.6\" ; for=192.0.2.7;", "192.0.2.7"),
        ("for=6.6.6.6, for=192.0.2.7;host=\"x,for=7.7.7.7\", for=10.0.0.2", "192.0.2.7"),
        ("secret, for=192.0.2.7", "192.0.2.7"),
        ("for=unknown, for=192.0.2.7", "192.0.2.7"),
        ("for=\"::ffff:192.0.2.7\"", PEER),
        ("for=\"[::ffff:192.0.2.7]\"", "192.0.2.7"),
    ] {
        assert_eq!(behind(Forwarded, &[line]), client, "{line}");
    }
    for line in [
        "",
        "for",
        "for=",
        "for=unknown",
        "for=_hidden",
        "for=\"_hidden\"",
        "for=[2001:db8::1]",
        "for=2001:db8::1",
        "for=\"2001:db8::1\"",
        "for=192.0.2.7:123",
        "for =192.0.2.7",
        "for= 192.0.2.7",
        "for=192.0.2.7;for=192.0.2.8",
        "for=192.0.2.7;FOR=192.0.2.7",
        "for=192.0.2.7;proto=http;proto=https",
        "for=192.0.2.7 by=x",
        "for=\"192.0.2.7\"x",
        "for=\"192.0.2.7",
        "for=\"192.0.2.7\\",
        "for=192.0.2.7\"",
        "for='192.0.2.7'",
        "proto=https",
        "by=192.0.2.7",
        "for=192.0.2.7,",
        "for=192.0.2.7, for=unknown, for=10.0.0.2",
        "192.0.2.7",
    ] {
        assert_eq!(behind(Forwarded, &[line]), PEER, "{line}");
    }
}

/// Who sends an open quote cannot make the proxy's own words part of a string, nor a string part of its words.
#[test]
fn attack_4_an_open_quote_moves_no_comma() {
    let hosts = ["shop.example", ",for=6.6.6.6;x=", ";for=6.6.6.6;x=\\\"\\\"", ",for=6.6.6.6;x=\\\"", ", for=6.6.6.6"];
    for sent in ["for=\"", "for=6.6.6.6;x=\"", "for=6.6.6.6;x=\"\\", "\"", "for=6.6.6.6;x=\"\\\""] {
        for host in hosts {
            for own in [
                format!("for=192.0.2.7;host=\"{host}\""),
                format!("host=\"{host}\";for=192.0.2.7"),
                "for=192.0.2.7".to_owned(),
                "for=\"[2001:db8::1]:9\"".to_owned(),
                format!("for=\"192.0.2.7:9\";host=\"{host}\""),
            ] {
                let found = behind(Forwarded, &[&format!("{sent}, {own}")]);
                assert!(found == PEER, "{sent}, {own}: {found}");
            }
        }
    }
}

#[test]
fn only_so_many_hops_are_read() {
    let trusted = |n: usize| vec!["10.0.0.2"; n].join(", ");
    assert_eq!(behind(XForwardedFor, &[&format!("192.0.2.7, {}", trusted(MOST_HOPS - 1))]), "192.0.2.7");
    assert_eq!(behind(XForwardedFor, &[&format!("192.0.2.7, {}", trusted(MOST_HOPS))]), PEER);
    assert_eq!(behind(XForwardedFor, &["10.0.0.2"; MOST_HOPS + 1]), PEER);
}

#[test]
fn attack_108_only_the_peers_own_word_names_the_scheme() {
    let x = |lines: &[&str]| x_forwarded_proto(lines.iter().map(|line| line.as_bytes()));
    assert_eq!(x(&["https"]), Some(Proto::Https));
    assert_eq!(x(&["HTTPS"]), Some(Proto::Https));
    assert_eq!(x(&["http, https"]), Some(Proto::Https));
    assert_eq!(x(&["https", "http"]), Some(Proto::Http));
    for other in ["", "https,", "on", "wss", "https:", "\"https\"", "httpss", "https http"] {
        assert_eq!(x(&[other]), None, "{other}");
    }
    assert_eq!(x(&[]), None);
    let forwarded = |lines: &[&str]| forwarded_proto(lines.iter().map(|line| line.as_bytes()));
    assert_eq!(forwarded(&["proto=https"]), Some(Proto::Https));
    assert_eq!(forwarded(&["proto=https", "for=192.0.2.7;proto=\"http\""]), Some(Proto::Http));
    for other in ["for=192.0.2.7", "proto=https;proto=https", "proto=https, for=1.2.3.4", "proto=\"https", "proto=ftp"]
    {
        assert_eq!(forwarded(&[other]), None, "{other}");
    }
}

#[test]
fn attack_109_the_host_is_the_peers_word_too() {
    let x = |lines: &[&'static str]| x_forwarded_host(lines.iter().map(|line| line.as_bytes()));
    assert_eq!(x(&["evil.example", "evil.example, example.com:1"]), Some(&b"example.com:1"[..]));
    assert_eq!(x(&["example.com,"]), Some(&b""[..]));
    assert_eq!(x(&[]), None);
    let line = b"host=evil.example, for=1.2.3.4;Host=\"exam\\ple.com\"";
    assert_eq!(forwarded_host([&line[..]].into_iter()).as_deref(), Some(&b"example.com"[..]));
}

#[test]
fn attack_16_other_headers_are_never_read() {
    for name in ["x-real-ip", "cf-connecting-ip", "", "x-forwarded-for,forwarded"] {
        let error = name.parse::<ProxyHeader>().expect_err(name).to_string();
        assert!(error.contains("Write `x-forwarded-for` or `forwarded`"), "{error}");
    }
}

proptest! {
    /// Whatever a client writes, the address that its proxy appends is the one found, or the peer's.
    #[test]
    fn what_a_client_sends_never_names_the_client(sent in "[0-9a-z.,:;=\"\\\\\\[\\] ]{0,40}", port in any::<u16>()) {
        for (header, own) in [
            (XForwardedFor, format!("192.0.2.7:{port}")),
            (Forwarded, "for=192.0.2.7;proto=https".to_owned()),
            (Forwarded, format!("for=\"192.0.2.7:{port}\";host=\"a.example\"")),
        ] {
            let found = behind(header, &[&format!("{sent}, {own}")]);
            prop_assert!(found == "192.0.2.7" || (found == PEER && header == Forwarded), "{}", found);
            prop_assert_eq!(behind(header, &[&sent, &own]), "192.0.2.7");
        }
    }

    #[test]
    fn any_value_is_judged_without_a_panic(lines in prop::collection::vec(any::<Vec<u8>>(), 0..4), own in "(for=)?[\"0-9.:;,\\\\]*") {
        for header in [XForwardedFor, Forwarded] {
            let lines = || lines.iter().map(Vec::as_slice).chain([own.as_bytes()]);
            client(ip(PEER), lines(), header, is_trusted);
            x_forwarded_proto(lines());
            forwarded_proto(lines());
            forwarded_host(lines());
        }
    }
}
