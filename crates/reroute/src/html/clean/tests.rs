use super::*;
use proptest::{prelude::*, sample::select};

static CONTENT: Clean = Clean::new(&[("p", &[]), ("br", &[]), ("strong", &[]), ("em", &[]), ("a", &["href", "title"])]);

#[test]
fn what_is_allowed_stays() {
    for text in ["", "Plain.", "<p>One<br>two</p>", "<strong>A</strong> &amp; <em>b</em> &lt; c", "Grüße, \u{1F600}"]
    {
        assert_eq!(CONTENT.clean(text), text);
    }
    assert_eq!(
        CONTENT.clean("<a href=\"https://example.com/?a=1&amp;b=2\" title=\"&quot;\" target=_blank>x</a>"),
        "<a href=\"https://example.com/?a=1&amp;b=2\" title=\"&quot;\" rel=\"noopener noreferrer nofollow\">x</a>"
    );
}

#[test]
fn everything_else_goes() {
    for (html, left) in [
        ("<script>x()</script>a<style>b{}</style>", "a"),
        ("<P CLASS=x STYLE=y ONCLICK=z ID=i>a</P>", "<p>a</p>"),
        // Harmless, and not allowed here.
        ("<p title=x lang=en>a<br title=y lang=de></p>", "<p>a<br></p>"),
        ("a<!-- b --><?c?><!DOCTYPE html>d", "ad"),
        ("<div><b>a</b></div><img src=x onerror=y>", "a"),
        ("<p>a\0b", "<p>ab</p>"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("<iframe srcdoc='<script>x()</script>'></iframe><form action=/x><input name=y>z</form>", "z"),
    ] {
        assert_eq!(CONTENT.clean(html), left, "{html}");
    }
}

#[test]
fn a_link_leads_to_the_web_or_to_a_mailbox() {
    for url in ["http://example.com/", "HTTPS://example.com", "mailto:ada@example.com"] {
        assert!(CONTENT.clean(&format!("<a href=\"{url}\">x</a>")).contains(" href="), "{url}");
    }
    for url in [
        "javascript:x()",
        "JaVaScRiPt:x()",
        " javascript:x()",
        "java\tscript:x()",
        "java\nscript:x()",
        "java\0script:x()",
        "\u{1}javascript:x()",
        "&#106;avascript:x()",
        "&#x6A&#x61vascript&colon;x()",
        "java&Tab;script:x()",
        "java&NewLine;script:x()",
        "vbscript:x()",
        "data:text/html,<script>x()</script>",
        "blob:https://example.com/x",
        "file:///etc/passwd",
        "feed:javascript:x()",
        "view-source:https://example.com",
        "//example.com",
        "/x",
        "x",
        "#x",
        "?x",
        "",
        "http:",
        "\\\\example.com",
    ] {
        assert_eq!(
            CONTENT.clean(&format!("<a href=\"{url}\">x</a>")),
            "<a rel=\"noopener noreferrer nofollow\">x</a>",
            "{url:?}"
        );
    }
}

/// What the texts of the property are put together from.
const PARTS: &[&str] = &[
    "<p>",
    "</p>",
    "<br>",
    "</br>",
    "<em>",
    "</em>",
    "<strong title=x>",
    "</strong>",
    "<a href=https://a.example>",
    "</a>",
    "<a title='\"><script>'>",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "<svg>",
    "</svg>",
    "<math>",
    "<mtext>",
    "<mglyph>",
    "</math>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<select>",
    "<option>",
    "</select>",
    "<button>",
    "<marquee>",
    "<template>",
    "</template>",
    "<noscript>",
    "<textarea>",
    "</textarea>",
    "<title>",
    "<iframe>",
    "<xmp>",
    "<plaintext>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<foreignObject>",
    "<desc>",
    "<annotation-xml encoding=text/html>",
    "<form>",
    "</form>",
    "<li>",
    "<img src=x onerror=x()>",
    "&lt;",
    "&amp;",
    "&",
    "\u{feff}",
    "&#xFEFF;",
    " rel=\"noopener noreferrer nofollow\"",
    "\"",
    "'",
    ">",
    "<",
    "\0",
    "\r",
    "\n",
    "x",
];

/// Tags that end, move or repeat each other where they are nested.
const NESTED: &[&str] = &[
    "<a href=https://a.example>",
    "</a>",
    "<b>",
    "</b>",
    "<blockquote>",
    "<br>",
    "<code>",
    "<dd>",
    "<div dir=rtl>",
    "</div>",
    "<dl>",
    "<dt>",
    "<em>",
    "</em>",
    "<h1>",
    "<h2>",
    "</h1>",
    "<hr>",
    "<li>",
    "</li>",
    "<ol start=2>",
    "</ol>",
    "<p lang=de>",
    "</p>",
    "<s>",
    "<small>",
    "<span>",
    "</span>",
    "<strong>",
    "</strong>",
    "<table>",
    "<td>",
    "<u>",
    "<ul>",
    "</ul>",
    "&#13;",
    "&nbsp;",
    "x",
    "\r\n",
];

/// Mutations that other cleaners fell for, and a paragraph in a paragraph.
const MUTANTS: [&str; 12] = [
    "<svg></p><style><a title=\"</style><img src=x onerror=x()>\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror=x()&gt;\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=x()>",
    "<math><annotation-xml encoding=\"text/html\"><style><img src=x onerror=x()></style></annotation-xml></math>",
    "<svg><desc><style><p title=\"</style><img src=x onerror=x()>\">",
    "<noscript><p title=\"</noscript><img src=x onerror=x()>\">",
    "<select><noembed></select><script>x()</script></noembed>",
    "<select><selectedcontent><button><p><option><p>x",
    "<template><p><svg><script>x()</script></template>",
    "<textarea><p title=\"</textarea><img src=x onerror=x()>\">",
    "<p><marquee><p>x<button><p>y",
    "<table><a href=https://a.example>1<tr><td><a href=https://b.example>2</a></table><a>3",
];

#[track_caller]
fn is_clean(html: &str) -> Result<(), TestCaseError> {
    let cleaned = CONTENT.clean(html);
    let _ = CONTENT.has_lost(html, &cleaned);
    prop_assert_eq!(&CONTENT.clean(&cleaned), &cleaned, "{}", html);
    for (at, _) in cleaned.match_indices('<') {
        let tag = cleaned[at + 1..].trim_start_matches('/');
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
        prop_assert!(["p", "br", "strong", "em", "a"].contains(&&tag[..end]), "{} in {}", tag, cleaned);
        let attributes = tag[end..].split_once('>').map_or("", |(attributes, _)| attributes);
        let is_known = ["", " href=\"", " title=\"", " rel=\"noopener noreferrer nofollow\""];
        prop_assert!(is_known.iter().any(|known| attributes.starts_with(known)), "{} in {}", attributes, cleaned);
    }
    Ok(())
}

/// Every tag and attribute that a policy can have.
static ALL: Clean = Clean::new(&[
    ("a", &["href", "title"]),
    ("abbr", &["title"]),
    ("b", &[]),
    ("blockquote", &["cite"]),
    ("br", &[]),
    ("code", &[]),
    ("dd", &[]),
    ("div", &["dir"]),
    ("dl", &[]),
    ("dt", &[]),
    ("em", &[]),
    ("h1", &[]),
    ("h2", &[]),
    ("hr", &[]),
    ("i", &[]),
    ("li", &[]),
    ("ol", &["start"]),
    ("p", &["lang"]),
    ("s", &[]),
    ("small", &[]),
    ("span", &[]),
    ("strong", &[]),
    ("u", &[]),
    ("ul", &[]),
]);

#[test]
fn mutants_stay_clean() {
    for html in MUTANTS {
        is_clean(html).unwrap_or_else(|error| panic!("{error}"));
        assert!(!CONTENT.clean(html).contains("<img"), "{html}");
    }
}

#[test]
fn what_was_taken_out_is_noticed_and_what_was_written_otherwise_is_not() {
    for html in [
        "<P>Hi & you<BR/>",
        "a < b",
        "<p>a<p>b",
        "<a href='http://a.example' title=x>y</a>",
        "<em>a",
        "1 &#13; 2 <3",
        "& rel=\"noopener noreferrer nofollow\"",
    ] {
        assert!(!CONTENT.has_lost(html, &CONTENT.clean(html)), "{html}");
    }
    for html in [
        "<b>a</b>",
        "<p class=x>a</p>",
        "<a href=javascript:x()>a</a>",
        "a<!-- b -->",
        "<p>a<script>b</script></p>",
        "<a href=\"http://a.example\" onclick=x()>y</a>",
        "<p a",
        "<?php x()?>",
        "</p><script>x()</script>",
        "</p></p></p><p onclick=x()>a",
        " rel=\"noopener noreferrer nofollow\" rel=\"noopener noreferrer nofollow\"<script>x()</script>",
    ] {
        assert!(CONTENT.has_lost(html, &CONTENT.clean(html)), "{html}");
    }
    assert!(CONTENT.has_lost(&"<p>".repeat(100_000), &"&lt;p&gt;".repeat(100_000)));
}

#[test]
fn attack_133_what_a_parser_would_work_long_on_comes_out_as_text() {
    let deep = |tag: &str| tag.repeat(100_000);
    let unlike = |tag: &str, count: usize| (0..count).map(|nth| format!("<{tag} title={nth}>")).collect::<String>();
    let wide = |count: usize| format!("<b {}>", (0..count).map(|nth| format!("a{nth} ")).collect::<String>());
    for html in [
        deep("<p>"),
        deep("<div>"),
        deep("<table><td>"),
        deep("x<b>"),
        unlike("em", 50_000),
        // Each paragraph that ends has all emphases opened again, with their attributes.
        "<p>".to_owned() + &unlike("b", 490) + &"<p>x".repeat(490),
        "<p>".to_owned() + &unlike("B", 200) + &"<p>x".repeat(200),
        // The same, behind what looks like the start of a value, in what a parser takes for text.
        "<style><x y='</style><p>".to_owned() + &unlike("b", 490) + &"<p>x".repeat(490),
        "<!--<x y='--><p>".to_owned() + &unlike("b", 490) + &"<p>x".repeat(490),
        wide(65),
        wide(20_000),
        format!("<p title='{}'>x", "x".repeat(10_000)),
        format!("<p>{}", "x".repeat(300_000)),
    ] {
        is_clean(&html).unwrap_or_else(|error| panic!("{error:.200}"));
        assert_eq!(CONTENT.clean(&html), as_text(&CONTENT.policy(), &html), "{html:.80}");
        assert!(CONTENT.has_lost(&html, &CONTENT.clean(&html)), "{html:.80}");
    }
    for tag in ["<p>", "</p>"] {
        assert_eq!(CONTENT.clean(&deep(tag)), deep(&tag.replace('<', "&lt;").replace('>', "&gt;")));
    }
}

#[test]
fn attack_133_what_is_still_parsed_stays_small() {
    let unlike = |tag: &str, count: usize| (0..count).map(|nth| format!("<{tag} title={nth}>")).collect::<String>();
    static EMPHASIS: Clean = Clean::new(&[("p", &[]), ("b", &["title"]), ("em", &["title"])]);
    let most = (1..1000).rev().find(|count| {
        let html = "<p>".to_owned() + &unlike("b", *count) + &"<p>x".repeat(*count);
        !markup::is_costly(&html)
    });
    let most = most.expect("few are parsed");
    let cleaned = EMPHASIS.clean(&("<p>".to_owned() + &unlike("b", most) + &"<p>x".repeat(most)));
    assert!(most > 50 && cleaned.matches("<b").count() < 30_000, "{most}");
    // What people write is far from it.
    let post = "<p>A <b>bold</b> <i>word</i>, <strong>more</strong> and <a href=\"https://a.example/\">a link</a>.</p>"
        .repeat(190);
    assert!(!markup::is_costly(&post));
}

#[test]
fn a_byte_order_mark_does_not_stay() {
    for html in ["\u{feff}\u{feff}\u{feff}a", "&#xFEFF;&#xFEFF;<b>a", "\u{feff}&#xFEFF;\u{feff}<p>a</p>"] {
        is_clean(html).unwrap_or_else(|error| panic!("{error}"));
        assert!(!CONTENT.clean(html).starts_with('\u{feff}'), "{html}");
    }
    assert_eq!(CONTENT.clean("a\u{feff}"), "a\u{feff}");
}

proptest! {
    #[test]
    fn whatever_comes_is_cleaned_once_and_for_all(parts in prop::collection::vec(select(PARTS), 0..12)) {
        is_clean(&parts.concat())?;
    }

    /// Also where a look at it was enough to know that it stays.
    #[test]
    fn what_any_policy_leaves_stays(parts in prop::collection::vec(select(NESTED), 0..16)) {
        let cleaned = ALL.clean(&parts.concat());
        prop_assert_eq!(ALL.clean(&cleaned), cleaned);
    }

    #[test]
    fn any_text_is_cleaned(text in "\\PC{0,80}") {
        is_clean(&text)?;
    }
}
