use crate::{
    Site,
    wire::{get, send},
};
use std::fs;

#[tokio::test(flavor = "multi_thread")]
async fn one_range_is_a_part() {
    let site = Site::with_page("0123456789").await;
    for (range, said, content) in [
        ("bytes=2-4", "bytes 2-4/10", "234"),
        ("bytes=0-0", "bytes 0-0/10", "0"),
        ("bytes=7-", "bytes 7-9/10", "789"),
        ("bytes=7-99", "bytes 7-9/10", "789"),
        ("bytes=-2", "bytes 8-9/10", "89"),
        ("bytes=-99", "bytes 0-9/10", "0123456789"),
    ] {
        let reply = get(&site.server, "/static/page.txt", &[("range", range)]).await;
        assert_eq!((reply.status, reply.header("content-range"), reply.text()), (206, said, content), "{range}");
        assert_eq!(reply.header("content-length"), content.len().to_string());
        assert_ne!(reply.header("etag"), "");
    }
    for range in ["bytes=10-", "bytes=-0", "bytes=99999999999999999999-"] {
        let reply = get(&site.server, "/static/page.txt", &[("range", range)]).await;
        assert_eq!((reply.status, reply.header("content-range")), (416, "bytes */10"), "{range}");
        assert_eq!(reply.header("content-type"), "application/problem+json");
    }
    let head = send(&site.server, "HEAD /static/page.txt", &[("range", "bytes=2-4")], b"").await;
    assert_eq!((head.status, head.header("content-length")), (200, "10"));
}

#[tokio::test(flavor = "multi_thread")]
async fn attack_134_many_ranges_are_the_whole_file_once() {
    let site = Site::with_page("0123456789").await;
    let many = format!("bytes=0-{}", ",0-".repeat(2000));
    for range in [many.as_str(), "bytes=0-1,3-4", "bytes=5-2", "bytes=x", "items=0-1", "bytes=,"] {
        let reply = get(&site.server, "/static/page.txt", &[("range", range)]).await;
        assert_eq!((reply.status, reply.text()), (200, "0123456789"), "{range:.20}");
    }
    let reply = get(&site.server, "/static/page.txt", &[("range", "bytes=0-1"), ("range", "bytes=2-3")]).await;
    assert_eq!((reply.status, reply.text()), (200, "0123456789"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_is_of_the_file_that_was_meant() {
    let site = Site::with_page("0123456789").await;
    let first = get(&site.server, "/static/page.txt", &[]).await;
    let (tag, date) = (first.header("etag"), first.header("last-modified"));
    let of = |condition: String| {
        let site = &site;
        async move {
            get(&site.server, "/static/page.txt", &[("range", "bytes=2-4"), ("if-range", condition.as_str())])
                .await
                .status
        }
    };
    assert_eq!(of(tag.to_owned()).await, 206);
    for other in ["\"other\"".to_owned(), format!("W/{tag}"), date.to_owned(), "nonsense".to_owned()] {
        assert_eq!(of(other.clone()).await, 200, "{other}");
    }
    fs::write(site.dir.path().join("public/page.txt"), "abcdefghij").expect("a file");
    assert_eq!(of(tag.to_owned()).await, 200, "the file was written anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_part_comes_from_its_place() {
    let content: Vec<u8> = (0..1_000_000_u32).map(|at| (at % 251) as u8).collect();
    let site = Site::of(|folder| fs::write(folder.join("large.bin"), &content).expect("a file")).await;
    let reply = get(&site.server, "/static/large.bin", &[("range", "bytes=123456-876543")]).await;
    assert_eq!(reply.status, 206);
    assert!(reply.body == content[123_456..=876_543]);
}
