//! What kept answers carry, and what is kept of which requests.

use super::*;
use std::collections::BTreeSet;

const APP: &str = "https://app.example.com";

/// The cached routes: a path, and for how many seconds its answers are kept.
fn cached(shop: &Shop) -> [(String, u64); 3] {
    [("/products".to_owned(), 300), ("/products/1".to_owned(), 300), (post(shop).0, 60)]
}

/// The headers, but for those that differ from one answer to the next.
fn lasting(answer: &Answer) -> BTreeSet<(&str, &str)> {
    let differs = |name: &str| matches!(name, "age" | "cache-status" | "date" | "x-request-id");
    let all = answer.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    all.filter(|(name, _)| !differs(name)).collect()
}

#[track_caller]
fn age(answer: &Answer) -> u64 {
    let [age] = answer.all("age")[..] else { panic!("one Age: {answer:?}") };
    age.parse().expect("an age is whole seconds")
}

#[test]
fn made_kept_and_known_answers_carry_the_same() {
    let shop = Shop::start();
    for (path, most) in cached(&shop) {
        let (made, kept) = twice(|| shop.get(&path), most);
        let [etag] = made.all("etag")[..] else { panic!("one ETag: {made:?}") };
        assert!(etag.starts_with('"') && etag.ends_with('"') && etag.len() > 2, "{etag}");
        assert_eq!(made.all("cache-control"), ["public, no-cache"]);
        assert_eq!(made.all("content-type"), ["application/json"]);
        assert_eq!(age(&made), 0);
        assert!(age(&kept) <= most);
        assert_eq!(lasting(&made), lasting(&kept));

        let head = shop.request("HEAD", &path).send().is(200);
        is_hit(&head, most);
        assert!(head.body.is_empty() && age(&head) <= most);
        assert_eq!(lasting(&head), lasting(&made));

        for method in ["GET", "HEAD"] {
            let known = shop.request(method, &path).header("if-none-match", etag).send().is(304);
            is_hit(&known, most);
            assert!(age(&known) <= most);
            let left = |(name, _): &(&str, &str)| matches!(*name, "content-type" | "content-length");
            let expected: BTreeSet<_> = lasting(&made).into_iter().filter(|header| !left(header)).collect();
            assert_eq!(lasting(&known), expected, "{method} {path}");
        }
        let other = shop.get(&path).header("if-none-match", "\"x\"").send().is(200);
        is_hit(&other, most);
        assert_eq!(other.body, made.body);
    }
}

#[test]
fn an_answer_that_is_made_is_304_too_for_who_has_it() {
    let shop = Shop::start();
    let etag = shop.get("/products/1").send().is(200).header("etag").expect("it has one").to_owned();
    let root = shop.login("root", PASSWORD);
    shop.request("DELETE", "/admin/cache").token(&root).send().is(204);
    let known = shop.get("/products/1").header("if-none-match", &etag).send().is(304);
    assert_eq!(status(&known), STORED);
    is_hit(&shop.get("/products/1").send().is(200), 300);
}

#[test]
fn attack_45_what_head_asked_for_is_whole_and_no_range_cuts_it() {
    let shop = Shop::start();
    let head = shop.request("HEAD", "/products/1").send().is(200);
    assert_eq!(status(&head), STORED);
    let whole = shop.get("/products/1").send().is(200);
    is_hit(&whole, 300);
    assert_eq!(head.header("content-length"), Some(whole.body.len().to_string().as_str()));
    assert_eq!(whole.json()["id"], 1);
    for _ in 0..2 {
        let ranged = shop.get("/products/2").header("range", "bytes=0-3").send().is(200);
        assert_eq!(ranged.json()["id"], 2);
    }
}

#[test]
fn lists_are_found_by_what_they_read_of_the_query_and_by_nothing_else() {
    let shop = Shop::start();
    let (made, _) = twice(|| shop.get("/products?per_page=3&page=2"), 300);
    for same in
        ["page=2&per_page=3", "per_page=3&page=2&utm_source=x", "per%5Fpage=3&page=%32", "x&per_page=3&page=2&y=1"]
    {
        let kept = shop.get(&format!("/products?{same}")).send().is(200);
        is_hit(&kept, 300);
        assert_eq!(kept.body, made.body, "{same}");
    }
    for other in [
        "per_page=3&page=3",
        "per_page=2&page=2",
        "per_page=3",
        "per_page=3&page=2&order_by=name",
        "per_page=3&page=2&direction=desc",
    ] {
        let answer = shop.get(&format!("/products?{other}")).send().is(200);
        assert_eq!(status(&answer), STORED, "{other}");
        assert_ne!(answer.body, made.body, "{other}");
    }
    // What is wrong is told each time.
    for wrong in ["per_page=0", "per_page=3&page=2&page=2", "per_page=3%26page=2", "order_by=password_hash"] {
        for _ in 0..2 {
            shop.get(&format!("/products?{wrong}")).send().is(422);
        }
    }
    is_hit(&shop.get("/products?page=2&per_page=3").send().is(200), 300);
}

#[test]
fn what_everybody_sees_goes_out_compressed() {
    let shop = Shop::start();
    let list = || shop.get("/products?per_page=100");
    let plain = list().send().is(200);
    for _ in 0..2 {
        let packed = list().header("accept-encoding", "gzip").send();
        assert_eq!((packed.status, packed.header("content-encoding")), (200, Some("gzip")), "{packed:?}");
        assert!(packed.body.starts_with(b"\x1f\x8b") && packed.body.len() < plain.body.len() / 2);
        assert_eq!(packed.header("vary"), Some("accept-encoding"));
        let tag = packed.header("etag").expect("a tag");
        assert_eq!(tag, format!("W/{}", plain.header("etag").expect("a tag")));
        let known = list().header("accept-encoding", "gzip").header("if-none-match", tag).send();
        assert_eq!((known.status, known.header("etag")), (304, Some(tag)));
    }
    // What is one caller's, and what is found for a text of theirs.
    let ada = shop.login("ada", PASSWORD);
    for request in [shop.get("/orders").token(&ada), shop.get("/products/search?query=e&per_page=100")] {
        assert_eq!(request.header("accept-encoding", "gzip").send().is(200).header("content-encoding"), None);
    }
}

#[test]
fn attack_49_a_kept_answer_goes_out_over_the_edge_as_a_new_one() {
    let shop = Shop::start_with(&[("CORS_ORIGINS", APP)]);
    let (made, kept) = twice(|| shop.get("/products/1"), 300);
    let own = shop.get("/products/1").header("origin", APP).send().is(200);
    let foreign = shop.get("/products/1").header("origin", "https://evil.example.com").send().is(200);
    let etag = made.header("etag").expect("it has one");
    let known = shop.get("/products/1").header("origin", APP).header("if-none-match", etag).send().is(304);
    for answer in [&own, &foreign, &known] {
        is_hit(answer, 300);
        assert_eq!(answer.all("vary"), ["accept-encoding", "origin"]);
    }
    for answer in [&own, &known] {
        assert_eq!(answer.all("access-control-allow-origin"), [APP]);
    }
    for answer in [&made, &kept, &foreign] {
        assert_eq!(answer.header("access-control-allow-origin"), None, "{answer:?}");
    }
    let ids: BTreeSet<_> =
        [&made, &kept, &own, &foreign, &known].iter().filter_map(|answer| answer.header("x-request-id")).collect();
    assert_eq!(ids.len(), 5);
    // The gates of the edge stand before it.
    shop.get("/products/1").header("host", "evil.example.com").send().is(400);
    shop.request("BREW", "/products/1").send().is(405);
}

#[test]
fn attack_44_what_is_not_there_is_not_kept() {
    let shop = Shop::start();
    let numbers = || numbers::of(&shop, &shop.login("root", PASSWORD))["entries"].clone();
    for path in ["/products/999999", "/products/x", "/posts/1", "/products/1/x.css"] {
        for _ in 0..2 {
            let missing = shop.get(path).send().is(404);
            assert!(!missing.header("cache-status").is_some_and(|status| status.contains("hit")), "{missing:?}");
            assert_eq!((missing.header("age"), missing.header("etag")), (None, None));
        }
    }
    assert_eq!(numbers(), 0);
    // What comes to be there is seen at once.
    let (path, _) = post(&shop);
    assert_eq!(path, "/posts/1");
    twice(|| shop.get(&path), 60);
}

#[test]
fn attack_38_credentials_make_no_entry_of_everybody() {
    let shop = Shop::start();
    let ada = shop.login("ada", PASSWORD);
    for (path, most) in cached(&shop) {
        let credentials = [
            ("authorization", format!("Bearer {ada}")),
            ("authorization", "Bearer x".into()),
            ("cookie", "a=b".into()),
        ];
        let mut first = None;
        for (name, value) in &credentials {
            for _ in 0..2 {
                let answer = shop.get(&path).header(name, value).send().is(200);
                assert_eq!(status(&answer), OF_CALLER, "{name} {path}");
                assert_eq!(answer.all("cache-control"), ["public, no-cache"]);
                first = Some(answer);
            }
        }
        // Others find nothing of it; then they share, and so does who has credentials.
        let (made, _) = twice(|| shop.get(&path), most);
        assert_eq!(first.map(|first| first.body).as_ref(), Some(&made.body));
        for (name, value) in &credentials {
            is_hit(&shop.get(&path).header(name, value).send().is(200), most);
        }
    }
}

#[test]
fn who_says_no_store_leaves_nothing_behind() {
    let shop = Shop::start();
    for _ in 0..2 {
        let answer = shop.get("/products/1").header("cache-control", "no-store").send().is(200);
        assert_eq!(status(&answer), "reroute; fwd=uri-miss; detail=no-store");
    }
    twice(|| shop.get("/products/1"), 300);
}

#[test]
fn attack_43_what_is_no_part_of_the_key_is_no_part_of_the_answer() {
    let shop = Shop::start();
    let poisoned = shop
        .get("/products")
        .header("x-forwarded-host", "evil.example.com")
        .header("x-forwarded-proto", "https")
        .header("x-original-url", "/me")
        .header("x-http-method-override", "POST")
        .send()
        .is(200);
    assert_eq!(status(&poisoned), STORED);
    let kept = shop.get("/products").send().is(200);
    is_hit(&kept, 300);
    assert!(!format!("{kept:?}").contains("evil"));
    // Another host is another entry.
    let other = shop.get("/products").header("host", "localhost").send().is(200);
    assert_eq!(status(&other), STORED);
}
