use crate::{
    Site,
    support::{ALWAYS, refusal},
    wire::{get, send},
};
use reroute::{App, MountAccess, Tree};
use std::fs;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_given_out_as_what_its_name_says() {
    let site = Site::of(|folder| {
        fs::create_dir(folder.join("css")).expect("a folder");
        for (name, content) in [
            ("css/site.css", "a {}"),
            ("app.js", "1"),
            ("data.json", "{}"),
            ("picture.svg", "<svg/>"),
            ("page.html", "<p>"),
            ("cat.png", "png"),
            ("LICENSE", "all"),
            ("my file é.txt", "text"),
            ("empty.txt", ""),
            ("font.woff2", "f"),
        ] {
            fs::write(folder.join(name), content).expect("a file");
        }
    })
    .await;
    for (target, kind, content) in [
        ("/static/css/site.css", "text/css; charset=utf-8", "a {}"),
        ("/static/app.js", "text/javascript; charset=utf-8", "1"),
        ("/static/data.json", "application/json; charset=utf-8", "{}"),
        ("/static/picture.svg", "image/svg+xml; charset=utf-8", "<svg/>"),
        ("/static/page.html", "text/html; charset=utf-8", "<p>"),
        ("/static/cat.png", "image/png", "png"),
        ("/static/LICENSE", "application/octet-stream", "all"),
        ("/static/my%20file%20%C3%A9.txt", "text/plain; charset=utf-8", "text"),
        ("/static/empty.txt", "text/plain; charset=utf-8", ""),
        ("/static/font.woff2", "font/woff2", "f"),
        ("/static/app.js?v=1", "text/javascript; charset=utf-8", "1"),
    ] {
        let reply = get(&site.server, target, &[]).await;
        assert_eq!((reply.status, reply.header("content-type"), reply.text()), (200, kind, content), "{target}");
        assert_eq!(reply.header("content-length"), content.len().to_string());
        assert_eq!(reply.header("cache-control"), "public, no-cache");
        assert_eq!(reply.header("accept-ranges"), "bytes");
        assert!(reply.header("etag").starts_with('"') && reply.header("last-modified").ends_with(" GMT"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_comes_whole() {
    let content: Vec<u8> = (0..3_000_000_u32).map(|at| (at % 251) as u8).collect();
    let site = Site::of(|folder| fs::write(folder.join("large.bin"), &content).expect("a file")).await;
    let reply = get(&site.server, "/static/large.bin", &[]).await;
    assert_eq!((reply.status, reply.header("content-length")), (200, "3000000"));
    assert!(reply.body == content);
    let head = send(&site.server, "HEAD /static/large.bin", &[], b"").await;
    assert_eq!((head.status, head.header("content-length"), head.body.len()), (200, "3000000", 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hashed_name_is_kept_and_a_closed_folder_is_private() {
    let site = Site::with_page("text").await;
    let reply = get(&site.server, "/hashed/page.txt", &[]).await;
    assert_eq!(reply.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(get(&site.server, "/closed/page.txt", &[]).await.status, 401);
    assert_eq!(get(&site.server, "/closed/no.txt", &[]).await.status, 401);
    let customer = [("authorization", "Bearer ada:customer")];
    assert_eq!(get(&site.server, "/closed/page.txt", &customer).await.status, 403);
    let reply = get(&site.server, "/closed/page.txt", &[("authorization", "Bearer bob:staff")]).await;
    assert_eq!((reply.status, reply.header("cache-control")), (200, "private, no-cache"));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_read_and_not_written() {
    let site = Site::with_page("text").await;
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let reply = send(&site.server, &format!("{method} /static/page.txt"), &[], b"").await;
        assert_eq!((reply.status, reply.header("allow")), (405, "GET, HEAD, OPTIONS"), "{method}");
    }
    let reply = send(&site.server, "OPTIONS /static/page.txt", &[], b"").await;
    assert_eq!((reply.status, reply.header("allow")), (204, "GET, HEAD, OPTIONS"));
}

#[tokio::test(flavor = "multi_thread")]
async fn attack_107_every_answer_about_a_file_bears_the_security_headers() {
    let site = Site::with_page("text").await;
    let tag = get(&site.server, "/static/page.txt", &[]).await.header("etag").to_owned();
    for (line, headers, status) in [
        ("GET", vec![], 200),
        ("HEAD", vec![], 200),
        ("GET", vec![("range", "bytes=0-1")], 206),
        ("GET", vec![("range", "bytes=9-")], 416),
        ("GET", vec![("if-none-match", tag.as_str())], 304),
        ("GET", vec![("if-match", "\"other\"")], 412),
        ("POST", vec![], 405),
        ("OPTIONS", vec![], 204),
    ] {
        let reply = send(&site.server, &format!("{line} /static/page.txt"), &headers, b"").await;
        assert_eq!(reply.status, status);
        for name in ALWAYS {
            assert_eq!(reply.headers.get_all(name).into_iter().count(), 1, "{status} {name}");
        }
        assert!(reply.header("content-security-policy").starts_with("default-src 'none'"));
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
    }
}

#[test]
fn a_folder_that_is_not_there_stops_the_start() {
    let app = || App::new(Tree::new([]));
    let refused = refusal(app().files("/static", "no/such/folder", MountAccess::public()));
    assert!(refused.contains("files at /static: the folder `no/such/folder` cannot be opened"), "{refused}");
    let refused = refusal(app().files("/static", "Cargo.toml", MountAccess::public()));
    assert!(refused.contains("files at /static"), "{refused}");
    let refused = refusal(app().files("/static", "src", MountAccess::signed_in()));
    assert!(refused.contains("has no authenticator"), "{refused}");
    let refused = refusal(app().files("static/", "src", MountAccess::public()));
    assert!(refused.contains("cannot mount"), "{refused}");
}
