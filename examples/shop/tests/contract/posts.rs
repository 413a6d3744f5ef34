//! `/posts`, `/posts/{id}` and `/posts/{id}/comments`.

use super::support::{Account, Shop, unique};
use serde_json::{Value, json};

/// A post of this account's, and where it is.
#[track_caller]
fn post(shop: &Shop, author: &Account, content: &str) -> (Value, String) {
    let new = json!({"title": unique("title"), "content": content});
    let answer = shop.post("/posts").token(&author.token).json(&new).send().is(201);
    let location = answer.header("location").expect("what was made is somewhere").to_owned();
    (answer.json(), location)
}

#[test]
fn a_post_is_written_by_who_is_signed_in_and_read_by_all() {
    let shop = Shop::shared();
    let author = shop.newcomer();
    let content = "<p>One<br>two</p><strong>three</strong> <em>four</em>";
    let (written, location) = post(&shop, &author, content);
    assert_eq!(location, format!("/posts/{}", written["id"]));
    assert_eq!((&written["content"], &written["author_id"]), (&content.into(), &author.id.into()));
    assert!(written["created_at"].as_str().is_some_and(|time| time.ends_with('Z')), "{written}");
    let members: Vec<&String> = written.as_object().expect("a post is an object").keys().collect();
    assert_eq!(members, ["author_id", "content", "created_at", "id", "title"]);
    assert_eq!(shop.get(&location).send().is(200).json(), written);
    let page = shop.get("/posts?order_by=id&direction=desc&per_page=100").send().is(200).json();
    assert!(page["items"].as_array().is_some_and(|items| items.contains(&written)), "{page}");
    shop.post("/posts").json(&json!({"title": "x", "content": "x"})).send().is(401);
}

#[test]
fn what_a_post_may_not_hold_is_stripped() {
    let shop = Shop::shared();
    let author = shop.newcomer();
    for (content, left) in [
        ("<script>x()</script><p onclick=\"x()\">Hi <b>you</b></p>", "<p>Hi you</p>"),
        (
            "<a href=\"https://example.com\" title=t target=_blank>x</a>",
            "<a href=\"https://example.com\" title=\"t\" rel=\"noopener noreferrer nofollow\">x</a>",
        ),
        ("<a href=\"javascript:x()\">x</a>", "<a rel=\"noopener noreferrer nofollow\">x</a>"),
        ("<h1>a</h1> & <!-- b --> c", "a &amp;  c"),
        ("<script>x()</script>", ""),
        ("1 < 2", "1 &lt; 2"),
    ] {
        let (written, location) = post(&shop, &author, content);
        assert_eq!(written["content"], left, "{content}");
        assert_eq!(shop.get(&location).send().is(200).json()["content"], left, "{content}");
    }
}

#[test]
fn a_post_that_cannot_be_is_422() {
    let shop = Shop::shared();
    let author = shop.newcomer();
    for (field, value) in [
        ("title", json!("")),
        ("title", json!("x".repeat(201))),
        ("title", json!("a\nb")),
        ("title", json!("a\0b")),
        ("title", json!(7)),
        ("title", json!(null)),
        ("content", json!("")),
        ("content", json!("x".repeat(20_001))),
        ("content", json!("a\0b")),
        ("content", json!(["x"])),
    ] {
        let mut new = json!({"title": "x", "content": "x"});
        new[field] = value.clone();
        assert_eq!(shop.post("/posts").token(&author.token).json(&new).send().fields(), [field], "{value:.40}");
    }
    let longest = json!({"title": "ö".repeat(200), "content": "ö".repeat(20_000)});
    shop.post("/posts").token(&author.token).json(&longest).send().is(201);
    assert_eq!(shop.post("/posts").token(&author.token).json(&json!({"title": "x"})).send().fields(), ["content"]);
}

#[test]
fn a_post_that_is_not_there_has_no_comments_either() {
    let shop = Shop::shared();
    let author = shop.newcomer();
    for id in ["0", "-1", "999999", "x", "9223372036854775808"] {
        shop.get(&format!("/posts/{id}")).send().is(404);
        shop.get(&format!("/posts/{id}/comments")).send().is(404);
        let comment = json!({"comment": "x"});
        shop.post(&format!("/posts/{id}/comments")).token(&author.token).json(&comment).send().is(404);
    }
}

#[test]
fn a_comment_is_kept_escaped() {
    let shop = Shop::shared();
    let (author, reader) = (shop.newcomer(), shop.newcomer());
    let (written, location) = post(&shop, &author, "x");
    let comments = format!("{location}/comments");
    let say = |comment: &str| {
        shop.post(&comments).token(&reader.token).json(&json!({"comment": comment})).send().is(201).json()
    };
    let first = say("<b>\"Hi\" & 'you'</b>");
    assert_eq!(first["comment"], "&lt;b&gt;&quot;Hi&quot; &amp; &#x27;you&#x27;&lt;/b&gt;");
    assert_eq!((&first["post_id"], &first["author_id"]), (&written["id"], &reader.id.into()));
    let members: Vec<&String> = first.as_object().expect("a comment is an object").keys().collect();
    assert_eq!(members, ["author_id", "comment", "created_at", "id", "post_id"]);
    let second = say("&amp; on\ntwo lines");
    assert_eq!(second["comment"], "&amp;amp; on\ntwo lines");
    let page = shop.get(&comments).send().is(200).json();
    assert_eq!(page, json!({"items": [first, second], "page": 1, "per_page": 20, "total": 2}));
    let (_, other) = post(&shop, &author, "x");
    assert_eq!(shop.get(&format!("{other}/comments")).send().is(200).json()["total"], 0);
}

#[test]
fn a_comment_has_1_to_2000_characters() {
    let shop = Shop::shared();
    let author = shop.newcomer();
    let comments = format!("{}/comments", post(&shop, &author, "x").1);
    let say = |comment: Value| shop.post(&comments).token(&author.token).json(&json!({"comment": comment})).send();
    // What is counted is what is written: escaped it is six times as long.
    for comment in ["x".to_owned(), "ö".repeat(2000), "\"".repeat(2000)] {
        say(comment.into()).is(201);
    }
    for comment in [json!(""), json!("x".repeat(2001)), json!("a\0b"), json!(1), json!(null)] {
        assert_eq!(say(comment.clone()).fields(), ["comment"], "{comment:.20}");
    }
    shop.post(&comments).json(&json!({"comment": "x"})).send().is(401);
}

#[test]
fn posts_and_comments_go_with_their_author() {
    let shop = Shop::shared();
    let (author, reader) = (shop.newcomer(), shop.newcomer());
    let location = post(&shop, &author, "x").1;
    let comments = format!("{location}/comments");
    for account in [&author, &reader] {
        shop.post(&comments).token(&account.token).json(&json!({"comment": "x"})).send().is(201);
    }
    let root = shop.login("root", super::support::PASSWORD);
    let delete = |account: &Account| shop.request("DELETE", &format!("/users/{}", account.id)).token(&root).send();
    delete(&reader).is(200);
    assert_eq!(shop.get(&comments).send().is(200).json()["total"], 1);
    delete(&author).is(200);
    shop.get(&location).send().is(404);
    shop.get(&comments).send().is(404);
}
