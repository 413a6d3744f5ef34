//! What holds before a route is known, over the socket: hosts, proxies, HTTPS, pages of other origins, writes from other sites.

#[path = "../support/mod.rs"]
mod support;

mod cors;
mod cross_site;
mod hosts;
mod proxies;

use support::{Answer, Shop};

const HSTS: &str = "max-age=31536000; includeSubDomains";

/// A shop in production on the demo data, with these settings beside what production needs.
fn production(settings: &[(&str, &str)]) -> Shop {
    let safe = [
        ("REROUTE_ENV", "production"),
        ("SECRET_KEY", "Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUuVvAaEeIiOo"),
        ("REROUTE_ALLOWED_HOSTS", "*.shop.example.com,shop.example.com,shop.example.org"),
        ("REROUTE_RATE_LIMITS", "enforce"),
    ];
    Shop::start().restart_with(&[&safe, settings].concat())
}

/// The answer went over HTTPS: it has this status, all that every answer has, and says once to stay with HTTPS.
#[track_caller]
fn secure(mut answer: Answer, status: u16) -> Answer {
    assert_eq!(answer.all("strict-transport-security"), [HSTS], "{answer:?}");
    answer.headers.retain(|(name, _)| name != "strict-transport-security");
    answer.is(status)
}

/// The names of all headers of an answer that tell a page of another origin what it may do.
fn told_to_pages(answer: &Answer) -> Vec<&str> {
    answer.headers.iter().map(|(name, _)| name.as_str()).filter(|name| name.starts_with("access-control")).collect()
}
