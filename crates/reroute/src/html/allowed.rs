//! What a policy may allow at all.

/// Tags that hold no script, load nothing, take no input, and are parsed alike wherever they stand.
const TAGS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "cite",
    "code",
    "dd",
    "del",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "u",
    "ul",
    "var",
];

/// Attributes that run nothing, style nothing and name nothing: `id` and `name` would hide the page's own objects from its scripts.
const ATTRIBUTES: &[&str] = &["cite", "dir", "href", "lang", "start", "title"];

/// Stops the compiler where a policy names anything else.
pub(super) const fn check(allowed: &[(&str, &[&str])]) {
    let mut tag = 0;
    while tag < allowed.len() {
        let (name, attributes) = allowed[tag];
        assert!(contains(TAGS, name), "a policy can allow only tags that are harmless, in lower case");
        let mut attribute = 0;
        while attribute < attributes.len() {
            assert!(
                contains(ATTRIBUTES, attributes[attribute]),
                "a policy can allow only attributes that are harmless, in lower case"
            );
            attribute += 1;
        }
        tag += 1;
    }
}

const fn contains(names: &[&str], name: &str) -> bool {
    let mut at = 0;
    while at < names.len() {
        if is_same(names[at].as_bytes(), name.as_bytes()) {
            return true;
        }
        at += 1;
    }
    false
}

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}
