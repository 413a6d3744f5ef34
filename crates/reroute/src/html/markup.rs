//! What can be told of HTML without parsing it.

/// Where tags start: each time a `<` stands before a letter, what follows the `<`.
pub(super) fn starts(html: &str) -> impl Iterator<Item = &str> {
    let after = html.match_indices('<').map(|(at, _)| &html[at + 1..]);
    after.filter(|rest| rest.starts_with(|first: char| first.is_ascii_alphabetic()))
}

/// How many tags and attributes start in it, and how many comments and the like.
///
/// A parser may see fewer, in what it takes for text: so of two texts of which one was made of the other, the one that counts less has lost something.
pub(super) fn weight(html: &str) -> usize {
    let mut rest = html;
    let mut weight = 0;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        match rest.bytes().next() {
            Some(b'!' | b'?') => weight += 1,
            Some(first) if first.is_ascii_alphabetic() => {
                let (count, end) = attributes(rest);
                weight += 1 + count;
                rest = &rest[end..];
            }
            _ => {}
        }
    }
    weight
}

/// How many attributes the tag has that `tag` begins with, and where it ends.
fn attributes(tag: &str) -> (usize, usize) {
    let bytes = tag.as_bytes();
    let skip = |from: usize, is_skipped: &dyn Fn(u8) -> bool| {
        bytes[from..].iter().position(|byte| !is_skipped(*byte)).map_or(bytes.len(), |count| from + count)
    };
    let is_space = |byte: u8| byte.is_ascii_whitespace();
    let is_name = |byte: u8| !is_space(byte) && !matches!(byte, b'/' | b'>' | b'=');
    let mut at = skip(0, &|byte| byte == b'=' || is_name(byte));
    let mut count = 0;
    loop {
        at = skip(at, &|byte| is_space(byte) || byte == b'/');
        match bytes.get(at) {
            None => return (count, at),
            Some(b'>') => return (count, at + 1),
            // Even a `=` begins a name where one is awaited.
            Some(_) => count += 1,
        }
        at = skip(skip(at + 1, &is_name), &is_space);
        if bytes.get(at) != Some(&b'=') {
            continue;
        }
        at = skip(at + 1, &is_space);
        at = match bytes.get(at) {
            Some(quote @ (b'"' | b'\'')) => (skip(at + 1, &|byte| byte != *quote) + 1).min(bytes.len()),
            _ => skip(at, &|byte| !is_space(byte) && byte != b'>'),
        };
    }
}

/// Tags without an end.
const VOID: [&str; 2] = ["br", "hr"];

/// Tags before which a parser ends an open paragraph.
const BLOCKS: [&str; 16] =
    ["blockquote", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "ul"];

/// Tags that a parser does not leave in one of the same group.
const GROUPS: [&[&str]; 5] = [&["a"], &["p"], &["li"], &["dd", "dt"], &["h1", "h2", "h3", "h4", "h5", "h6"]];

/// Whether a parser reads this text, which a cleaner has written, as the tree that it was written from, so that to clean it again changes nothing. It says no
/// where it does not know.
pub(super) fn is_settled(cleaned: &str) -> bool {
    // A parser makes a line feed of one, and something else of the other.
    if cleaned.contains(['\r', '\0']) {
        return false;
    }
    let mut open: Vec<&str> = Vec::new();
    let mut rest = cleaned;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let Some(end) = tag_end(rest) else { return false };
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return false;
            }
            continue;
        }
        let name = tag.split(' ').next().unwrap_or_default();
        if !may_stand_in(name, &open) {
            return false;
        }
        if !VOID.contains(&name) {
            open.push(name);
        }
    }
    open.is_empty()
}

/// Where the `>` of the tag stands: not the one of a value, which a cleaner writes in double quotes.
fn tag_end(tag: &str) -> Option<usize> {
    let mut is_quoted = false;
    tag.bytes().position(|byte| {
        is_quoted ^= byte == b'"';
        byte == b'>' && !is_quoted
    })
}

fn may_stand_in(name: &str, open: &[&str]) -> bool {
    let ends_paragraph = BLOCKS.contains(&name) && open.contains(&"p");
    let group = GROUPS.iter().find(|group| group.contains(&name));
    !ends_paragraph && !group.is_some_and(|group| open.iter().any(|tag| group.contains(tag)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_attributes_and_comments_weigh() {
        for (html, expected) in [
            ("", 0),
            ("1 < 2 > 3 <3 </p>", 0),
            ("<p>", 1),
            ("<P CLASS=x id = 'y>' checked>a<br/>", 5),
            ("<a href=\"x>y\" title=z>", 3),
            ("<a/href=x/onclick=y>", 2),
            ("<p =x>", 2),
            ("<!-- a --><?b?><!DOCTYPE html>", 3),
            ("<p a", 2),
            ("<p a='", 2),
        ] {
            assert_eq!(weight(html), expected, "{html}");
        }
    }

    #[test]
    fn what_a_parser_would_move_is_not_settled() {
        for html in ["", "a &lt; b", "<p>a<br>b</p><p>c</p>", "<em><strong>a</strong></em>", "<a title=\"a>b\">c</a>"] {
            assert!(is_settled(html), "{html}");
        }
        for html in [
            "<p>",
            "<p><em></p></em>",
            "<p><p></p></p>",
            "<p><em><div></div></em></p>",
            "<a><em><a></a></em></a>",
            "a\rb",
        ] {
            assert!(!is_settled(html), "{html}");
        }
    }
}
