//! Where events go beside the log: a syslog, and whoever listens to `tracing`.

use super::*;
use serde_json::json;
use std::net::UdpSocket;

/// The parts of a header of RFC 5424, and the message.
fn parts(datagram: &[u8]) -> ([String; 7], Value) {
    let text = std::str::from_utf8(datagram).expect("it is UTF-8");
    let mut parts = text.splitn(8, ' ').map(str::to_owned);
    let header = std::array::from_fn(|_| parts.next().expect("a part"));
    (header, serde_json::from_str(&parts.next().expect("a message")).expect("it is JSON"))
}

fn receive(from: impl FnOnce(&mut [u8]) -> std::io::Result<usize>) -> ([String; 7], Value) {
    let mut datagram = [0; 4096];
    let length = from(&mut datagram).expect("a datagram comes");
    assert!(length <= 2048, "{length}");
    parts(&datagram[..length])
}

fn socket(at: &str) -> UdpSocket {
    let socket = UdpSocket::bind(at).expect("it can be bound");
    socket.set_read_timeout(Some(Duration::from_secs(60))).expect("it has a patience");
    socket
}

fn wrong_token(shop: &Shop, client: &str) {
    let request = shop.get("/me").header("x-forwarded-for", client).header("authorization", "Bearer Typed-Secret-1");
    request.send().is(401);
}

const PROXY: (&str, &str) = ("REROUTE_TRUSTED_PROXIES", "127.0.0.1");

#[test]
fn a_syslog_gets_each_line_as_a_datagram_of_rfc_5424() {
    let (home, log) = place();
    let syslog = socket("127.0.0.1:0");
    let target = format!("udp:{}", syslog.local_addr().expect("an address"));
    let shop = start(&home, &log, &[PROXY, ("REROUTE_SECURITY_LOG_SYSLOG", &target)]);
    wrong_token(&shop, "10.0.0.1");
    let ([priority, at, _, app, process, id, data], event) = receive(|bytes| syslog.recv(bytes));
    // `authpriv` is 10, a warning 4.
    assert_eq!(priority, format!("<{}>1", 10 * 8 + 4));
    assert_eq!((app, process, id, data), ("shop".into(), shop.id().to_string(), "auth_failure".into(), "-".into()));
    assert_eq!((event["timestamp"].as_str(), &event["seq"]), (Some(&*at), &json!(1)));
    assert_eq!(event, wait_for(&log, "auth_failure", 1)[0]);
    // Another severity.
    shop.post("/users").header("origin", "https://evil.example").json(&json!({})).send().is(403);
    let ([priority, ..], event) = receive(|bytes| syslog.recv(bytes));
    assert_eq!((&*priority, &event["event_type"]), ("<83>1", &json!("suspicious_request")));
    // More than a datagram takes.
    let many: serde_json::Map<String, Value> =
        (0..60).map(|nth| (format!("unknown_field_of_some_length_{nth}"), json!(1))).collect();
    shop.post("/auth/login").json(&Value::Object(many)).send().is(422);
    let (_, event) = receive(|bytes| syslog.recv(bytes));
    let whole = &wait_for(&log, "validation_failure", 1)[0];
    assert!(whole.to_string().len() > 2048 && whole["details"].get("truncated").is_none(), "{whole}");
    assert_eq!(event["details"]["truncated"], true);
    for member in ["timestamp", "event_type", "severity", "message", "chain", "seq", "mac"] {
        assert_eq!(event[member], whole[member], "{member}");
    }
    for member in ["ip_address", "endpoint", "request_id", "owasp"] {
        assert_eq!(event["details"][member], whole["details"][member], "{member}");
    }
    is_honest(home.path(), &[&log]);
}

#[test]
#[cfg(unix)]
fn a_syslog_that_is_gone_stops_nobody_is_told_once_and_found_again() {
    use std::os::unix::net::UnixDatagram;
    let (home, log) = place();
    let path = home.path().join("syslog");
    let target = format!("unix:{}", path.display());
    let mut shop = start(&home, &log, &[PROXY, ("REROUTE_SECURITY_LOG_SYSLOG", &target)]);
    let mut asked = 0;
    let mut ask = |shop: &Shop| {
        asked += 1;
        wrong_token(shop, &format!("10.0.{}.{}", asked / 250, asked % 250));
        wait_for(&log, "auth_failure", asked);
    };
    (0..5).for_each(|_| ask(&shop));
    for _ in 0..2 {
        let syslog = UnixDatagram::bind(&path).expect("it can be bound");
        syslog.set_nonblocking(true).expect("it can be asked");
        let patience = Instant::now() + Duration::from_secs(60);
        let mut datagram = [0; 4096];
        let length = loop {
            ask(&shop);
            match syslog.recv(&mut datagram) {
                Ok(length) => break length,
                Err(_) => assert!(Instant::now() < patience, "it is found again"),
            }
        };
        assert_eq!(parts(&datagram[..length]).1["event_type"], "auth_failure");
        drop(syslog);
        std::fs::remove_file(&path).expect("it was there");
        (0..5).for_each(|_| ask(&shop));
    }
    support::kill("TERM", shop.id());
    let (text, status) = shop.ended();
    assert!(status.success());
    assert_eq!(
        text.matches("do not reach the syslog").count()
            + shop.said.iter().filter(|line| line.contains("do not reach")).count(),
        3,
        "{text}"
    );
    assert_eq!(text.matches("reach the syslog again").count(), 2, "{text}");
}

#[test]
#[cfg(unix)]
fn a_syslog_that_reads_nothing_stops_nobody() {
    let (home, log) = place();
    let path = home.path().join("syslog");
    let _syslog = std::os::unix::net::UnixDatagram::bind(&path).expect("it can be bound");
    let target = format!("unix:{}", path.display());
    let shop = start(&home, &log, &[PROXY, ("REROUTE_SECURITY_LOG_SYSLOG", &target)]);
    for nth in 0..1_000 {
        wrong_token(&shop, &format!("10.1.{}.{}", nth / 250, nth % 250));
    }
    assert_eq!(wait_for(&log, "auth_failure", 1_000).len(), 1_000);
}

#[test]
fn a_subscriber_of_tracing_gets_each_line_at_a_level_by_its_severity() {
    let (home, log) = place();
    let mut shop = start(&home, &log, &[PROXY, ("REROUTE_SECURITY_LOG_TRACING", "true")]);
    wrong_token(&shop, "10.0.0.1");
    shop.post("/users").header("origin", "https://evil.example").json(&json!({})).send().is(403);
    shop.login("ada", support::PASSWORD);
    wait_for(&log, "auth_success", 1);
    support::kill("TERM", shop.id());
    let (text, status) = shop.ended();
    assert!(status.success());
    let written = std::fs::read_to_string(&log).expect("it is there");
    for (level, line) in ["WARN", "ERROR", "INFO"].into_iter().zip(written.lines()) {
        let told = text.lines().find(|told| told.contains(line)).expect("the line is told");
        assert!(told.contains(&format!("{level} reroute::security")), "{told}");
    }
    assert!(!text.contains("Typed-Secret"), "{text}");
}

#[test]
fn nobody_who_has_not_asked_gets_them() {
    let (home, log) = place();
    let mut shop = start(&home, &log, &[]);
    wrong_token(&shop, "10.0.0.1");
    wait_for(&log, "auth_failure", 1);
    support::kill("TERM", shop.id());
    assert!(!shop.ended().0.contains("reroute::security"));
}
