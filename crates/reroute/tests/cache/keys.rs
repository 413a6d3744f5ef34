//! What tells answers apart.

use super::{Runs, Service, is_hit, is_stored};
use reroute::{file, prelude::*};

#[route]
pub struct Search {
    runs: State<Runs>,
}

#[route]
impl Search {
    #[public]
    #[cache("60 s", shared)]
    async fn get(&self, page: Page, #[query] a: Vec<String>, #[query] b: Option<String>) -> String {
        format!("{} {a:?} {b:?} {}", self.runs.next(), page.offset())
    }
}

#[route]
pub struct Me {
    me: Principal,
    runs: State<Runs>,
}

#[route]
impl Me {
    #[requires]
    #[cache("60 s")]
    async fn get(&self, Path(path): Path<String>) -> String {
        format!("{} {} {path}", self.me.name(), self.runs.next())
    }
}

#[route]
pub struct Head {
    runs: State<Runs>,
}

#[route]
impl Head {
    #[public]
    #[cache("60 s")]
    async fn get(&self, #[header] accept_language: Option<String>, #[cookie] theme: Option<String>) -> String {
        format!("{} {accept_language:?} {theme:?}", self.runs.next())
    }
}

/// Echoes what it is not known to read.
pub struct Raw(HeaderMap, String);

impl FromRequestParts<Context> for Raw {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &Context) -> Result<Self> {
        Ok(Self(parts.headers.clone(), parts.uri.query().unwrap_or_default().to_owned()))
    }
}

#[route]
pub struct Echo;

#[route]
impl Echo {
    #[public]
    #[cache("60 s")]
    async fn get(&self, Raw(headers, query): Raw) -> String {
        format!("{:?} {query}", headers.get("x-echo"))
    }
}

fn service() -> Service {
    Service::of([
        file::<Search>("/search", "search.rs"),
        file::<Me>("/me/{path}", "me.rs"),
        file::<Head>("/head", "head.rs"),
        file::<Echo>("/echo", "echo.rs"),
    ])
}

#[tokio::test]
async fn attack_42_queries_do_not_collide() {
    let service = service();
    let targets = [
        "/search",
        "/search?a=1",
        "/search?a=1&b=2",
        "/search?a=1%26b=2",
        "/search?a=12",
        "/search?a=1&a=2",
        "/search?a=2&a=1",
        "/search?b=1",
        "/search?b=",
        "/search?a=",
        "/search?a=1&page=2",
        "/search?per_page=5",
    ];
    for target in targets {
        assert!(is_stored(&service.get(target).await), "{target}");
    }
    for target in targets {
        assert!(is_hit(&service.get(target).await), "{target}");
    }
    // The same question, otherwise spelled.
    for target in ["/search?b=2&a=1", "/search?%61=1&b=%32", "/search?a=1&b=2&utm=x"] {
        let answer = service.get(target).await;
        assert!(is_hit(&answer) && answer.body.contains("[\"1\"] Some(\"2\")"), "{target}: {answer:?}");
    }
}

#[tokio::test]
async fn attack_42_hosts_and_paths_do_not_collide() {
    let service = service();
    let at = async |host: &str, target: &str| {
        service.send(&format!("GET {target}"), &[("host", host), ("authorization", "Bearer ada:x")]).await
    };
    for (host, target) in [
        ("localhost", "/me/a"),
        ("localhost:80", "/me/a"),
        ("127.0.0.1", "/me/a"),
        ("localhost", "/me/a%3Fb"),
        ("localhost", "/me/ab"),
    ] {
        assert!(is_stored(&at(host, target).await), "{host} {target}");
    }
    assert!(is_hit(&at("LOCALHOST", "/me/a").await));
}

#[tokio::test]
async fn attack_39_attack_48_callers_never_meet() {
    let service = service();
    let mut tags = Vec::new();
    for path in ["x", "x.css"] {
        for round in 0..3 {
            for name in ["ada", "bob"] {
                let line = format!("GET /me/{path}");
                let credential = format!("Bearer {name}:customer");
                let answer = service.send(&line, &[("authorization", &credential)]).await;
                assert!(answer.body.starts_with(name), "{answer:?}");
                assert_eq!(is_hit(&answer), round > 0);
                assert_eq!(answer.header("cache-control"), "private, no-cache");
                // The other's tag is not known here.
                let others = tags.iter().filter(|tag| *tag != answer.header("etag"));
                let others: Vec<&str> = others.map(String::as_str).collect();
                let known = others.join(", ");
                let again = service.send(&line, &[("authorization", &credential), ("if-none-match", &known)]).await;
                assert_eq!(again.status, 200);
                tags.push(answer.header("etag").to_owned());
            }
        }
    }
    assert_eq!(service.get("/me/x").await.status, 401);
}

#[tokio::test]
async fn lesson_roles_are_part_of_the_caller() {
    let service = service();
    service.send("GET /me/x", &[("authorization", "Bearer ada:customer")]).await;
    let promoted = service.send("GET /me/x", &[("authorization", "Bearer ada:admin")]).await;
    assert!(is_stored(&promoted), "{promoted:?}");
}

#[tokio::test]
async fn attack_41_declared_headers_and_cookies_are_told_apart() {
    let service = service();
    let asked: [&[(&str, &str)]; 4] = [
        &[],
        &[("accept-language", "de")],
        &[("accept-language", "en"), ("cookie", "theme=dark; session=1")],
        &[("accept-language", "en"), ("cookie", "theme=light; session=1")],
    ];
    for headers in asked {
        assert!(is_stored(&service.send("GET /head", headers).await), "{headers:?}");
        assert!(is_hit(&service.send("GET /head", headers).await), "{headers:?}");
    }
    let other_session = [("accept-language", "en"), ("cookie", "session=2; theme=dark")];
    assert!(is_hit(&service.send("GET /head", &other_session).await), "what it does not read makes no difference");
}

#[tokio::test]
async fn attack_43_what_is_echoed_unseen_comes_to_nobody_else() {
    let service = service();
    let evil = service.send("GET /echo?a=1", &[("x-echo", "evil"), ("x-forwarded-host", "evil.example")]).await;
    assert!(evil.body.contains("evil"));
    let victim = service.get("/echo?a=1").await;
    assert_eq!(victim.body, "None a=1");
    for other in ["/echo?a=2", "/echo?a=1&", "/echo?a=%31"] {
        assert!(is_stored(&service.get(other).await), "{other}");
    }
    assert!(is_hit(&service.get("/echo?a=1").await));
}
