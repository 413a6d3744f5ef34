//! What a wrong value is told.

use super::{app, is_one_about, reasons, table};
use reroute::testing;
use std::fs;

/// Keys that take any text.
pub(super) const TAKE_ANY_TEXT: [&str; 8] = [
    "unix_socket",
    "secret_key",
    "secret_key_old",
    "jwt_secret",
    "database_url",
    "tls_certificate",
    "tls_key",
    "security_log",
];

const FLAG: (&[&str], &str) = (&["1", "yes", "TRUE", "on", "", " true"], "must be true or false");
const DURATION: (&[&str], &str) = (&["5", "", "0 s", "-1 s", "5 parsecs", "367 days"], "is no duration");
const SIZE: (&[&str], &str) = (&["", "0", "-1", "1 MB", "1.5 MiB", "99999999 GiB"], "must be a size such as");

/// Wrong values of each key, and what they are told.
pub(super) const WRONG: [(&str, &[&str], &str); 62] = [
    ("host", &["", "nowhere", "127.0.0.1:80", "http://127.0.0.1", "127.1"], "must be an IP address such as 127.0.0.1"),
    ("port", &["", "x", "-1", "+80", "65536", "80 ", "0x50"], "must be a number from 0 to 65535"),
    ("development_public", FLAG.0, FLAG.1),
    ("debug", FLAG.0, FLAG.1),
    ("password_memory", &["", "19", "19 MB", "6 MiB", "2 GiB", "x"], "must be a size"),
    ("password_passes", &["", "0", "-1", "101", "2.0"], "must be a number from 1 to 100"),
    ("database_connections", &["", "0", "10001", "many"], "must be a number from 1 to 10000"),
    ("database_acquire_timeout", DURATION.0, DURATION.1),
    ("database_statement_timeout", DURATION.0, DURATION.1),
    ("rate_limits", &["", "off", "Observe"], "must be one of: enforce, observe"),
    ("rate_limit", &["5", "5/minn", "0/min", "-1/min", "5/0 s", "5 per min"], "is no rate"),
    ("rate_limit_keys", &["", "0", "100000001", "1e6"], "must be a number from 1 to 100000000"),
    ("client_network_ipv6", &["", "31", "65", "/64"], "must be a number from 32 to 64"),
    (
        "redis_url",
        &["localhost", "http://127.0.0.1:6379", "127.0.0.1:6379", "redis"],
        "must be an address such as redis://",
    ),
    ("redis_timeout_ms", &["", "0", "60001", "50 ms"], "must be a number from 1 to 60000"),
    ("redis_failure", &["", "Local", "deny"], "must be one of: local, open, closed"),
    ("timeout", DURATION.0, DURATION.1),
    ("body_limit", SIZE.0, SIZE.1),
    ("max_in_flight", &["", "0", "-1", "1000001", "many"], "must be a number from 1 to 1000000"),
    ("security_log_max_size", SIZE.0, SIZE.1),
    ("security_log_keep", &["", "-1", "10001", "all"], "must be a number from 0 to 10000"),
    ("security_log_authz_success", FLAG.0, FLAG.1),
    (
        "security_log_syslog",
        &["/dev/log", "tcp:h:514", "udp:h", "udp:h:0", "unix:log"],
        "must be unix:PATH or udp:HOST:PORT",
    ),
    ("security_log_tracing", FLAG.0, FLAG.1),
    ("cache_entries", &["", "0", "-1", "10000001", "1 MiB"], "must be a number from 1 to 10000000"),
    ("cache_bytes", SIZE.0, SIZE.1),
    ("header_timeout", DURATION.0, DURATION.1),
    ("idle_timeout", DURATION.0, DURATION.1),
    ("body_timeout", DURATION.0, DURATION.1),
    ("min_body_rate", &["", "-1", "1000000001", "500 B"], "must be a number from 0 to 1000000000"),
    ("write_timeout", DURATION.0, DURATION.1),
    ("shutdown_timeout", DURATION.0, DURATION.1),
    ("max_header_size", SIZE.0, SIZE.1),
    ("max_headers", &["", "0", "10001"], "must be a number from 1 to 10000"),
    ("max_connections", &["", "0", "1000001"], "must be a number from 1 to 1000000"),
    ("max_connections_per_client", &["", "0", "1000001"], "must be a number from 1 to 1000000"),
    ("max_streams", &["", "0", "100001"], "must be a number from 1 to 100000"),
    ("max_resets", &["", "0", "100001"], "must be a number from 1 to 100000"),
    (
        "trusted_proxies",
        &["nonsense", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/8,proxy.example.com", "*"],
        "is no network",
    ),
    ("proxy_header", &["", "x-real-ip", "X-Forwarded-For"], "must be one of: x-forwarded-for, forwarded"),
    ("allowed_hosts", &["*", "https://example.com", "a b", "*.com", "example.com:x"], "is no host"),
    ("fetch_allowed_hosts", &["https://example.com", "a b", "*.com", "*:80", "example.com:x"], "is no host"),
    ("fetch_danger_networks", &["localhost", "10.0.0.1/8", "10.0.0.0/33"], "is no network"),
    ("https", &["", "yes", "true"], "must be one of: elsewhere, detect"),
    ("enable_cors", FLAG.0, FLAG.1),
    (
        "cors_allow_origins",
        &["null", "example.com", "https://example.com/", "https://example.com/x", "https://*", "ftp://example.com"],
        "is no origin",
    ),
    ("cors_allow_methods", &["GET, P T"], "method"),
    ("cors_allow_headers", &["x token", "x-a, é"], "header"),
    ("cors_expose_headers", &["x token", "x-a, é"], "header"),
    ("cors_allow_credentials", FLAG.0, FLAG.1),
    ("cors_max_age", DURATION.0, DURATION.1),
    ("content_security_policy", &["", "scrpt-src 'self'", "default-src self", "img-src a; img-src b"], "Write"),
    ("page_content_security_policy", &["", "scrpt-src 'self'", "img-src a; img-src b"], "Write"),
    ("permissions_policy", &["", "camera 'none'", "camera=none", "camra=()"], "`"),
    ("referrer_policy", &["", "never", "no-referrer, origin"], "is no Referrer-Policy"),
    ("frame_options", &["", "ALLOWALL", "ALLOW-FROM https://example.com"], "is no X-Frame-Options"),
    ("cross_origin_opener_policy", &["", "same-site"], "is no Cross-Origin-Opener-Policy"),
    ("cross_origin_resource_policy", &["", "none"], "is no Cross-Origin-Resource-Policy"),
    ("cross_origin_embedder_policy", &["", "same-origin"], "is no Cross-Origin-Embedder-Policy"),
    ("hsts_max_age", DURATION.0, DURATION.1),
    ("hsts_include_subdomains", FLAG.0, FLAG.1),
    ("hsts_preload", FLAG.0, FLAG.1),
];

#[test]
fn a_wrong_value_in_a_variable_is_told_with_the_key_and_the_variable() {
    for (key, values, told) in WRONG {
        let variable = format!("REROUTE_{}", key.to_ascii_uppercase());
        for value in values {
            for variable in [variable.as_str(), "CORS_ORIGINS"] {
                if variable == "CORS_ORIGINS" && key != "cors_allow_origins" {
                    continue;
                }
                let reasons = reasons(&[("REROUTE_ENV", "test"), (variable, value)]);
                is_one_about(&reasons, key);
                assert!(reasons[0].ends_with(&format!("(the variable {variable})")), "{value:?}: {reasons:?}");
                assert!(reasons[0].contains(told), "{told}: {reasons:?}");
            }
        }
    }
}

#[test]
fn a_wrong_value_in_dotenv_is_told_with_the_key_and_the_line() {
    for (key, values, told) in WRONG {
        let text =
            format!("\nUNRELATED=1\nexport REROUTE_{}='{}'\n", key.to_ascii_uppercase(), values[values.len() - 1]);
        for file in [".env", ".env.test"] {
            let reasons = reasons_in(file, &text);
            is_one_about(&reasons, key);
            assert!(reasons[0].ends_with(&format!("({file}, line 3)")) && reasons[0].contains(told), "{reasons:?}");
        }
    }
}

#[test]
fn a_value_of_the_wrong_type_in_the_file_is_told_with_the_key_and_the_line() {
    for (key, holds) in table() {
        for section in ["", "[test]", "[production]"] {
            for (value, kind) in [("1.5", "a float"), ("1979-05-27", "datetime"), ("{ a = 1 }", "table")] {
                let reasons = reasons_in("reroute.toml", &format!("{section}\n\n{key} = {value}\n"));
                if kind == "table" && section.is_empty() {
                    // At the top level it is a section, and there is none of this name.
                    assert_eq!(reasons.len(), 1, "{reasons:?}");
                    assert!(reasons[0].contains(&format!("there is no section [{key}]")), "{reasons:?}");
                    continue;
                }
                let expected = format!("{key}: must be {holds}, and is {kind} (reroute.toml, line 3)");
                assert_eq!(reasons, [expected], "{section} {value}");
            }
        }
    }
}

#[test]
fn a_list_in_the_file_holds_texts() {
    let is_list = |(key, holds): (String, String)| (holds == "a list of texts").then_some(key);
    let lists: Vec<String> = table().into_iter().filter_map(is_list).collect();
    assert!(!lists.is_empty());
    for key in lists {
        for value in ["[1]", "[\"a\", true]", "[[\"a\"]]"] {
            let reasons = reasons_in("reroute.toml", &format!("{key} = {value}"));
            assert_eq!(reasons, [format!("{key}: must be a list of texts (reroute.toml, line 1)")], "{value}");
        }
        let reasons = reasons_in("reroute.toml", &format!("{key} = \"a.com\""));
        assert_eq!(reasons, [format!("{key}: must be a list of texts, and is a text (reroute.toml, line 1)")]);
    }
}

/// What each key says of this value, where it is a wrong one.
fn told(value: &str) -> Vec<(&'static str, String)> {
    let told = |key: &'static str| {
        let variable = format!("REROUTE_{}", key.to_ascii_uppercase());
        let refused = testing::service(app(), [("REROUTE_ENV", "test"), (&variable, value)]).err()?;
        Some((key, refused.to_string()))
    };
    WRONG.iter().filter_map(|(key, ..)| told(key)).collect()
}

#[test]
fn a_wrong_value_makes_one_line_whatever_it_holds() {
    let mut told = told("x\n\u{1b}[31mSECRET_KEY: fine\r\u{2028}");
    assert_eq!(told.len(), WRONG.len(), "{told:#?}");
    told.retain(|(_, told)| told.chars().any(|c| c.is_control() || c == '\u{2028}'));
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn a_long_wrong_value_is_not_told_whole() {
    let told = told(&"x ".repeat(50_000));
    assert_eq!(told.len(), WRONG.len());
    let long: Vec<_> = told.iter().filter(|(_, told)| told.len() > 5000).map(|(key, told)| (key, told.len())).collect();
    assert!(long.is_empty(), "{long:?}");
}

/// Why the application does not start in a folder with this file.
fn reasons_in(file: &str, text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join(file), text).expect("the file is written");
    match testing::service_in(folder.path(), app(), [("REROUTE_ENV", "test")]) {
        Ok(_) => Vec::new(),
        Err(refused) => refused.to_string().lines().map(str::to_owned).collect(),
    }
}
