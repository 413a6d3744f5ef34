use super::*;
use std::process::Stdio;
use support::Request;

#[test]
fn a_flood_of_refusals_is_few_lines_that_count_all() {
    let (home, log) = place();
    let shop = start(&home, &log, &[("REROUTE_RATE_LIMITS", "enforce"), ("REROUTE_RATE_LIMIT", "1/hour")]);
    let mut connection = shop.connect();
    for _ in 0..2_000 {
        connection.write("GET /products HTTP/1.1\r\nhost: localhost\r\n\r\n");
        connection.answer();
    }
    let counted = |told: &[Value]| told.iter().map(|told| told["details"]["count"].as_u64().unwrap_or(1)).sum::<u64>();
    let patience = Instant::now() + Duration::from_secs(60);
    let mut told = Vec::new();
    while counted(&told) < 1_999 {
        assert!(Instant::now() < patience, "{told:?}");
        told = wait_for(&log, "rate_limit_exceeded", 1);
    }
    assert_eq!(counted(&told), 1_999);
    assert!(told.len() < 150, "{}", told.len());
}

#[test]
#[cfg(target_os = "linux")]
fn a_standard_output_that_nobody_reads_stops_no_request() {
    let (home, _) = place();
    let mut command = command(home.path());
    command.env("SECRET_KEY", KEY).env("REROUTE_TRUSTED_PROXIES", "127.0.0.1");
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let address = written::address(&mut process);
    // Some megabytes of events, for a pipe of 64 KiB.
    for nth in 0..3_000 {
        let request = Request::new(address, "GET", "/me").header("authorization", "Bearer x");
        let client = format!("10.1.{}.{}", nth / 250, nth % 250);
        assert_eq!(request.header("x-forwarded-for", &client).send().status, 401);
    }
    support::kill("TERM", process.id());
    assert!(process.wait().expect("it is our own").success(), "it ends within a bound");
}
