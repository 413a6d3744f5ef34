use crate::{
    CODINGS, unpacked,
    wire::{Reply, get, send},
};
use reroute::{App, MountAccess, Tree, cache::Cache, compression::Compress, file, prelude::*, testing::Server};
use std::fs;
use tempfile::TempDir;

fn long() -> String {
    "all the same, ".repeat(500)
}

/// What nobody said anything of.
#[route]
pub struct Plain;

#[route]
impl Plain {
    #[public]
    async fn get(&self) -> String {
        long()
    }
}

/// What everybody may see alike.
#[route]
pub struct Shared;

#[route]
impl Shared {
    #[public]
    #[cache("60 s", shared)]
    async fn get(&self) -> String {
        long()
    }
}

/// What everybody may see alike who gets in.
#[route]
pub struct Reasoned;

#[route]
impl Reasoned {
    #[public]
    #[cache("60 s", shared = "the same for all who know the address")]
    async fn get(&self) -> String {
        long()
    }
}

/// What everybody may see alike, and what is too short to be compressed.
#[route]
pub struct Short;

#[route]
impl Short {
    #[public]
    #[cache("60 s", shared)]
    async fn get(&self) -> String {
        "short".to_owned()
    }
}

/// What is kept for each caller.
#[route]
pub struct Own;

#[route]
impl Own {
    #[public]
    #[cache("60 s")]
    async fn get(&self) -> String {
        long()
    }
}

/// What is kept for each caller, and what its author lets be compressed.
#[route]
pub struct OwnChosen;

#[route]
impl OwnChosen {
    #[public]
    #[cache("60 s")]
    async fn get(&self) -> Response {
        long().compressed()
    }
}

/// What its author lets be compressed, of this type and with this header.
#[route]
pub struct Chosen;

#[route]
impl Chosen {
    #[public]
    async fn get(
        &self,
        #[query(default)] kind: String,
        #[query(default)] control: String,
        #[query(default)] cookie: bool,
        #[query(default)] short: bool,
        #[query(default)] status: Option<u16>,
    ) -> Response {
        let mut response = if short { "short".into_response() } else { long().into_response() };
        let headers = response.headers_mut();
        for (name, value) in [("content-type", kind), ("cache-control", control)] {
            if !value.is_empty() {
                headers.insert(name, value.parse().expect("a value"));
            }
        }
        if cookie {
            headers.insert("set-cookie", HeaderValue::from_static("a=b"));
        }
        *response.status_mut() = status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or_default();
        response.compressed()
    }

    /// Takes its body, and the head with it.
    #[public]
    async fn post(&self, Json(times): Json<u16>) -> Response {
        Json("x".repeat(times.into())).compressed()
    }
}

/// Compares tags by itself.
#[route]
pub struct Tagged;

#[route]
impl Tagged {
    #[public]
    async fn get(&self, known: IfNoneMatch) -> Result<Response> {
        Ok(known.answer(long()).await?.compressed())
    }
}

async fn server() -> (Server, TempDir) {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, content) in
        [("site.css", long()), ("short.css", "a {}".to_owned()), ("cat.png", long()), ("packed.css", long())]
    {
        fs::write(dir.path().join(name), content).expect("a file");
    }
    fs::write(dir.path().join("packed.css.gz"), "beforehand").expect("a file");
    let files = [
        file::<Plain>("/plain", "plain.rs"),
        file::<Shared>("/shared", "shared.rs"),
        file::<Reasoned>("/reasoned", "reasoned.rs"),
        file::<Short>("/short", "short.rs"),
        file::<Own>("/own", "own.rs"),
        file::<OwnChosen>("/own/chosen", "own/chosen.rs"),
        file::<Chosen>("/chosen", "chosen.rs"),
        file::<Tagged>("/tagged", "tagged.rs"),
    ];
    let app = App::new(Tree::new(files)).cache(Cache::new(100, 1 << 20));
    let app = app.files("/static", dir.path().to_owned(), MountAccess::public());
    (Server::start(app).await.expect("it starts"), dir)
}

const ALL: (&str, &str) = ("accept-encoding", "gzip, deflate, br, zstd");

fn is_plain(reply: &Reply) -> bool {
    reply.header("content-encoding").is_empty() && !reply.header("content-length").is_empty()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_shared_and_chosen_answers_are_compressed() {
    let (server, _dir) = server().await;
    for target in ["/static/site.css", "/shared", "/own/chosen", "/chosen", "/tagged"] {
        for coding in CODINGS {
            let reply = get(&server, target, &[("accept-encoding", coding)]).await;
            assert_eq!((reply.status, reply.header("content-encoding")), (200, coding), "{target}");
            assert_eq!((reply.header("vary"), reply.header("content-length")), ("accept-encoding", ""), "{target}");
            assert_eq!(reply.header("accept-ranges"), "");
            assert!(reply.body.len() < 500, "{target} {coding}");
            assert!(unpacked(coding, &reply.body).await == long().into_bytes(), "{target} {coding}");
            let head = send(&server, &format!("HEAD {target}"), &[("accept-encoding", coding)], b"").await;
            for name in ["content-encoding", "content-length", "content-type", "etag", "vary"] {
                assert_eq!(head.header(name), reply.header(name), "{target} {coding} {name}");
            }
        }
        for accepted in ["", "deflate", "gzip;q=0", "identity", "*;q=0"] {
            let reply = get(&server, target, &[("accept-encoding", accepted)]).await;
            assert!(is_plain(&reply), "{target} {accepted}");
            assert_eq!(reply.header("vary"), "accept-encoding", "{target}");
        }
        assert!(is_plain(&get(&server, target, &[]).await));
        assert_eq!(get(&server, target, &[ALL]).await.header("content-encoding"), "zstd");
    }
    let reply = send(&server, "POST /chosen", &[ALL, ("content-type", "application/json")], b"5000").await;
    assert_eq!((reply.status, reply.header("content-encoding")), (200, "zstd"));
    assert_eq!(unpacked("zstd", &reply.body).await.len(), 5002);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_hold_a_secret_is_not_compressed() {
    let (server, _dir) = server().await;
    for target in ["/plain", "/own", "/own", "/reasoned", "/reasoned"] {
        let reply = get(&server, target, &[ALL]).await;
        assert!(is_plain(&reply) && reply.header("vary").is_empty(), "{target}");
        assert!(reply.body == long().into_bytes());
    }
    for query in [
        "cookie=true",
        "control=no-transform",
        "control=public,%20No-Transform",
        "kind=image/png",
        "kind=text/event-stream",
        "kind=application/octet-stream",
        "status=201",
        "status=404",
        "status=500",
    ] {
        assert_eq!(get(&server, &format!("/chosen?{query}"), &[ALL]).await.header("content-encoding"), "", "{query}");
    }
    let reply = get(&server, "/chosen?short=true", &[ALL]).await;
    assert!(is_plain(&reply));
    assert_eq!(reply.header("vary"), "accept-encoding");
    // An author's word stands for an answer of one caller, too.
    assert_eq!(get(&server, "/chosen?control=private", &[ALL]).await.header("content-encoding"), "zstd");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_compressed_where_it_is_worth_it() {
    let (server, _dir) = server().await;
    for target in ["/static/short.css", "/static/cat.png"] {
        assert!(is_plain(&get(&server, target, &[ALL]).await), "{target}");
    }
    let reply = get(&server, "/static/packed.css", &[ALL]).await;
    assert_eq!((reply.header("content-encoding"), reply.text()), ("gzip", "beforehand"));
    assert!(reply.header("etag").starts_with('"'));
    let reply = get(&server, "/static/packed.css", &[("accept-encoding", "br")]).await;
    assert_eq!(reply.header("content-encoding"), "br");
    let part = get(&server, "/static/site.css", &[ALL, ("range", "bytes=0-2999")]).await;
    assert_eq!((part.status, part.header("content-encoding"), part.body.len()), (206, "", 3000));
    let part = get(&server, "/static/site.css", &[ALL, ("range", "bytes=0-1,3-4")]).await;
    assert_eq!((part.status, part.header("content-encoding")), (200, "zstd"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tag_of_what_was_compressed_is_known_again() {
    let (server, _dir) = server().await;
    for target in ["/static/site.css", "/shared", "/tagged"] {
        let plain = get(&server, target, &[]).await;
        let plain = plain.header("etag");
        assert!(plain.starts_with('"'), "{target}");
        for coding in CODINGS {
            let accept = ("accept-encoding", coding);
            let packed = get(&server, target, &[accept]).await;
            let tag = packed.header("etag");
            assert_eq!(tag, format!("W/{plain}"), "{target}");
            let known = get(&server, target, &[accept, ("if-none-match", tag)]).await;
            assert_eq!((known.status, known.body.len(), known.header("etag")), (304, 0, tag), "{target} {coding}");
            assert_eq!((known.header("vary"), known.header("content-encoding")), ("accept-encoding", ""));
            let other = get(&server, target, &[accept, ("if-none-match", "\"other\"")]).await;
            assert_eq!(other.status, 200);
        }
        let known = get(&server, target, &[("if-none-match", plain)]).await;
        assert_eq!((known.status, known.header("etag")), (304, plain));
    }
    // What was not compressed has its tag still.
    for target in ["/short", "/static/short.css"] {
        let tag = get(&server, target, &[ALL]).await.header("etag").to_owned();
        let known = get(&server, target, &[ALL, ("if-none-match", tag.as_str())]).await;
        assert!(tag.starts_with('"'), "{target}: {tag}");
        assert_eq!((known.status, known.header("etag")), (304, tag.as_str()), "{target}");
    }
    // A part of what was compressed is no part of the file.
    let tag = get(&server, "/static/site.css", &[ALL]).await.header("etag").to_owned();
    let part = [ALL, ("range", "bytes=0-9"), ("if-range", tag.as_str())];
    assert_eq!(get(&server, "/static/site.css", &part).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn attack_107_compressed_answers_bear_the_security_headers() {
    let (server, _dir) = server().await;
    for target in ["/static/site.css", "/shared", "/chosen"] {
        let reply = get(&server, target, &[ALL]).await;
        for name in ["content-security-policy", "x-content-type-options", "x-frame-options", "cache-control", "etag"] {
            let count = reply.headers.get_all(name).into_iter().count();
            assert!(count == 1 || (name == "etag" && target == "/chosen"), "{target} {name}");
        }
    }
}
