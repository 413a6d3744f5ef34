//! What is decided before the route is known: hosts, proxies, HTTPS, other sites.

#![allow(missing_docs, reason = "tests are read, not called")]

mod support;

use reroute::{App, Tree, axum_core::body::Body, edge::Edge, file, http::Request, prelude::*, testing};
use support::{Answer, answer};

#[route]
pub struct Echo;

#[route]
impl Echo {
    #[public]
    async fn get(&self, headers: HeaderMap, cx: Seen) -> String {
        let forwarded =
            headers.keys().filter(|name| name.as_str().contains("forwarded") || name.as_str() == "x-real-ip").count();
        format!("{} {} {forwarded}", cx.client, cx.is_https)
    }

    #[public]
    async fn post(&self) -> &'static str {
        "written"
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
pub struct Health;

#[route]
impl Health {
    #[public]
    async fn get(&self) -> &'static str {
        "ok"
    }
}

const KEY: &str = "Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUuVvAaEeIiOo";

/// The application under these settings.
fn app(variables: &[(&str, &str)]) -> Edge {
    let tree = Tree::new([file::<Echo>("/echo", "echo.rs"), file::<Health>("/health", "health.rs")]);
    testing::service(App::new(tree), variables.iter().copied()).expect("the application starts")
}

fn production(more: &[(&'static str, &'static str)]) -> Edge {
    let mut variables = vec![
        ("REROUTE_ENV", "production"),
        ("SECRET_KEY", KEY),
        ("REROUTE_ALLOWED_HOSTS", "shop.example.com,*.shop.example.com"),
        ("REROUTE_TRUSTED_PROXIES", "127.0.0.0/8,10.0.0.0/8"),
    ];
    variables.extend(more);
    app(&variables)
}

async fn send(app: &Edge, line: &str, headers: &[(&str, &str)]) -> Answer {
    let (method, target) = line.split_once(' ').expect("a method and a target");
    let mut request = Request::builder().method(method).uri(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answer(app, request.body(Body::empty()).expect("a request")).await
}

const TEST: &[(&str, &str)] = &[("REROUTE_ENV", "test")];

#[tokio::test]
async fn attack_110_and_s3_a_request_names_one_host_that_is_ours() {
    let app = app(&[("REROUTE_ENV", "test"), ("REROUTE_ALLOWED_HOSTS", "example.com,*.api.example.com,[::1]:8443")]);
    for host in ["example.com", "EXAMPLE.com", "example.com.", "example.com:8080", "v1.api.example.com", "[::1]:8443"] {
        assert_eq!(send(&app, "GET /echo", &[("host", host)]).await.status, 200, "{host}");
    }
    for host in [
        "",
        "evil.com",
        "example.com.evil.com",
        "evilexample.com",
        "a.b.api.example.com",
        "api.example.com",
        "a@example.com",
        "example.com/",
        "example.com:x",
        "example.com:99999",
        "a/?x#y",
        "[::1]",
        "[::1",
        "example.com, evil.com",
        "localhost",
    ] {
        let answer = send(&app, "GET /echo", &[("host", host)]).await;
        assert_eq!((answer.status, answer.header("content-type")), (400, "application/problem+json"), "{host}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{host}");
    }
    assert_eq!(send(&app, "GET /echo", &[]).await.status, 400, "no host");
    assert_eq!(
        send(&app, "GET /echo", &[("host", "example.com"), ("host", "example.com")]).await.status,
        400,
        "two hosts"
    );
    assert_eq!(send(&app, "GET http://example.com/echo", &[("host", "evil.com")]).await.status, 400);
    assert_eq!(send(&app, "GET http://evil.com/echo", &[("host", "example.com")]).await.status, 400);
    assert_eq!(send(&app, "GET http://example.com/echo", &[("host", "example.com")]).await.status, 200);
    assert_eq!(send(&app, "GET /health", &[]).await.status, 200, "load balancers ask by address");
}

#[tokio::test]
async fn lesson_limit_spoofing_untrusted_peers_are_not_believed() {
    let app = app(TEST);
    let told = [
        ("host", "localhost"),
        ("x-forwarded-for", "1.2.3.4"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "evil.com"),
        ("forwarded", "for=1.2.3.4"),
        ("x-real-ip", "1.2.3.4"),
        ("x-request-id", "mine"),
    ];
    let answer = send(&app, "GET /echo", &told).await;
    assert_eq!(answer.body, "127.0.0.1 false 0");
    assert_ne!(answer.header("x-request-id"), "mine");
    assert_eq!(answer.header("strict-transport-security"), "");
}

#[tokio::test]
async fn attacks_2_to_6_the_right_most_untrusted_hop_is_the_client() {
    let app = production(&[]);
    let base = [("host", "shop.example.com"), ("x-forwarded-proto", "https")];
    for (lines, client) in [
        (&["9.9.9.9, 1.2.3.4, 10.0.0.7"][..], "1.2.3.4"),
        (&["9.9.9.9", "1.2.3.4", "10.1.1.1"], "1.2.3.4"),
        (&["::ffff:1.2.3.4"], "1.2.3.4"),
        (&["2001:db8::1"], "2001:db8::1"),
        (&["garbage"], "127.0.0.1"),
        (&["1.2.3.4, garbage"], "127.0.0.1"),
        (&["10.0.0.1"], "10.0.0.1"),
    ] {
        let headers: Vec<_> = base.into_iter().chain(lines.iter().map(|line| ("x-forwarded-for", *line))).collect();
        assert_eq!(send(&app, "GET /echo", &headers).await.body, format!("{client} true 0"), "{lines:?}");
    }
    let app = production(&[("REROUTE_PROXY_HEADER", "forwarded")]);
    let forwarded = "for=9.9.9.9, for=\"[2001:db8::7]:4711\";proto=https;host=shop.example.com";
    let answer = send(
        &app,
        "GET /echo",
        &[("host", "shop.example.com"), ("forwarded", forwarded), ("x-forwarded-for", "6.6.6.6")],
    )
    .await;
    assert_eq!(answer.body, "2001:db8::7 true 0");
}

#[tokio::test]
async fn attack_113_a_request_id_is_taken_from_a_trusted_proxy_if_it_is_well_formed() {
    let app = production(&[]);
    let with = |id: &'static str| [("host", "shop.example.com"), ("x-forwarded-proto", "https"), ("x-request-id", id)];
    assert_eq!(send(&app, "GET /echo", &with("a-1_b.C")).await.header("x-request-id"), "a-1_b.C");
    let long = Box::leak("x".repeat(129).into_boxed_str());
    for wrong in ["", "a b", "<script>", "a;b", long] {
        assert_ne!(send(&app, "GET /echo", &with(wrong)).await.header("x-request-id"), wrong);
    }
    let problem = send(&app, "GET /nowhere", &with("id-of-problem")).await;
    assert_eq!(problem.json()["request_id"], "id-of-problem");
}

#[tokio::test]
async fn attacks_108_and_109_plain_http_is_redirected_to_the_configured_host_or_refused() {
    let app = production(&[]);
    let plain = [("host", "v1.shop.example.com"), ("x-forwarded-proto", "http")];
    for (line, location) in
        [("GET /echo?a=1", "https://shop.example.com/echo?a=1"), ("HEAD /nowhere", "https://shop.example.com/nowhere")]
    {
        let answer = send(&app, line, &plain).await;
        assert_eq!((answer.status, answer.header("location")), (301, location), "{line}");
        assert_eq!(answer.header("strict-transport-security"), "", "never in clear");
        assert_eq!(answer.header("x-frame-options"), "DENY");
    }
    let hostile = send(&app, "GET //evil.com/x", &plain).await;
    assert_eq!((hostile.status, hostile.header("location")), (301, "https://shop.example.com/"));
    assert_eq!(send(&app, "POST /echo", &plain).await.status, 403);
    assert_eq!(send(&app, "GET /health", &[("x-forwarded-proto", "http")]).await.status, 200);
    let secure = send(&app, "GET /echo", &[("host", "shop.example.com"), ("x-forwarded-proto", "https")]).await;
    assert_eq!(secure.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
    let app = production(&[("REROUTE_TRUSTED_PROXIES", ""), ("REROUTE_HTTPS", "elsewhere")]);
    let answer = send(&app, "GET /echo", &[("host", "shop.example.com")]).await;
    assert_eq!(
        (answer.status, answer.header("strict-transport-security")),
        (200, "max-age=31536000; includeSubDomains")
    );
}

#[tokio::test]
async fn lesson_cors_attacks_52_to_59_origins_are_matched_exactly() {
    let off = send(&app(TEST), "GET /echo", &[("host", "localhost"), ("origin", "https://good.com")]).await;
    assert!(
        off.headers.keys().all(|name| !name.as_str().starts_with("access-control")) && off.header("vary").is_empty()
    );
    let app = app(&[
        ("REROUTE_ENV", "test"),
        ("CORS_ORIGINS", "https://good.com,https://*.apps.good.com"),
        ("REROUTE_CORS_ALLOW_CREDENTIALS", "true"),
    ]);
    for origin in ["https://good.com", "https://one.apps.good.com"] {
        for line in ["GET /echo", "GET /nowhere", "PUT /echo"] {
            let answer = send(&app, line, &[("host", "localhost"), ("origin", origin)]).await;
            assert_eq!(answer.header("access-control-allow-origin"), origin, "{line}");
            assert_eq!(answer.header("access-control-allow-credentials"), "true");
            assert_eq!(answer.header("vary"), "origin");
        }
    }
    for origin in [
        "https://good.com.evil.com",
        "https://evilgood.com",
        "http://good.com",
        "https://good.com:8443",
        "https://good.com.",
        "null",
        "https://GOOD.com",
        "https://good.com/",
        "",
        "https://a.b.apps.good.com",
        "https://apps.good.com",
        "https://g",
        "*",
    ] {
        let answer = send(&app, "GET /echo", &[("host", "localhost"), ("origin", origin)]).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, ""), "{origin}");
        assert_eq!(answer.header("vary"), "origin", "{origin}");
    }
    let two = send(
        &app,
        "GET /echo",
        &[("host", "localhost"), ("origin", "https://good.com"), ("origin", "https://good.com")],
    )
    .await;
    assert_eq!(two.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn attack_56_a_preflight_is_told_only_what_is_allowed() {
    let app = app(&[("REROUTE_ENV", "test"), ("CORS_ORIGINS", "https://good.com")]);
    let ask = async |method: &str, names: &str, origin: &str| {
        let headers = [
            ("host", "localhost"),
            ("origin", origin),
            ("access-control-request-method", method),
            ("access-control-request-headers", names),
        ];
        send(&app, "OPTIONS /echo", &headers).await
    };
    let yes = ask("POST", "content-type, Authorization", "https://good.com").await;
    assert_eq!((yes.status, yes.header("access-control-allow-origin")), (204, "https://good.com"));
    assert_eq!(yes.header("access-control-allow-methods"), "GET, POST, PUT, DELETE");
    assert_eq!(yes.header("access-control-allow-headers"), "authorization, content-type");
    assert_eq!(yes.header("access-control-max-age"), "600");
    assert_eq!((yes.header("vary"), yes.header("x-frame-options")), ("origin", "DENY"));
    let long = "x".repeat(10_000);
    for (method, names, origin) in [
        ("PATCH", "", "https://good.com"),
        ("get", "", "https://good.com"),
        ("FOO", "", "https://good.com"),
        ("", "", "https://good.com"),
        ("DELETE", "", "https://good.com"),
        ("POST", "x-secret", "https://good.com"),
        ("POST", &long, "https://good.com"),
        ("POST", "", "https://evil.com"),
        ("POST", "", "null"),
    ] {
        let no = ask(method, names, origin).await;
        assert!(
            no.headers.keys().all(|name| !name.as_str().starts_with("access-control")),
            "{method} {origin} {:?}",
            no.headers
        );
        assert_eq!(no.header("vary"), "origin");
    }
    let plain = send(&app, "OPTIONS /echo", &[("host", "localhost")]).await;
    assert_eq!((plain.status, plain.header("allow")), (204, "GET, HEAD, POST, OPTIONS"));
}

#[scope]
#[cors("https://good.com", "https://app.good.com")]
pub struct Partners;

#[route]
pub struct Tight;

#[route]
impl Tight {
    #[public]
    async fn get(&self) -> &'static str {
        "for the scope's"
    }

    #[public]
    #[cors("https://app.good.com", "https://other.com")]
    async fn put(&self) -> &'static str {
        "for one"
    }

    #[public]
    #[cors()]
    async fn delete(&self) -> &'static str {
        "for none"
    }
}

#[tokio::test]
async fn cors_is_tightened_by_scope_and_handler() {
    let tree = Tree::new([file::<Tight>("/tight", "tight.rs").within::<Partners>()]);
    let variables =
        [("REROUTE_ENV", "test"), ("CORS_ORIGINS", "https://good.com,https://app.good.com,https://other.com")];
    let app = testing::service(App::new(tree), variables).expect("the application starts");
    for (method, origin, is_told) in [
        ("GET", "https://good.com", true),
        ("GET", "https://other.com", false),
        ("PUT", "https://app.good.com", true),
        ("PUT", "https://good.com", false),
        ("PUT", "https://other.com", false),
        ("DELETE", "https://good.com", false),
    ] {
        let told = if is_told { origin } else { "" };
        let answer = send(&app, &format!("{method} /tight"), &[("host", "localhost"), ("origin", origin)]).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, told), "{method} {origin}");
        let asks = [("host", "localhost"), ("origin", origin), ("access-control-request-method", method)];
        let answer = send(&app, "OPTIONS /tight", &asks).await;
        assert_eq!(
            (answer.status, answer.header("access-control-allow-origin")),
            (204, told),
            "preflight {method} {origin}"
        );
    }
}

#[tokio::test]
async fn attacks_62_and_63_a_write_with_a_cookie_comes_from_the_same_site() {
    let app = app(&[
        ("REROUTE_ENV", "test"),
        ("CORS_ORIGINS", "https://app.good.com"),
        ("REROUTE_CORS_ALLOW_CREDENTIALS", "true"),
    ]);
    let cookie = ("cookie", "__Host-session=x");
    let host = ("host", "localhost:80");
    for (headers, status) in [
        (&[host][..], 200),
        (&[host, cookie], 403),
        (&[host, cookie, ("sec-fetch-site", "same-origin")], 200),
        (&[host, cookie, ("sec-fetch-site", "same-site")], 403),
        (&[host, cookie, ("sec-fetch-site", "cross-site")], 403),
        (&[host, cookie, ("sec-fetch-site", "cross-site"), ("origin", "https://app.good.com")], 200),
        (&[host, cookie, ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "same-origin")], 403),
        (&[host, cookie, ("origin", "http://localhost")], 200),
        (&[host, cookie, ("origin", "https://localhost")], 403),
        (&[host, cookie, ("origin", "http://localhost:8080")], 403),
        (&[host, cookie, ("origin", "null")], 403),
        (&[host, cookie, ("origin", "https://evil.com")], 403),
        (&[host, cookie, ("authorization", "Bearer x")], 403),
        (&[host, ("authorization", "Bearer x")], 200),
    ] {
        assert_eq!(send(&app, "POST /echo", headers).await.status, status, "{headers:?}");
    }
    assert_eq!(send(&app, "GET /echo", &[host, cookie, ("sec-fetch-site", "cross-site")]).await.status, 200);
}

#[tokio::test]
async fn attacks_62_63_and_65_a_write_without_a_cookie_comes_from_no_other_site_either() {
    let host = ("host", "localhost:80");
    let token = ("authorization", "Bearer x");
    let listed = ("origin", "https://app.good.com");
    let cross = ("sec-fetch-site", "cross-site");
    for credentials in ["false", "true"] {
        let app = app(&[
            ("REROUTE_ENV", "test"),
            ("CORS_ORIGINS", "https://app.good.com"),
            ("REROUTE_CORS_ALLOW_CREDENTIALS", credentials),
        ]);
        for (headers, status) in [
            (&[host][..], 200),
            (&[host, cross], 403),
            (&[host, ("sec-fetch-site", "same-site")], 403),
            (&[host, ("sec-fetch-site", "")], 403),
            (&[host, ("sec-fetch-site", "none")], 200),
            (&[host, ("sec-fetch-site", "same-origin")], 200),
            (&[host, ("sec-fetch-site", "same-origin"), ("origin", "null")], 200),
            (&[host, ("sec-fetch-site", "same-origin"), ("origin", "https://evil.com")], 403),
            (&[host, cross, ("origin", "http://localhost")], 403),
            (&[host, ("origin", "http://localhost")], 200),
            (&[host, ("origin", "https://evil.com")], 403),
            (&[host, ("origin", "null")], 403),
            (&[host, ("origin", "https://evil.com/")], 403),
            (&[host, cross, listed], 200),
            (&[host, listed], 200),
            (&[host, cross, listed, listed], 403),
            (&[host, cross, ("cookie", "a=b"), listed], if credentials == "true" { 200 } else { 403 }),
            (&[host, cross, token], 200),
            (&[host, cross, ("x-api-key", "x")], 200),
            (&[host, cross, token, ("cookie", "a=b")], 403),
            // A browser adds these by itself to what any site sends.
            (&[host, cross, ("authorization", "Basic eDp5")], 403),
            (&[host, cross, token, ("authorization", "Basic eDp5")], 403),
            (&[host, ("authorization", "Basic eDp5")], 200),
        ] {
            assert_eq!(send(&app, "POST /echo", headers).await.status, status, "{credentials} {headers:?}");
        }
        for (headers, status) in [
            (&[host, cross][..], 200),
            (&[host, ("upgrade", "websocket")], 200),
            (&[host, ("upgrade", "websocket"), cross], 403),
            (&[host, ("upgrade", "websocket"), ("origin", "https://evil.com")], 403),
            (&[host, ("upgrade", "websocket"), ("origin", "http://localhost")], 200),
        ] {
            assert_eq!(send(&app, "GET /echo", headers).await.status, status, "{headers:?}");
        }
    }
    let off = app(TEST);
    assert_eq!(send(&off, "POST /echo", &[host, listed]).await.status, 403, "no list, no exception");
}
