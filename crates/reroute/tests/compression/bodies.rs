use crate::{CODINGS, packed, wire::send};
use axum::{Router, routing::post};
use reroute::{App, MountAccess, Tree, file, prelude::*, testing::Server};

#[input]
pub struct Note {
    text: String,
}

#[input]
pub struct Upload {
    #[field(max_size = "64 KiB", types("text/plain"))]
    note: File,
}

#[route]
pub struct Notes;

#[route]
impl Notes {
    #[public]
    async fn post(&self, Json(note): Json<Note>) -> String {
        note.text
    }

    #[public]
    async fn put(&self, Form(note): Form<Note>) -> String {
        note.text
    }

    #[public]
    async fn patch(&self, Multipart(upload): Multipart<Upload>) -> Result<String> {
        let mut note = upload.note;
        Ok(String::from_utf8_lossy(&note.bytes(64 << 10).await?).into_owned())
    }
}

#[route]
pub struct Raw;

#[route]
impl Raw {
    #[public]
    #[raw_body]
    async fn post(&self, request: Request) -> Result<String> {
        let (parts, body) = request.into_parts();
        let told = ["content-encoding", "content-length"].map(|name| parts.headers.contains_key(name));
        let body = http_body_util::BodyExt::collect(body).await.map_err(Error::internal)?.to_bytes();
        Ok(format!("{told:?} {}", String::from_utf8_lossy(&body)))
    }

    #[requires]
    #[raw_body]
    async fn put(&self, body: String) -> String {
        body
    }

    /// Takes no body.
    #[public]
    async fn delete(&self) -> &'static str {
        "gone"
    }
}

struct Nobody;

impl Authenticate for Nobody {
    async fn authenticate(&self, _: &Parts, _: &Context) -> Result<Option<Principal>> {
        Ok(None)
    }
}

async fn server() -> Server {
    let files = [file::<Notes>("/notes", "notes.rs"), file::<Raw>("/raw", "raw.rs")];
    let length = Router::new().route("/", post(async |body: bytes::Bytes| format!("{} bytes", body.len())));
    let app = App::new(Tree::new(files)).authenticate(Nobody).mount("/mounted", length, MountAccess::public());
    Server::start(app).await.expect("it starts")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_extractor_sees_the_body_inflated() {
    let server = server().await;
    let text = "a text ".repeat(1000);
    let json = format!("{{\"text\": \"{text}\"}}");
    let form = format!("text={}", text.replace(' ', "+"));
    let parts = format!(
        "--B\r\nContent-Disposition: form-data; name=\"note\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--B--\r\n"
    );
    for coding in CODINGS {
        for (line, kind, plain) in [
            ("POST /notes", "application/json", &json),
            ("PUT /notes", "application/x-www-form-urlencoded", &form),
            ("PATCH /notes", "multipart/form-data; boundary=B", &parts),
        ] {
            let body = packed(coding, plain.clone()).await;
            let headers = [("content-type", kind), ("content-encoding", coding)];
            let reply = send(&server, line, &headers, &body).await;
            assert_eq!((reply.status, reply.text()), (200, text.as_str()), "{line} {coding}");
        }
        let body = packed(coding, "plain").await;
        let reply = send(&server, "POST /raw", &[("content-encoding", coding)], &body).await;
        assert_eq!(reply.text(), "[false, false] plain");
        let reply = send(&server, "POST /raw", &[("content-encoding", &coding.to_uppercase())], &body).await;
        assert_eq!(reply.text(), "[false, false] plain");
    }
    // Written by hand, after RFC 1952: one stored block.
    let stored = b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x01\x02\0\xfd\xffhi\xac\x2a\x93\xd8\x02\0\0\0";
    let reply = send(&server, "POST /raw", &[("content-encoding", "x-gzip")], stored).await;
    assert_eq!((reply.status, reply.text()), (200, "[false, false] hi"));
    let reply = send(&server, "POST /raw", &[("content-encoding", "identity")], b"plain").await;
    assert_eq!(reply.text(), "[false, true] plain");
    let empty = send(&server, "POST /raw", &[("content-encoding", "gzip")], b"").await;
    assert_eq!((empty.status, empty.text()), (200, "[false, false] "));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_in_chunks_is_inflated_as_it_comes() {
    let server = server().await;
    for coding in CODINGS {
        let body = packed(coding, "in many pieces").await;
        let chunks: Vec<u8> = body.iter().flat_map(|byte| [b"1\r\n", &[*byte][..], b"\r\n"].concat()).collect();
        let headers = [("content-encoding", coding), ("transfer-encoding", "chunked")];
        let reply = send(&server, "POST /raw", &headers, &[&chunks, &b"0\r\n\r\n"[..]].concat()).await;
        assert_eq!((reply.status, reply.text()), (200, "[false, false] in many pieces"), "{coding}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_codings_are_refused_with_those_that_are_taken() {
    let server = server().await;
    for coding in ["deflate", "gzip, gzip", "gzip,br", "compress", "aes128gcm", "gzip;q=1", "*"] {
        let reply = send(&server, "POST /raw", &[("content-encoding", coding)], b"x").await;
        assert_eq!((reply.status, reply.header("accept-encoding")), (415, "gzip, br, zstd"), "{coding}");
        assert_eq!(reply.header("content-type"), "application/problem+json");
    }
    let twice = [("content-encoding", "gzip"), ("content-encoding", "br")];
    assert_eq!(send(&server, "POST /raw", &twice, b"x").await.status, 415);
    // Nobody is told about codings before it is known that they may call.
    let reply = send(&server, "PUT /raw", &[("content-encoding", "deflate")], b"x").await;
    assert_eq!(reply.status, 401);
    let reply = send(&server, "DELETE /raw", &[("content-encoding", "deflate")], b"x").await;
    assert_eq!(reply.status, 200, "nobody reads that body");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_mounted_gets_the_body_as_it_came() {
    let server = server().await;
    let body = packed("gzip", "x".repeat(5000)).await;
    let reply = send(&server, "POST /mounted", &[("content-encoding", "gzip")], &body).await;
    assert_eq!(reply.text(), format!("{} bytes", body.len()));
}

#[tokio::test(flavor = "multi_thread")]
async fn attack_91_what_is_no_whole_body_of_its_coding_is_400() {
    let server = server().await;
    for coding in CODINGS {
        let headers = [("content-encoding", coding)];
        let text = "a text that is long enough to be cut. ".repeat(20);
        let whole = packed(coding, format!("{{\"text\": \"{text}\"}}")).await;
        let json = [headers[0], ("content-type", "application/json")];
        assert_eq!(send(&server, "POST /notes", &json, &whole).await.text(), text);
        for cut in [1, 3, whole.len() / 2, whole.len() - 1] {
            let reply = send(&server, "POST /notes", &json, &whole[..cut]).await;
            assert_eq!(reply.status, 400, "{coding} cut at {cut}: {}", reply.text());
            assert!(!reply.text().contains("JSON"), "{coding} cut at {cut}: {}", reply.text());
        }
        let json = packed(coding, "{\"text\": \"a\"}").await;
        for behind in [&b"x"[..], b"\0", b"garbage behind the end", &json] {
            let reply = send(
                &server,
                "POST /notes",
                &[headers[0], ("content-type", "application/json")],
                &[&json, behind].concat(),
            )
            .await;
            assert_eq!(reply.status, 400, "{coding} {}: {}", behind.escape_ascii(), reply.text());
        }
        for garbage in [&b"x"[..], b"not compressed at all", b"\x1f\x8b", &[0xff; 100]] {
            let reply =
                send(&server, "POST /notes", &[headers[0], ("content-type", "application/json")], garbage).await;
            assert_eq!(reply.status, 400, "{coding} {}: {}", garbage.escape_ascii(), reply.text());
        }
    }
}
