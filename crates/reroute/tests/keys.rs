//! Every key of the settings: what it does, and what a wrong value is told.

#![allow(missing_docs, reason = "tests are read, not called")]

mod support;

use reroute::{App, Tree, axum_core::body::Body, edge::Edge, file, http::Request, prelude::*, testing};
use std::{collections::BTreeSet, fs, future::pending};
use support::{Answer, answer};

#[route]
pub struct Echo;

#[route]
impl Echo {
    #[public]
    async fn get(&self, cx: Seen) -> String {
        format!("{} {}", cx.client, if cx.is_https { "https" } else { "http" })
    }

    #[public]
    async fn post(&self, body: String) -> String {
        body.len().to_string()
    }

    #[public]
    async fn patch(&self) -> &'static str {
        "patched"
    }
}

pub struct Seen {
    client: std::net::IpAddr,
    is_https: bool,
}

impl FromRequestParts<Context> for Seen {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, cx: &Context) -> Result<Self> {
        Ok(Self { client: cx.client(), is_https: cx.is_https() })
    }
}

#[route]
pub struct Broken;

#[route]
impl Broken {
    #[public]
    async fn get(&self) -> Result<String> {
        Err(Error::internal("the cellar is flooded"))
    }

    /// Never comes to an end.
    #[public]
    async fn post(&self) -> String {
        pending().await
    }
}

#[route]
pub struct Health;

#[route]
impl Health {
    #[public]
    async fn get(&self) -> &'static str {
        "ok"
    }
}

fn app() -> App {
    App::new(Tree::new([
        file::<Echo>("/echo", "echo.rs"),
        file::<Broken>("/broken", "broken.rs"),
        file::<Health>("/health", "health.rs"),
    ]))
}

type Variables<'a> = &'a [(&'a str, &'a str)];

/// The application in the environment `test`, under these variables.
#[track_caller]
fn under(variables: Variables<'_>) -> Edge {
    let all = [("REROUTE_ENV", "test")].into_iter().chain(variables.iter().copied());
    testing::service(app(), all).unwrap_or_else(|refused| panic!("{variables:?}: {refused}"))
}

/// Why the application does not start under these variables: nothing, if it does.
fn reasons(variables: Variables<'_>) -> Vec<String> {
    match testing::service(app(), variables.iter().copied()) {
        Ok(_) => Vec::new(),
        Err(refused) => refused.to_string().lines().map(str::to_owned).collect(),
    }
}

const KEY: &str = "Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUuVvAaEeIiOo";

/// What production needs to start.
const SAFE: [(&str, &str); 4] = [
    ("REROUTE_ENV", "production"),
    ("SECRET_KEY", KEY),
    ("REROUTE_ALLOWED_HOSTS", "example.com"),
    ("REROUTE_HTTPS", "elsewhere"),
];

/// Why production does not start with the one variable changed, or left out.
fn production(name: &str, value: Option<&str>) -> Vec<String> {
    let others = SAFE.into_iter().filter(|(other, _)| *other != name);
    reasons(&others.chain(value.map(|value| (name, value))).collect::<Vec<_>>())
}

/// There is one reason, and it names this setting.
#[track_caller]
fn is_one_about(reasons: &[String], setting: &str) {
    assert_eq!(reasons.len(), 1, "{setting}: {reasons:?}");
    assert!(reasons[0].starts_with(&format!("{setting}: ")), "{reasons:?}");
}

async fn send(app: &Edge, line: &str, headers: Variables<'_>) -> Answer {
    answer(app, request(line, headers, "")).await
}

/// A request; its host is `localhost` where the headers name none.
fn request(line: &str, headers: Variables<'_>, body: impl Into<Body>) -> Request<Body> {
    let (method, target) = line.split_once(' ').expect("a method and a target");
    let mut request = Request::builder().method(method).uri(target);
    if headers.iter().all(|(name, _)| *name != "host") {
        request = request.header("host", "localhost");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.into()).expect("a request")
}

/// A header of an answer under no variable and under one: that of an error, too.
async fn header_goes(name: &str, without: &str, variable: &str, value: &str, with: &str) {
    for (app, expected) in [(under(&[]), without), (under(&[(variable, value)]), with)] {
        for line in ["GET /echo", "GET /nowhere", "GET /broken"] {
            let answer = send(&app, line, &[]).await;
            let values: Vec<_> = answer.headers.get_all(name).into_iter().collect();
            assert_eq!(values.len(), usize::from(!expected.is_empty()), "{line}: {values:?}");
            assert_eq!(answer.header(name), expected, "{line}");
        }
    }
}

const ORIGIN: &str = "https://app.example.com";

/// What a page of [`ORIGIN`] is told, where it is allowed, under these variables.
async fn page(variables: Variables<'_>, line: &str, headers: Variables<'_>) -> Answer {
    let allowed: Vec<_> = [("CORS_ORIGINS", ORIGIN)].into_iter().chain(variables.iter().copied()).collect();
    let headers: Vec<_> = [("origin", ORIGIN)].into_iter().chain(headers.iter().copied()).collect();
    send(&under(&allowed), line, &headers).await
}

/// What `Strict-Transport-Security` says over HTTPS under these variables.
async fn hsts(variables: Variables<'_>) -> String {
    let over_https: Vec<_> = [("REROUTE_HTTPS", "elsewhere")].into_iter().chain(variables.iter().copied()).collect();
    send(&under(&over_https), "GET /echo", &[]).await.header("strict-transport-security").to_owned()
}

/// A test for each key, which bears its name, and the list of their names.
macro_rules! effects {
    ($($(#[$attribute:meta])* $key:ident $body:block)*) => {
        mod effect {
            use super::*;

            $($(#[$attribute])* #[tokio::test] async fn $key() $body)*
        }

        const SHOWN: &[&str] = &[$(stringify!($key)),*];
    };
}

effects! {
    development_public {
        let beyond = [("REROUTE_ENV", "development"), ("REROUTE_HOST", "0.0.0.0"), ("REROUTE_DEVELOPMENT_PUBLIC", "false")];
        is_one_about(&reasons(&beyond[..2]), "env");
        is_one_about(&reasons(&beyond), "env");
        assert_eq!(reasons(&[beyond[0], beyond[1], ("REROUTE_DEVELOPMENT_PUBLIC", "true")]), [""; 0]);
    }

    debug {
        let quiet = send(&under(&[]), "GET /broken", &[]).await;
        assert!(quiet.status == 500 && !quiet.body.contains("flooded"), "{quiet:?}");
        let loud = send(&under(&[("REROUTE_DEBUG", "true")]), "GET /broken", &[]).await;
        assert!(loud.status == 500 && loud.json()["debug"].as_str().is_some_and(|cause| cause.contains("flooded")), "{loud:?}");
        is_one_about(&production("REROUTE_DEBUG", Some("true")), "debug");
        assert_eq!(production("REROUTE_DEBUG", Some("false")), [""; 0]);
    }

    secret_key {
        assert_eq!(production("SECRET_KEY", Some(KEY)), [""; 0]);
        is_one_about(&production("SECRET_KEY", None), "SECRET_KEY");
        for weak in ["changeme", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
            let reasons = production("SECRET_KEY", Some(weak));
            is_one_about(&reasons, "SECRET_KEY");
            assert!(!reasons[0].contains(weak), "{reasons:?}");
        }
        let by_its_long_name = SAFE.map(|(name, value)| (if name == "SECRET_KEY" { "REROUTE_SECRET_KEY" } else { name }, value));
        assert_eq!(reasons(&by_its_long_name), [""; 0]);
    }

    rate_limits {
        is_one_about(&production("REROUTE_RATE_LIMITS", Some("observe")), "rate_limits");
        assert_eq!(production("REROUTE_RATE_LIMITS", Some("enforce")), [""; 0]);
        assert_eq!(reasons(&[("REROUTE_ENV", "test"), ("REROUTE_RATE_LIMITS", "observe")]), [""; 0]);
    }

    timeout {
        tokio::time::pause();
        for (variables, least) in [(&[][..], 30_000), (&[("REROUTE_TIMEOUT", "250 ms")], 250)] {
            let app = under(variables);
            let began = tokio::time::Instant::now();
            assert_eq!(send(&app, "POST /broken", &[]).await.status, 503);
            let took = began.elapsed().as_millis();
            assert!((least..least + 100).contains(&took), "{took}");
        }
    }

    body_limit {
        for (variables, most) in [(&[][..], 1_048_576), (&[("REROUTE_BODY_LIMIT", "1 KiB")], 1024), (&[("REROUTE_BODY_LIMIT", "10")], 10)] {
            let app = under(variables);
            let post = async |length: usize| answer(&app, request("POST /echo", &[("content-type", "text/plain")], "x".repeat(length))).await;
            assert_eq!(post(most).await.body, most.to_string());
            assert_eq!(post(most + 1).await.status, 413, "{most}");
            let declared = (most + 1).to_string();
            assert_eq!(send(&app, "POST /echo", &[("content-length", &declared)]).await.status, 413, "{most}");
        }
    }

    max_in_flight {
        let app = under(&[("REROUTE_MAX_IN_FLIGHT", "2")]);
        let first = app.handle(request("POST /broken", &[], ""));
        let second = app.handle(request("POST /broken", &[], ""));
        assert_eq!(send(&app, "GET /echo", &[]).await.status, 503);
        assert_eq!(send(&app, "GET /health", &[]).await.status, 200, "health checks are excepted");
        drop(second);
        assert_eq!(send(&app, "GET /echo", &[]).await.status, 200);
        drop(first);
        let app = under(&[]);
        let most: Vec<_> = (0..10_000).map(|_| app.handle(request("POST /broken", &[], ""))).collect();
        assert_eq!(send(&app, "GET /echo", &[]).await.status, 503);
        drop(most);
        assert_eq!(send(&app, "GET /echo", &[]).await.status, 200);
    }

    trusted_proxies {
        let told = [("x-forwarded-for", "9.9.9.9, 1.2.3.4"), ("x-forwarded-proto", "https")];
        for (value, seen) in [("", "127.0.0.1 http"), ("10.0.0.0/8", "127.0.0.1 http"), ("127.0.0.1", "1.2.3.4 https"), ("10.0.0.0/8, 127.0.0.0/8", "1.2.3.4 https")] {
            assert_eq!(send(&under(&[("REROUTE_TRUSTED_PROXIES", value)]), "GET /echo", &told).await.body, seen, "{value}");
        }
        assert_eq!(send(&under(&[]), "GET /echo", &told).await.body, "127.0.0.1 http");
        is_one_about(&production("REROUTE_TRUSTED_PROXIES", Some("10.0.0.0/8,0.0.0.0/0")), "trusted_proxies");
        is_one_about(&production("REROUTE_TRUSTED_PROXIES", Some("::/0")), "trusted_proxies");
    }

    proxy_header {
        let told = [("forwarded", "for=5.6.7.8;proto=https"), ("x-forwarded-for", "1.2.3.4")];
        let trusted = ("REROUTE_TRUSTED_PROXIES", "127.0.0.1");
        for (value, seen) in [(None, "1.2.3.4 http"), (Some("x-forwarded-for"), "1.2.3.4 http"), (Some("forwarded"), "5.6.7.8 https")] {
            let variables: Vec<_> = [trusted].into_iter().chain(value.map(|value| ("REROUTE_PROXY_HEADER", value))).collect();
            assert_eq!(send(&under(&variables), "GET /echo", &told).await.body, seen, "{value:?}");
        }
    }

    allowed_hosts {
        let app = under(&[]);
        for host in ["localhost", "127.0.0.1:7376", "[::1]"] {
            assert_eq!(send(&app, "GET /echo", &[("host", host)]).await.status, 200, "{host}");
        }
        assert_eq!(send(&app, "GET /echo", &[("host", "example.com")]).await.status, 400);
        let app = under(&[("REROUTE_ALLOWED_HOSTS", "example.com, *.example.org,")]);
        for (host, status) in [("example.com", 200), ("a.example.org", 200), ("example.org", 400), ("localhost", 400)] {
            assert_eq!(send(&app, "GET /echo", &[("host", host)]).await.status, status, "{host}");
        }
        for value in [None, Some(""), Some(" , "), Some("*.example.com")] {
            is_one_about(&production("REROUTE_ALLOWED_HOSTS", value), "allowed_hosts");
        }
        let proxied = [("REROUTE_ALLOWED_HOSTS", "*.example.org,example.com,example.net"), ("REROUTE_TRUSTED_PROXIES", "127.0.0.1")];
        let proxied: Vec<_> = SAFE.into_iter().filter(|(name, _)| *name != "REROUTE_ALLOWED_HOSTS").chain(proxied).collect();
        let app = testing::service(super::app(), proxied).expect("production starts");
        let answer = send(&app, "GET /echo", &[("host", "a.example.org"), ("x-forwarded-proto", "http")]).await;
        assert_eq!((answer.status, answer.header("location")), (301, "https://example.com/echo"), "to the first that is one host");
    }

    https {
        for (value, seen, told) in [("detect", "127.0.0.1 http", ""), ("elsewhere", "127.0.0.1 https", "max-age=31536000; includeSubDomains")] {
            let answer = send(&under(&[("REROUTE_HTTPS", value)]), "GET /echo", &[]).await;
            assert_eq!((answer.body.as_str(), answer.header("strict-transport-security")), (seen, told), "{value}");
        }
        assert_eq!(send(&under(&[]), "GET /echo", &[]).await.header("strict-transport-security"), "");
        is_one_about(&production("REROUTE_HTTPS", None), "https");
        is_one_about(&production("REROUTE_HTTPS", Some("detect")), "https");
    }

    enable_cors {
        for (value, told, varies) in [("true", ORIGIN, "origin"), ("false", "", "")] {
            let answer = page(&[("REROUTE_ENABLE_CORS", value)], "GET /echo", &[]).await;
            assert_eq!((answer.header("access-control-allow-origin"), answer.header("vary")), (told, varies), "{value}");
        }
        let all = [("REROUTE_ENV", "test"), ("CORS_ORIGINS", "*"), ("REROUTE_CORS_ALLOW_CREDENTIALS", "true"), ("REROUTE_ENABLE_CORS", "false")];
        assert_eq!(reasons(&all), [""; 0], "what is turned off lets nobody in");
        is_one_about(&reasons(&all[..3]), "cors_allow_origins");
    }

    cors_allow_origins {
        let answer = send(&under(&[]), "GET /echo", &[("origin", ORIGIN)]).await;
        assert_eq!((answer.header("access-control-allow-origin"), answer.header("vary")), ("", ""));
        for variable in ["CORS_ORIGINS", "REROUTE_CORS_ALLOW_ORIGINS"] {
            let app = under(&[(variable, "https://app.example.com, https://*.example.org")]);
            for (origin, told) in [(ORIGIN, ORIGIN), ("https://a.example.org", "https://a.example.org"), ("https://example.org", ""), ("https://app.example.com.evil.com", "")] {
                let answer = send(&app, "GET /echo", &[("origin", origin)]).await;
                assert_eq!((answer.header("access-control-allow-origin"), answer.header("vary")), (told, "origin"), "{origin}");
            }
        }
        is_one_about(&production("CORS_ORIGINS", Some("*")), "cors_allow_origins");
        is_one_about(&production("REROUTE_CORS_ALLOW_ORIGINS", Some("https://a.example.com,*")), "cors_allow_origins");
        assert_eq!(reasons(&[("REROUTE_ENV", "test"), ("CORS_ORIGINS", "*")]), [""; 0]);
    }

    cors_allow_methods {
        let ask = async |variables, method| page(variables, "OPTIONS /echo", &[("access-control-request-method", method)]).await;
        let told = ask(&[], "POST").await;
        assert_eq!((told.status, told.header("access-control-allow-methods")), (204, "GET, POST, PUT, DELETE"));
        assert_eq!(ask(&[], "PATCH").await.header("access-control-allow-methods"), "");
        let patch = [("REROUTE_CORS_ALLOW_METHODS", "GET, PATCH")];
        assert_eq!(ask(&patch, "PATCH").await.header("access-control-allow-methods"), "GET, PATCH");
        assert_eq!(ask(&patch, "POST").await.header("access-control-allow-methods"), "");
    }

    cors_allow_headers {
        let ask = async |variables, name| page(variables, "OPTIONS /echo", &[("access-control-request-method", "GET"), ("access-control-request-headers", name)]).await;
        assert_eq!(ask(&[], "authorization,content-type").await.header("access-control-allow-headers"), "authorization, content-type");
        assert_eq!(ask(&[], "x-token").await.header("access-control-allow-headers"), "");
        let token = [("REROUTE_CORS_ALLOW_HEADERS", "X-Token")];
        assert_eq!(ask(&token, "x-token").await.header("access-control-allow-headers"), "x-token");
        assert_eq!(ask(&token, "authorization").await.header("access-control-allow-headers"), "");
    }

    cors_expose_headers {
        let exposed = [("REROUTE_CORS_EXPOSE_HEADERS", "ETag, X-Request-Id")];
        for line in ["GET /echo", "GET /nowhere", "GET /broken"] {
            assert_eq!(page(&[], line, &[]).await.header("access-control-expose-headers"), "");
            assert_eq!(page(&exposed, line, &[]).await.header("access-control-expose-headers"), "etag, x-request-id");
        }
        assert_eq!(page(&exposed, "OPTIONS /echo", &[("access-control-request-method", "GET")]).await.header("access-control-expose-headers"), "");
    }

    cors_allow_credentials {
        let written = [("cookie", "__Host-session=x"), ("sec-fetch-site", "cross-site"), ("content-type", "text/plain")];
        for (value, told, status) in [(None, "", 403), (Some("false"), "", 403), (Some("true"), "true", 200)] {
            let variables: Vec<_> = value.map(|value| ("REROUTE_CORS_ALLOW_CREDENTIALS", value)).into_iter().collect();
            assert_eq!(page(&variables, "GET /echo", &[]).await.header("access-control-allow-credentials"), told);
            let preflight = page(&variables, "OPTIONS /echo", &[("access-control-request-method", "POST")]).await;
            assert_eq!(preflight.header("access-control-allow-credentials"), told);
            assert_eq!(page(&variables, "POST /echo", &written).await.status, status, "{value:?}");
        }
    }

    cors_max_age {
        let ask = async |variables| page(variables, "OPTIONS /echo", &[("access-control-request-method", "GET")]).await;
        assert_eq!(ask(&[]).await.header("access-control-max-age"), "600");
        assert_eq!(ask(&[("REROUTE_CORS_MAX_AGE", "2 h")]).await.header("access-control-max-age"), "7200");
    }

    content_security_policy {
        let without = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        header_goes("content-security-policy", without, "REROUTE_CONTENT_SECURITY_POLICY", "default-src 'self'", "default-src 'self'").await;
    }

    permissions_policy {
        let without = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()";
        header_goes("permissions-policy", without, "REROUTE_PERMISSIONS_POLICY", "camera=(self)", "camera=(self)").await;
    }

    referrer_policy {
        header_goes("referrer-policy", "no-referrer", "REROUTE_REFERRER_POLICY", "same-origin", "same-origin").await;
    }

    frame_options {
        header_goes("x-frame-options", "DENY", "REROUTE_FRAME_OPTIONS", "SAMEORIGIN", "SAMEORIGIN").await;
    }

    cross_origin_opener_policy {
        header_goes("cross-origin-opener-policy", "same-origin", "REROUTE_CROSS_ORIGIN_OPENER_POLICY", "unsafe-none", "unsafe-none").await;
    }

    cross_origin_resource_policy {
        header_goes("cross-origin-resource-policy", "same-origin", "REROUTE_CROSS_ORIGIN_RESOURCE_POLICY", "same-site", "same-site").await;
    }

    cross_origin_embedder_policy {
        header_goes("cross-origin-embedder-policy", "", "REROUTE_CROSS_ORIGIN_EMBEDDER_POLICY", "require-corp", "require-corp").await;
    }

    hsts_max_age {
        assert_eq!(hsts(&[]).await, "max-age=31536000; includeSubDomains");
        assert_eq!(hsts(&[("REROUTE_HSTS_MAX_AGE", "2 days")]).await, "max-age=172800; includeSubDomains");
    }

    hsts_include_subdomains {
        assert_eq!(hsts(&[("REROUTE_HSTS_INCLUDE_SUBDOMAINS", "true")]).await, "max-age=31536000; includeSubDomains");
        assert_eq!(hsts(&[("REROUTE_HSTS_INCLUDE_SUBDOMAINS", "false")]).await, "max-age=31536000");
    }

    hsts_preload {
        assert_eq!(hsts(&[("REROUTE_HSTS_PRELOAD", "true")]).await, "max-age=31536000; includeSubDomains; preload");
        for less in [("REROUTE_HSTS_INCLUDE_SUBDOMAINS", "false"), ("REROUTE_HSTS_MAX_AGE", "364 days")] {
            is_one_about(&reasons(&[("REROUTE_ENV", "test"), ("REROUTE_HSTS_PRELOAD", "true"), less]), "hsts_preload");
        }
    }
}

/// Keys whose effect no service shows that is called in process, each with who shows it.
const SHOWN_ELSEWHERE: [(&str, &str); 18] = [
    ("host", "a start of a program"),
    ("port", "a start of a program"),
    ("unix_socket", "a start of a program"),
    ("tls_certificate", "the tests of the server"),
    ("tls_key", "the tests of the server"),
    ("database_url", "a start of a program"),
    ("header_timeout", "the tests of the server"),
    ("idle_timeout", "the tests of the server"),
    ("body_timeout", "the tests of the server"),
    ("min_body_rate", "the tests of the server"),
    ("write_timeout", "the tests of the server"),
    ("shutdown_timeout", "the tests of the server"),
    ("max_header_size", "the tests of the server"),
    ("max_headers", "the tests of the server"),
    ("max_connections", "the tests of the server"),
    ("max_connections_per_client", "the tests of the server"),
    ("max_streams", "the tests of the server"),
    ("max_resets", "the tests of the server"),
];

/// Keys that take any text.
const TAKE_ANY_TEXT: [&str; 5] = ["unix_socket", "secret_key", "database_url", "tls_certificate", "tls_key"];

const FLAG: (&[&str], &str) = (&["1", "yes", "TRUE", "on", "", " true"], "must be true or false");
const DURATION: (&[&str], &str) = (&["5", "", "0 s", "-1 s", "5 parsecs", "367 days"], "is no duration");
const SIZE: (&[&str], &str) = (&["", "0", "-1", "1 MB", "1.5 MiB", "99999999 GiB"], "must be a size such as");

/// Wrong values of each key, and what they are told.
const WRONG: [(&str, &[&str], &str); 45] = [
    ("host", &["", "nowhere", "127.0.0.1:80", "http://127.0.0.1", "127.1"], "must be an IP address such as 127.0.0.1"),
    ("port", &["", "x", "-1", "+80", "65536", "80 ", "0x50"], "must be a number from 0 to 65535"),
    ("development_public", FLAG.0, FLAG.1),
    ("debug", FLAG.0, FLAG.1),
    ("rate_limits", &["", "off", "Observe"], "must be one of: enforce, observe"),
    ("timeout", DURATION.0, DURATION.1),
    ("body_limit", SIZE.0, SIZE.1),
    ("max_in_flight", &["", "0", "-1", "1000001", "many"], "must be a number from 1 to 1000000"),
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
    ("permissions_policy", &["", "camera 'none'", "camera=none", "camra=()"], "`"),
    ("referrer_policy", &["", "never", "no-referrer, origin"], "is no Referrer-Policy"),
    ("frame_options", &["", "ALLOWALL", "ALLOW-FROM https://example.com"], "is no X-Frame-Options"),
    ("cross_origin_opener_policy", &["", "same-site"], "is no Cross-Origin-Opener-Policy"),
    ("cross_origin_resource_policy", &["", "none"], "is no Cross-Origin-Resource-Policy"),
    ("cross_origin_embedder_policy", &["", "same-origin"], "is no Cross-Origin-Embedder-Policy"),
    ("hsts_max_age", DURATION.0, DURATION.1),
    ("hsts_include_subdomains", FLAG.0, FLAG.1),
    ("hsts_preload", FLAG.0, FLAG.1),
    // By the other name that it is read by.
    ("cors_allow_origins", &["null", "a.com"], "is no origin"),
    ("cors_allow_origins", &["https://a.com;https://b.com"], "is no origin"),
    ("allowed_hosts", &["a.com b.com"], "is no host"),
    ("trusted_proxies", &["10.0.0.0/8 10.1.0.0/16"], "is no network"),
];

/// The rows of the reference page: key and what it holds.
fn table() -> Vec<(String, String)> {
    let page = reroute::config::reference();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(" | ").collect();
        (cells[0].trim_end_matches('`').to_owned(), cells[2].to_owned())
    };
    rows.map(row).collect()
}

#[test]
fn every_key_of_the_table_has_its_rows() {
    let keys: Vec<String> = table().into_iter().map(|(key, _)| key).collect();
    let keys: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
    assert!(keys.len() > 40, "the page is read wrongly: {keys:?}");
    let elsewhere = SHOWN_ELSEWHERE.map(|(key, _)| key);
    let shown: BTreeSet<&str> = SHOWN.iter().copied().chain(elsewhere).collect();
    assert_eq!(shown, keys, "left: keys whose effect is shown; right: keys that there are");
    assert_eq!(shown.len(), SHOWN.len() + elsewhere.len(), "a key stands in both lists");
    let wrong: BTreeSet<&str> = WRONG.iter().map(|(key, ..)| *key).chain(TAKE_ANY_TEXT).collect();
    assert_eq!(wrong, keys, "left: keys whose wrong values are told; right: keys that there are");
}

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

#[test]
fn a_wrong_value_makes_one_line_whatever_it_holds() {
    for (key, ..) in WRONG {
        let variable = format!("REROUTE_{}", key.to_ascii_uppercase());
        let told = match testing::service(
            app(),
            [("REROUTE_ENV", "test"), (&variable, "x\n\u{1b}[31mSECRET_KEY: fine\r\u{2028}")],
        ) {
            Ok(_) => panic!("{key} takes it"),
            Err(refused) => refused.to_string(),
        };
        assert!(!told.chars().any(|c| c.is_control() || c == '\u{2028}'), "{key}: {told:?}");
    }
}

#[test]
fn a_long_wrong_value_is_not_told_whole() {
    let long = "x".repeat(100_000);
    for (key, ..) in WRONG {
        let variable = format!("REROUTE_{}", key.to_ascii_uppercase());
        // A header may have a long name.
        let Some(told) = testing::service(app(), [("REROUTE_ENV", "test"), (&variable, &long)]).err() else { continue };
        assert!(told.to_string().len() < 3000, "{key}: {} bytes", told.to_string().len());
    }
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
