use crate::{Site, wire::get, wire::send};
use std::{collections::HashSet, fs};

async fn site() -> Site {
    Site::of(|folder| {
        for (name, content) in [
            ("site.css", "plain"),
            ("site.css.br", "as br"),
            ("site.css.gz", "as gzip"),
            ("site.css.zst", "as zstd"),
            ("some.css", "plain"),
            ("some.css.gz", "as gzip"),
            ("alone.css.br", "as br"),
            ("cat.png", "plain"),
            ("cat.png.gz", "as gzip"),
        ] {
            fs::write(folder.join(name), content).expect("a file");
        }
        fs::create_dir(folder.join("some.css.br")).expect("a folder");
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_variant_that_the_client_weighs_most_is_sent() {
    let site = site().await;
    for (target, accepted, coding) in [
        ("site.css", "gzip, deflate, br, zstd", "br"),
        ("site.css", "gzip, zstd", "zstd"),
        ("site.css", "gzip", "gzip"),
        ("site.css", "br;q=0.2, gzip;q=0.8", "gzip"),
        ("site.css", "*", "br"),
        ("site.css", "*, br;q=0", "zstd"),
        ("site.css", "identity, *;q=0.1", ""),
        ("site.css", "identity;q=0, gzip;q=0.1", "gzip"),
        ("site.css", "br;q=0, gzip;q=0, zstd;q=0", ""),
        ("site.css", "deflate", ""),
        ("site.css", "", ""),
        ("some.css", "br, gzip;q=0.5", "gzip"),
        ("some.css", "br", ""),
        ("cat.png", "gzip", ""),
    ] {
        let reply = get(&site.server, &format!("/static/{target}"), &[("accept-encoding", accepted)]).await;
        let content = if coding.is_empty() { "plain".to_owned() } else { format!("as {coding}") };
        assert_eq!((reply.status, reply.header("content-encoding")), (200, coding), "{target} {accepted}");
        assert_eq!(reply.text(), content, "{target} {accepted}");
        let is_text = target.ends_with("css");
        assert_eq!(reply.header("vary"), if is_text { "accept-encoding" } else { "" });
        assert_eq!(reply.header("content-type"), if is_text { "text/css; charset=utf-8" } else { "image/png" });
    }
    assert_eq!(get(&site.server, "/static/alone.css", &[("accept-encoding", "br")]).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_variant_has_a_tag_and_parts_of_its_own() {
    let site = site().await;
    let mut tags = HashSet::new();
    for coding in ["br", "gzip", "zstd", "identity"] {
        let headers = [("accept-encoding", coding)];
        let reply = get(&site.server, "/static/site.css", &headers).await;
        let tag = reply.header("etag").to_owned();
        let known = [("accept-encoding", coding), ("if-none-match", tag.as_str())];
        let known = get(&site.server, "/static/site.css", &known).await;
        assert_eq!((known.status, known.header("etag"), known.header("content-encoding")), (304, tag.as_str(), ""));
        let part = [("accept-encoding", coding), ("range", "bytes=0-1"), ("if-range", tag.as_str())];
        let part = get(&site.server, "/static/site.css", &part).await;
        assert_eq!((part.status, part.header("content-encoding")), (206, reply.header("content-encoding")));
        assert_eq!(part.body, reply.body[..2]);
        let head = send(&site.server, "HEAD /static/site.css", &headers, b"").await;
        assert_eq!(
            (head.header("etag"), head.header("content-length")),
            (tag.as_str(), reply.header("content-length"))
        );
        assert!(tags.insert(tag));
    }
}
