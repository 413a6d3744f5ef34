use crate::{
    Site,
    wire::{get, send},
};
use std::fs;

#[tokio::test(flavor = "multi_thread")]
async fn who_has_it_is_not_sent_it_again() {
    let site = Site::with_page("text").await;
    let first = get(&site.server, "/static/page.txt", &[]).await;
    let (tag, date) = (first.header("etag").to_owned(), first.header("last-modified").to_owned());
    let weak = format!("W/{tag}");
    for (name, value) in [
        ("if-none-match", tag.as_str()),
        ("if-none-match", weak.as_str()),
        ("if-none-match", "*"),
        ("if-modified-since", date.as_str()),
        ("if-modified-since", "Fri, 31 Dec 9999 23:59:59 GMT"),
    ] {
        for method in ["GET", "HEAD"] {
            let reply = send(&site.server, &format!("{method} /static/page.txt"), &[(name, value)], b"").await;
            assert_eq!((reply.status, reply.body.len()), (304, 0), "{method} {name}: {value}");
            assert_eq!((reply.header("etag"), reply.header("content-type")), (tag.as_str(), ""));
            assert_eq!(reply.header("cache-control"), "public, no-cache");
            assert_eq!(reply.header("vary"), "accept-encoding");
        }
    }
    for headers in [
        &[("if-none-match", "\"other\"")][..],
        &[("if-modified-since", "Wed, 21 Oct 2015 07:28:00 GMT")],
        &[("if-modified-since", "yesterday")],
        // A tag counts, and a date beside it does not.
        &[("if-none-match", "\"other\""), ("if-modified-since", date.as_str())],
    ] {
        assert_eq!(get(&site.server, "/static/page.txt", headers).await.status, 200, "{headers:?}");
    }
    let known = [("if-none-match", tag.as_str()), ("range", "bytes=99-")];
    assert_eq!(get(&site.server, "/static/page.txt", &known).await.status, 304);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_means_another_file_is_refused() {
    let site = Site::with_page("text").await;
    let first = get(&site.server, "/static/page.txt", &[]).await;
    let (tag, date) = (first.header("etag").to_owned(), first.header("last-modified").to_owned());
    let weak = format!("W/{tag}");
    for (name, value, status) in [
        ("if-match", tag.as_str(), 200),
        ("if-match", "*", 200),
        ("if-match", weak.as_str(), 412),
        ("if-match", "\"other\"", 412),
        ("if-unmodified-since", date.as_str(), 200),
        ("if-unmodified-since", "Wed, 21 Oct 2015 07:28:00 GMT", 412),
    ] {
        assert_eq!(get(&site.server, "/static/page.txt", &[(name, value)]).await.status, status, "{name}: {value}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_exchanged_has_another_tag() {
    let site = Site::with_page("text").await;
    let page = site.dir.path().join("public/page.txt");
    let first = get(&site.server, "/static/page.txt", &[]).await;
    // Of the same size and the same time, as a copy that keeps times.
    let time = fs::metadata(&page).and_then(|page| page.modified()).expect("a time");
    let other = site.dir.path().join("public/other.txt");
    fs::write(&other, "ture").expect("a file");
    fs::File::options().append(true).open(&other).and_then(|file| file.set_modified(time)).expect("a time");
    fs::rename(&other, &page).expect("a new name");
    let reply = get(&site.server, "/static/page.txt", &[("if-none-match", first.header("etag"))]).await;
    assert_eq!((reply.status, reply.text()), (200, "ture"));
    assert_eq!(reply.header("last-modified"), first.header("last-modified"));
}
