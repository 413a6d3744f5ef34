//! What each key does.

use super::{
    Variables, app, is_one_about, reasons,
    support::{Answer, answer},
};
use reroute::{axum_core::body::Body, edge::Edge, http::Request, testing};

/// The application in the environment `test`, under these variables.
#[track_caller]
fn under(variables: Variables<'_>) -> Edge {
    let all = [("REROUTE_ENV", "test")].into_iter().chain(variables.iter().copied());
    testing::service(app(), all).unwrap_or_else(|refused| panic!("{variables:?}: {refused}"))
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

#[tokio::test]
async fn development_public() {
    let beyond = [("REROUTE_ENV", "development"), ("REROUTE_HOST", "0.0.0.0"), ("REROUTE_DEVELOPMENT_PUBLIC", "false")];
    is_one_about(&reasons(&beyond[..2]), "env");
    is_one_about(&reasons(&beyond), "env");
    assert_eq!(reasons(&[beyond[0], beyond[1], ("REROUTE_DEVELOPMENT_PUBLIC", "true")]), [""; 0]);
}

#[tokio::test]
async fn debug() {
    let quiet = send(&under(&[]), "GET /broken", &[]).await;
    assert!(quiet.status == 500 && !quiet.body.contains("flooded"), "{quiet:?}");
    let loud = send(&under(&[("REROUTE_DEBUG", "true")]), "GET /broken", &[]).await;
    assert!(
        loud.status == 500 && loud.json()["debug"].as_str().is_some_and(|cause| cause.contains("flooded")),
        "{loud:?}"
    );
    is_one_about(&production("REROUTE_DEBUG", Some("true")), "debug");
    assert_eq!(production("REROUTE_DEBUG", Some("false")), [""; 0]);
}

#[tokio::test]
async fn secret_key() {
    assert_eq!(production("SECRET_KEY", Some(KEY)), [""; 0]);
    is_one_about(&production("SECRET_KEY", None), "SECRET_KEY");
    for weak in ["changeme", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
        let reasons = production("SECRET_KEY", Some(weak));
        is_one_about(&reasons, "SECRET_KEY");
        assert!(!reasons[0].contains(weak), "{reasons:?}");
    }
    let by_its_long_name =
        SAFE.map(|(name, value)| (if name == "SECRET_KEY" { "REROUTE_SECRET_KEY" } else { name }, value));
    assert_eq!(reasons(&by_its_long_name), [""; 0]);
}

/// Attacks 143 and 147.
#[tokio::test]
async fn secret_key_old() {
    const OLD: &str = "Yp7mQ2wLx9Tz4Vb8Rk3Nc6Jd1Hs5Gf0AaSsDdFfGgHhJj";
    const OLDER: &str = "3q2+7w4Jx0dR5mYbV8nKz1LcTfHs6gPuEiAoWj9QlXk=";
    for variable in ["SECRET_KEY_OLD", "REROUTE_SECRET_KEY_OLD"] {
        for keys in ["", " ", OLD, &format!(" {OLD}\t{OLDER} ")] {
            assert_eq!(production(variable, Some(keys)), [""; 0], "{keys}");
        }
    }
    for (keys, told) in [
        ("changeme".to_owned(), "key 1: "),
        (format!("{OLD} {}", "a".repeat(48)), "key 2: "),
        (format!("{OLD} {KEY}"), "key 2 is SECRET_KEY, too"),
        (format!("{OLD} {OLDER} {OLD}"), "key 3 is another of them, too"),
    ] {
        let reasons = production("SECRET_KEY_OLD", Some(&keys));
        is_one_about(&reasons, "SECRET_KEY_OLD");
        assert!(reasons[0].contains(told), "{told}: {reasons:?}");
        assert!(keys.split(' ').all(|key| !reasons[0].contains(key)), "{reasons:?}");
    }
    let doubled = [("REROUTE_ENV", "test"), ("SECRET_KEY", KEY), ("SECRET_KEY_OLD", KEY)];
    is_one_about(&reasons(&doubled), "SECRET_KEY_OLD");
    assert_eq!(reasons(&[doubled[0], doubled[1], ("SECRET_KEY_OLD", "weak")]), [""; 0]);
}

/// Attack 79.
#[tokio::test]
async fn jwt_secret() {
    const SECRET: &str = "Yp7mQ2wLx9Tz4Vb8Rk3Nc6Jd1Hs5Gf0AaSsDdFfGgHhJj";
    for environment in ["development", "test", "production"] {
        let all: Vec<_> = SAFE.into_iter().skip(1).chain([("REROUTE_ENV", environment)]).collect();
        let with = |variable, secret| reasons(&[&all[..], &[(variable, secret)]].concat());
        for variable in ["JWT_SECRET", "REROUTE_JWT_SECRET"] {
            assert_eq!(with(variable, SECRET), [""; 0]);
            assert_eq!(with(variable, ""), [""; 0], "as if it were not set");
        }
        for weak in [
            " ",
            "kX9vT2mLq8RzWnB4cYdJ5gH7pS3fU6a",
            "your-256-bit-secret",
            "a-string-secret-at-least-256-bits-long",
            "abababababababababababababababababababab",
            KEY,
        ] {
            let told = with("JWT_SECRET", weak);
            is_one_about(&told, "JWT_SECRET");
            assert!(weak == " " || !told[0].contains(weak), "{told:?}");
        }
    }
}

/// Which passes over which memory start in production. What they do is shown by the tests of the cost of passwords.
#[tokio::test]
async fn password_passes() {
    let with = |memory, passes| {
        let cost = [("REROUTE_PASSWORD_MEMORY", memory), ("REROUTE_PASSWORD_PASSES", passes)];
        (reasons(&[&SAFE[..], &cost].concat()), reasons(&[&[("REROUTE_ENV", "test")], &cost[..]].concat()))
    };
    for (memory, passes) in [("46 MiB", "1"), ("19 MiB", "2"), ("12 MiB", "3"), ("9 MiB", "4"), ("7 MiB", "5")] {
        assert_eq!(with(memory, passes).0, [""; 0], "{memory}, {passes}");
    }
    for (memory, passes) in [("19 MiB", "1"), ("7 MiB", "4")] {
        let (production, test) = with(memory, passes);
        is_one_about(&production, "password_passes");
        assert_eq!(test, [""; 0]);
    }
}

#[tokio::test]
async fn rate_limits() {
    is_one_about(&production("REROUTE_RATE_LIMITS", Some("observe")), "rate_limits");
    assert_eq!(production("REROUTE_RATE_LIMITS", Some("enforce")), [""; 0]);
    assert_eq!(reasons(&[("REROUTE_ENV", "test"), ("REROUTE_RATE_LIMITS", "observe")]), [""; 0]);
}

#[tokio::test]
async fn rate_limit() {
    for (variables, expected) in [(&[][..], [200; 3]), (&[("REROUTE_RATE_LIMIT", "2/min")], [200, 200, 429])] {
        let app = under(variables);
        for status in expected {
            assert_eq!(send(&app, "GET /echo", &[]).await.status, status);
        }
    }
}

#[tokio::test]
async fn client_network_ipv6() {
    for (bits, status) in [("64", 200), ("56", 429)] {
        let app = under(&[("REROUTE_RATE_LIMIT", "1/min"), ("REROUTE_CLIENT_NETWORK_IPV6", bits)]);
        let from = |address: [u16; 8]| testing::with_client(&app, address.into());
        assert_eq!(send(&from([0x2001, 0xdb8, 0, 1, 0, 0, 0, 1]), "GET /echo", &[]).await.status, 200);
        assert_eq!(send(&from([0x2001, 0xdb8, 0, 2, 0, 0, 0, 1]), "GET /echo", &[]).await.status, status);
    }
}

#[tokio::test]
async fn timeout() {
    tokio::time::pause();
    for (variables, least) in [(&[][..], 30_000), (&[("REROUTE_TIMEOUT", "250 ms")], 250)] {
        let app = under(variables);
        let began = tokio::time::Instant::now();
        assert_eq!(send(&app, "POST /broken", &[]).await.status, 503);
        let took = began.elapsed().as_millis();
        assert!((least..least + 100).contains(&took), "{took}");
    }
}

#[tokio::test]
async fn body_limit() {
    for (variables, most) in
        [(&[][..], 1_048_576), (&[("REROUTE_BODY_LIMIT", "1 KiB")], 1024), (&[("REROUTE_BODY_LIMIT", "10")], 10)]
    {
        let app = under(variables);
        let post = async |length: usize| {
            answer(&app, request("POST /echo", &[("content-type", "text/plain")], "x".repeat(length))).await
        };
        assert_eq!(post(most).await.body, most.to_string());
        assert_eq!(post(most + 1).await.status, 413, "{most}");
        let declared = (most + 1).to_string();
        assert_eq!(send(&app, "POST /echo", &[("content-length", &declared)]).await.status, 413, "{most}");
    }
}

#[tokio::test]
async fn max_in_flight() {
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

#[tokio::test]
async fn trusted_proxies() {
    let told = [("x-forwarded-for", "9.9.9.9, 1.2.3.4"), ("x-forwarded-proto", "https")];
    for (value, seen) in [
        ("", "127.0.0.1 http"),
        ("10.0.0.0/8", "127.0.0.1 http"),
        ("127.0.0.1", "1.2.3.4 https"),
        ("10.0.0.0/8, 127.0.0.0/8", "1.2.3.4 https"),
    ] {
        assert_eq!(send(&under(&[("REROUTE_TRUSTED_PROXIES", value)]), "GET /echo", &told).await.body, seen, "{value}");
    }
    assert_eq!(send(&under(&[]), "GET /echo", &told).await.body, "127.0.0.1 http");
    is_one_about(&production("REROUTE_TRUSTED_PROXIES", Some("10.0.0.0/8,0.0.0.0/0")), "trusted_proxies");
    is_one_about(&production("REROUTE_TRUSTED_PROXIES", Some("::/0")), "trusted_proxies");
}

#[tokio::test]
async fn proxy_header() {
    let told = [("forwarded", "for=5.6.7.8;proto=https"), ("x-forwarded-for", "1.2.3.4")];
    let trusted = ("REROUTE_TRUSTED_PROXIES", "127.0.0.1");
    for (value, seen) in
        [(None, "1.2.3.4 http"), (Some("x-forwarded-for"), "1.2.3.4 http"), (Some("forwarded"), "5.6.7.8 https")]
    {
        let variables: Vec<_> =
            [trusted].into_iter().chain(value.map(|value| ("REROUTE_PROXY_HEADER", value))).collect();
        assert_eq!(send(&under(&variables), "GET /echo", &told).await.body, seen, "{value:?}");
    }
}

#[tokio::test]
async fn fetch_danger_networks() {
    under(&[("REROUTE_FETCH_DANGER_NETWORKS", "127.0.0.0/8, ::1")]);
    is_one_about(&production("REROUTE_FETCH_DANGER_NETWORKS", Some("10.0.0.0/8")), "fetch_danger_networks");
}

#[tokio::test]
async fn allowed_hosts() {
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
    let proxied =
        [("REROUTE_ALLOWED_HOSTS", "*.example.org,example.com,example.net"), ("REROUTE_TRUSTED_PROXIES", "127.0.0.1")];
    let proxied: Vec<_> =
        SAFE.into_iter().filter(|(name, _)| *name != "REROUTE_ALLOWED_HOSTS").chain(proxied).collect();
    let proxied = testing::service(super::app(), proxied).expect("production starts");
    let answer = send(&proxied, "GET /echo", &[("host", "a.example.org"), ("x-forwarded-proto", "http")]).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (301, "https://example.com/echo"),
        "to the first that is one host"
    );
}

#[tokio::test]
async fn https() {
    for (value, seen, told) in
        [("detect", "127.0.0.1 http", ""), ("elsewhere", "127.0.0.1 https", "max-age=31536000; includeSubDomains")]
    {
        let answer = send(&under(&[("REROUTE_HTTPS", value)]), "GET /echo", &[]).await;
        assert_eq!((answer.body.as_str(), answer.header("strict-transport-security")), (seen, told), "{value}");
    }
    assert_eq!(send(&under(&[]), "GET /echo", &[]).await.header("strict-transport-security"), "");
    is_one_about(&production("REROUTE_HTTPS", None), "https");
    is_one_about(&production("REROUTE_HTTPS", Some("detect")), "https");
}

#[tokio::test]
async fn enable_cors() {
    for (value, told, varies) in [("true", ORIGIN, "origin"), ("false", "", "")] {
        let answer = page(&[("REROUTE_ENABLE_CORS", value)], "GET /echo", &[]).await;
        assert_eq!((answer.header("access-control-allow-origin"), answer.header("vary")), (told, varies), "{value}");
    }
    let all = [
        ("REROUTE_ENV", "test"),
        ("CORS_ORIGINS", "*"),
        ("REROUTE_CORS_ALLOW_CREDENTIALS", "true"),
        ("REROUTE_ENABLE_CORS", "false"),
    ];
    assert_eq!(reasons(&all), [""; 0], "what is turned off lets nobody in");
    is_one_about(&reasons(&all[..3]), "cors_allow_origins");
}

#[tokio::test]
async fn cors_allow_origins() {
    let answer = send(&under(&[]), "GET /echo", &[("origin", ORIGIN)]).await;
    assert_eq!((answer.header("access-control-allow-origin"), answer.header("vary")), ("", ""));
    for variable in ["CORS_ORIGINS", "REROUTE_CORS_ALLOW_ORIGINS"] {
        let app = under(&[(variable, "https://app.example.com, https://*.example.org")]);
        for (origin, told) in [
            (ORIGIN, ORIGIN),
            ("https://a.example.org", "https://a.example.org"),
            ("https://example.org", ""),
            ("https://app.example.com.evil.com", ""),
        ] {
            let answer = send(&app, "GET /echo", &[("origin", origin)]).await;
            assert_eq!(
                (answer.header("access-control-allow-origin"), answer.header("vary")),
                (told, "origin"),
                "{origin}"
            );
        }
    }
    is_one_about(&production("CORS_ORIGINS", Some("*")), "cors_allow_origins");
    is_one_about(&production("REROUTE_CORS_ALLOW_ORIGINS", Some("https://a.example.com,*")), "cors_allow_origins");
    assert_eq!(reasons(&[("REROUTE_ENV", "test"), ("CORS_ORIGINS", "*")]), [""; 0]);
}

#[tokio::test]
async fn cors_allow_methods() {
    let ask =
        async |variables, method| page(variables, "OPTIONS /echo", &[("access-control-request-method", method)]).await;
    let told = ask(&[], "POST").await;
    assert_eq!((told.status, told.header("access-control-allow-methods")), (204, "GET, POST, PUT, DELETE"));
    assert_eq!(ask(&[], "PATCH").await.header("access-control-allow-methods"), "");
    let patch = [("REROUTE_CORS_ALLOW_METHODS", "GET, PATCH")];
    assert_eq!(ask(&patch, "PATCH").await.header("access-control-allow-methods"), "GET, PATCH");
    assert_eq!(ask(&patch, "POST").await.header("access-control-allow-methods"), "");
}

#[tokio::test]
async fn cors_allow_headers() {
    let ask = async |variables, name| {
        page(
            variables,
            "OPTIONS /echo",
            &[("access-control-request-method", "GET"), ("access-control-request-headers", name)],
        )
        .await
    };
    assert_eq!(
        ask(&[], "authorization,content-type").await.header("access-control-allow-headers"),
        "authorization, content-type"
    );
    assert_eq!(ask(&[], "x-token").await.header("access-control-allow-headers"), "");
    let token = [("REROUTE_CORS_ALLOW_HEADERS", "X-Token")];
    assert_eq!(ask(&token, "x-token").await.header("access-control-allow-headers"), "x-token");
    assert_eq!(ask(&token, "authorization").await.header("access-control-allow-headers"), "");
}

#[tokio::test]
async fn cors_expose_headers() {
    let exposed = [("REROUTE_CORS_EXPOSE_HEADERS", "ETag, X-Request-Id")];
    for line in ["GET /echo", "GET /nowhere", "GET /broken"] {
        assert_eq!(page(&[], line, &[]).await.header("access-control-expose-headers"), "");
        assert_eq!(page(&exposed, line, &[]).await.header("access-control-expose-headers"), "etag, x-request-id");
    }
    assert_eq!(
        page(&exposed, "OPTIONS /echo", &[("access-control-request-method", "GET")])
            .await
            .header("access-control-expose-headers"),
        ""
    );
}

#[tokio::test]
async fn cors_allow_credentials() {
    let written = [("cookie", "__Host-session=x"), ("sec-fetch-site", "cross-site"), ("content-type", "text/plain")];
    for (value, told, status) in [(None, "", 403), (Some("false"), "", 403), (Some("true"), "true", 200)] {
        let variables: Vec<_> = value.map(|value| ("REROUTE_CORS_ALLOW_CREDENTIALS", value)).into_iter().collect();
        assert_eq!(page(&variables, "GET /echo", &[]).await.header("access-control-allow-credentials"), told);
        let preflight = page(&variables, "OPTIONS /echo", &[("access-control-request-method", "POST")]).await;
        assert_eq!(preflight.header("access-control-allow-credentials"), told);
        assert_eq!(page(&variables, "POST /echo", &written).await.status, status, "{value:?}");
    }
}

#[tokio::test]
async fn cors_max_age() {
    let ask = async |variables| page(variables, "OPTIONS /echo", &[("access-control-request-method", "GET")]).await;
    assert_eq!(ask(&[]).await.header("access-control-max-age"), "600");
    assert_eq!(ask(&[("REROUTE_CORS_MAX_AGE", "2 h")]).await.header("access-control-max-age"), "7200");
}

#[tokio::test]
async fn content_security_policy() {
    let without = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    header_goes(
        "content-security-policy",
        without,
        "REROUTE_CONTENT_SECURITY_POLICY",
        "default-src 'self'",
        "default-src 'self'",
    )
    .await;
}

#[tokio::test]
async fn permissions_policy() {
    let without =
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()";
    header_goes("permissions-policy", without, "REROUTE_PERMISSIONS_POLICY", "camera=(self)", "camera=(self)").await;
}

#[tokio::test]
async fn referrer_policy() {
    header_goes("referrer-policy", "no-referrer", "REROUTE_REFERRER_POLICY", "same-origin", "same-origin").await;
}

#[tokio::test]
async fn frame_options() {
    header_goes("x-frame-options", "DENY", "REROUTE_FRAME_OPTIONS", "SAMEORIGIN", "SAMEORIGIN").await;
}

#[tokio::test]
async fn cross_origin_opener_policy() {
    header_goes(
        "cross-origin-opener-policy",
        "same-origin",
        "REROUTE_CROSS_ORIGIN_OPENER_POLICY",
        "unsafe-none",
        "unsafe-none",
    )
    .await;
}

#[tokio::test]
async fn cross_origin_resource_policy() {
    header_goes(
        "cross-origin-resource-policy",
        "same-origin",
        "REROUTE_CROSS_ORIGIN_RESOURCE_POLICY",
        "same-site",
        "same-site",
    )
    .await;
}

#[tokio::test]
async fn cross_origin_embedder_policy() {
    header_goes(
        "cross-origin-embedder-policy",
        "",
        "REROUTE_CROSS_ORIGIN_EMBEDDER_POLICY",
        "require-corp",
        "require-corp",
    )
    .await;
}

#[tokio::test]
async fn hsts_max_age() {
    assert_eq!(hsts(&[]).await, "max-age=31536000; includeSubDomains");
    assert_eq!(hsts(&[("REROUTE_HSTS_MAX_AGE", "2 days")]).await, "max-age=172800; includeSubDomains");
}

#[tokio::test]
async fn hsts_include_subdomains() {
    assert_eq!(hsts(&[("REROUTE_HSTS_INCLUDE_SUBDOMAINS", "true")]).await, "max-age=31536000; includeSubDomains");
    assert_eq!(hsts(&[("REROUTE_HSTS_INCLUDE_SUBDOMAINS", "false")]).await, "max-age=31536000");
}

#[tokio::test]
async fn hsts_preload() {
    assert_eq!(hsts(&[("REROUTE_HSTS_PRELOAD", "true")]).await, "max-age=31536000; includeSubDomains; preload");
    for less in [("REROUTE_HSTS_INCLUDE_SUBDOMAINS", "false"), ("REROUTE_HSTS_MAX_AGE", "364 days")] {
        is_one_about(&reasons(&[("REROUTE_ENV", "test"), ("REROUTE_HSTS_PRELOAD", "true"), less]), "hsts_preload");
    }
}
