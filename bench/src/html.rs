//! Cleaning the HTML of a post, beside ammonia alone with the same policy.

use crate::{
    Result,
    report::{Row, Target, median, progress},
};
use ammonia::{Builder, UrlRelative};
use reroute::html::{Basic, SanitizedHtml};
use std::{
    collections::{HashMap, HashSet},
    hint::black_box,
    time::Instant,
};

/// How long a post is, in bytes.
const LENGTH: usize = 10 << 10;

/// How often each is cleaned for a figure, and how many figures there are of each.
const REPEATS: usize = 40;
const ROUNDS: usize = 41;

/// What posts consist of: as an editor writes them, and as somebody who tries.
const HONEST: &str = "<p>A <strong>post</strong> of some length, with <a href=\"https://example.com/?a=1&amp;b=2\" title=\"a link\">a link</a> \
    and <em>more</em>.<br>Second line &amp; so on, without any tag for a while, as people write.</p>";
const FORGED: &str = "<p onclick=x()>A <b style='a:b'>post</b> <img src=x onerror=x()><script>x()</script> with \
    <a href=javascript:x()>a link</a><!-- and --> <svg><style>more</style></svg>, without any tag for a while.";

/// Measures both kinds of posts.
///
/// # Errors
///
/// When the two do not make the same of a post.
pub fn measure() -> Result<Vec<Row>> {
    progress("cleans posts");
    Ok(vec![compare("as an editor writes it", HONEST)?, compare("with scripts and handlers", FORGED)?])
}

fn compare(what: &str, part: &str) -> Result<Row> {
    let post = part.repeat(LENGTH / part.len());
    let ammonia = policy();
    if ammonia.clean(&post).to_string() != SanitizedHtml::<Basic>::new(&post).as_str() {
        return Err("the two clean otherwise".into());
    }
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(microseconds(|| drop(black_box(SanitizedHtml::<Basic>::new(black_box(&post))))));
        theirs.push(microseconds(|| drop(black_box(ammonia.clean(black_box(&post)).to_string()))));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    let what = format!("html: cleaning a post of 10 KiB {what} / ammonia alone");
    Ok(Row::ratio(what, format!("{ours:.0} µs / {theirs:.0} µs"), ours / theirs, Some(Target::AtMost(1.1))))
}

fn microseconds(mut clean: impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..REPEATS {
        clean();
    }
    start.elapsed().as_secs_f64() * 1e6 / REPEATS as f64
}

/// The same policy, by hand.
fn policy() -> Builder<'static> {
    let mut policy = Builder::empty();
    policy
        .tags(HashSet::from(["p", "br", "strong", "em", "a"]))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href", "title"]))]))
        .clean_content_tags(HashSet::from(["script", "style"]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"));
    policy
}
