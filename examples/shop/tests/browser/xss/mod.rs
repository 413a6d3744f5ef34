//! 133: HTML of others, written into a post and shown by a page that has no policy to fall back on.

mod corpora;
mod literals;
mod payloads;

use super::{
    Browser, Site,
    support::{Shop, at_once},
};
use serde_json::{Value, json};

/// How many are shown at once.
const AT_ONCE: usize = 100;

/// How many write at once.
const WRITERS: usize = 4;

/// How many characters the content of a post may have.
const MOST: usize = 20_000;

/// An empty page in a browser, which tells what comes of HTML there.
struct Viewer(Browser, String);

impl Viewer {
    fn start() -> Self {
        let site = Site::start();
        let page = site.origin("127.0.0.1") + site.show("/", "<!doctype html><title>x</title><body>");
        Self(Browser::start(), page)
    }

    /// All that is wrong with what is shown.
    fn observe(&mut self, contents: &[&str]) -> Vec<String> {
        let Self(browser, page) = self;
        browser.goto(page);
        // What was asked for the page itself is no finding.
        browser.forget();
        let mut found: Vec<String> =
            texts(&browser.run(&format!("({})({})", include_str!("observe.js"), json!(contents))));
        found.extend(browser.said());
        found.extend(browser.requests().into_iter().map(|url| format!("it asked for {url}")));
        found
    }

    /// Nothing is wrong with any of them.
    #[track_caller]
    fn is_harmless(&mut self, contents: &[(String, String)]) {
        for some in contents.chunks(AT_ONCE) {
            let shown: Vec<&str> = some.iter().map(|(_, clean)| clean.as_str()).collect();
            let together = self.observe(&shown);
            if together.is_empty() {
                continue;
            }
            for (payload, clean) in some {
                let found = self.observe(&[clean]);
                assert!(found.is_empty(), "{payload:?} became {clean:?}: {found:#?}");
            }
            panic!("none of them does it alone: {together:#?}");
        }
    }
}

/// What becomes of each, with what it was, once written and read; written again, it stays what it is.
#[track_caller]
fn published(shop: &Shop, payloads: &[String]) -> Vec<(String, String)> {
    let author = shop.newcomer();
    let publish = |html: &str| {
        let new = json!({"title": "x", "content": html});
        let answer = shop.post("/posts").token(&author.token).json(&new).send();
        assert_eq!(answer.status, 201, "{html:?}: {answer:?}");
        answer.json()["content"].as_str().expect("a content is a text").to_owned()
    };
    let share = payloads.len().div_ceil(WRITERS);
    let contents = at_once(WRITERS, |nth| {
        let own = payloads.iter().skip(nth * share).take(share);
        own.map(|payload| {
            let clean = publish(payload);
            // With entities it may have become longer than a post may be.
            if fits(&clean) {
                assert_eq!(publish(&clean), clean, "{payload:?}");
            }
            (payload.clone(), clean)
        })
        .collect::<Vec<_>>()
    });
    contents.concat()
}

/// Whether a post may hold it: neither nothing, nor too much, nor U+0000.
fn fits(content: &str) -> bool {
    !content.contains('\0') && (1..=MOST).contains(&content.chars().count())
}

#[track_caller]
fn attack(payloads: Vec<String>) {
    let count = payloads.len();
    let fit: Vec<String> = payloads.into_iter().filter(|payload| fits(payload)).collect();
    assert!(fit.len() * 10 > count * 9, "{} of {count} payloads can be posted", fit.len());
    let shop = Shop::start();
    let mut contents = published(&shop, &fit);
    // Of many payloads the same is left.
    contents.sort_unstable_by(|one, other| one.1.cmp(&other.1));
    contents.dedup_by(|one, other| one.1 == other.1);
    Viewer::start().is_harmless(&contents);
}

/// Whoever sees nothing wrong anywhere sees nothing: each of these does something in a page that shows it as it is.
#[test]
fn attack_133_what_is_not_cleaned_is_seen_to_run() {
    let mut viewer = Viewer::start();
    for (html, sign) in [
        ("<img src=x onerror=alert(1)>", "it called alert"),
        ("<svg onload=ran()>", "it called ran"),
        ("<svg><animate onbegin=ran() attributeName=x dur=1s>", "it called ran"),
        ("<details open ontoggle=ran()>x</details>", "it called ran"),
        ("<p onmouseover=confirm(1)>x</p>", "it called confirm"),
        ("<p tabindex=1 onfocus=prompt(1)>x</p>", "it called prompt"),
        ("<iframe srcdoc='<script>parent.ran()</script>'></iframe>", "it called ran"),
        ("<iframe src='javascript:parent.ran()'></iframe>", "it called ran"),
        ("<iframe srcdoc='<script>alert(1)</script>'></iframe>", "dialog"),
        ("<img src=/asked>", "it asked for http"),
        ("<style>@import '/asked'</style>", "it asked for http"),
        ("<link rel=stylesheet href=/asked>", "it asked for http"),
        ("<p style='background: url(/asked)'>x</p>", "it asked for http"),
        ("<img src=x onerror=console.log(1)>", "console"),
        ("<img src=x onerror=nothing()>", "it failed"),
        ("<script>1</script>", "it holds SCRIPT"),
        ("<p id=x>x</p>", "it holds P with id"),
        ("<svg><a>x</a></svg>", "it holds svg"),
        ("<a href=javascript:alert(1) rel='noopener noreferrer nofollow'>x</a>", "it leads to javascript:"),
        ("<a href='java&Tab;script:alert(1)' rel='noopener noreferrer nofollow'>x</a>", "it leads to javascript:"),
        ("<a href=/x>x</a>", "it opens as"),
        ("<p>x</p><!-- x -->", "it holds #comment"),
        ("<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=ran()>", "it changed to"),
    ] {
        let found = viewer.observe(&[html]);
        assert!(found.iter().any(|found| found.starts_with(sign)), "{html}: {found:#?}");
    }
    for html in [
        "x",
        "<p>a<br><strong><em>b</em></strong></p>",
        "<a href='https://a.example/' title=x rel='noopener noreferrer nofollow'>x</a>",
    ] {
        assert_eq!(viewer.observe(&[html]), Vec::<String>::new(), "{html}");
    }
}

#[test]
fn attack_133_nothing_of_our_own_runs_in_a_browser() {
    attack(payloads::all());
}

#[test]
fn attack_133_nothing_of_bleach_runs_in_a_browser() {
    attack(corpora::bleach());
}

#[test]
fn attack_133_nothing_of_html5lib_runs_in_a_browser() {
    attack(corpora::html5lib());
}

#[test]
fn attack_133_nothing_of_wapiti_runs_in_a_browser() {
    attack(corpora::wapiti());
}

#[test]
fn attack_133_nothing_of_ammonia_runs_in_a_browser() {
    attack(corpora::ammonia());
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}
