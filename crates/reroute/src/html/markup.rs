//! What can be told of HTML without parsing it.

use super::clean::Allowed;

/// How many tags a text may open. A parser may repeat each tag that is open at each tag that follows, so its work grows with their square.
const MOST_TAGS: usize = 1000;

/// How many attributes one tag may have: each is compared with those before it.
const MOST_ATTRIBUTES: usize = 64;

/// How long one tag may be, in bytes.
const LONGEST_TAG: usize = 8 * 1024;

/// How long a text with tags may be, in bytes.
const LONGEST: usize = 256 * 1024;

/// How much of tags that a parser repeats may be repeated in all, in tags and attributes.
const MOST_REPEATED: usize = 30_000;

/// Tags that a parser opens again after whatever closed them, with their attributes: at most three that are equal
/// (HTML, "the list of active formatting elements"). An `a` ends the one before it.
const REPEATED: [&str; 13] =
    ["b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// Whether a parser would work long on it.
///
/// Every `<` before a letter is taken for the start of a tag, also where it stands in a value, a comment or a script: what looks like one of these may be none.
pub(super) fn is_costly(html: &str) -> bool {
    cheap_tags(html).is_none()
}

/// How many tags start in it, if a parser would not work long on it.
pub(super) fn cheap_tags(html: &str) -> Option<usize> {
    if html.len() > LONGEST {
        return (!html.contains('<')).then_some(0);
    }
    let (mut count, mut repeated, mut seen) = (0, 0, Vec::new());
    for (at, _) in html.match_indices('<') {
        let Some(tag) = Tag::at_start(&html[at + 1..]) else { continue };
        count += 1;
        if count > MOST_TAGS || tag.count > MOST_ATTRIBUTES || tag.text.len() > LONGEST_TAG {
            return None;
        }
        if is_repeated(tag.name()) && !seen.contains(&tag.text) {
            seen.push(tag.text);
            repeated += 1 + tag.count;
        }
    }
    (count * repeated <= MOST_REPEATED).then_some(count)
}

fn is_repeated(name: &str) -> bool {
    // The longest of them; most names are longer, or stand for themselves.
    name.len() <= 6 && REPEATED.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Whether something of `html` is not in what a cleaner that keeps what is `allowed` made of it: a tag, an attribute or a comment.
///
/// What a parser repeats counts for what was there, so that a link that lost its address may go unnoticed beside a repeated attribute; nothing else does.
pub(super) fn has_lost(html: &str, cleaned: &str, allowed: &[Allowed]) -> bool {
    let (mut before, mut after) = (0, 0);
    for part in Parts(html) {
        let Part::Tag(tag) = part else { return true };
        let Some((_, names)) = allowed.iter().find(|(name, _)| tag.name().eq_ignore_ascii_case(name)) else {
            return true;
        };
        for attribute in tag.attributes() {
            if !names.iter().any(|name| attribute.eq_ignore_ascii_case(name)) {
                return true;
            }
            before += 1;
        }
    }
    for part in Parts(cleaned) {
        if let Part::Tag(tag) = part {
            after += tag.attributes().filter(|name| *name != "rel").count();
        }
    }
    before > after
}

/// The tags that start in a text, and its comments and the like.
struct Parts<'a>(&'a str);

enum Part<'a> {
    Tag(Tag<'a>),
    /// A comment, a doctype or a processing instruction.
    Other,
}

/// A start tag, from its name to its `>`.
struct Tag<'a> {
    text: &'a str,
    /// How long its name is.
    name: usize,
    /// How many attributes it has.
    count: usize,
}

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        loop {
            let (_, rest) = self.0.split_once('<')?;
            self.0 = rest;
            if rest.starts_with(['!', '?']) {
                return Some(Part::Other);
            }
            if let Some(tag) = Tag::at_start(rest) {
                self.0 = &rest[tag.text.len()..];
                return Some(Part::Tag(tag));
            }
        }
    }
}

impl<'a> Tag<'a> {
    /// The one that stands at the start of this text, behind its `<`: up to its `>`, or its end where that is too far.
    fn at_start(text: &'a str) -> Option<Self> {
        if !text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) {
            return None;
        }
        let name = skip(text, 0, |byte| !is_space(byte) && !matches!(byte, b'/' | b'>'));
        let (mut attributes, mut count) = (Attributes { tag: text, at: name }, 0);
        while attributes.at <= LONGEST_TAG && attributes.next().is_some() {
            count += 1;
        }
        Some(Self { text: &text[..attributes.at], name, count })
    }

    fn name(&self) -> &'a str {
        &self.text[..self.name]
    }

    fn attributes(&self) -> Attributes<'a> {
        Attributes { tag: self.text, at: self.name }
    }
}

/// The names of a tag's attributes.
struct Attributes<'a> {
    tag: &'a str,
    /// Once all are read, where the tag ends.
    at: usize,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let (tag, bytes) = (self.tag, self.tag.as_bytes());
        let start = skip(tag, self.at, |byte| is_space(byte) || byte == b'/');
        if start == bytes.len() || bytes[start] == b'>' {
            self.at = start;
            return None;
        }
        // Even a `=` begins a name where one is awaited.
        let end = skip(tag, start + 1, |byte| !is_space(byte) && !matches!(byte, b'/' | b'>' | b'='));
        self.at = skip(tag, end, is_space);
        if bytes.get(self.at) == Some(&b'=') {
            let value = skip(tag, self.at + 1, is_space);
            self.at = match bytes.get(value) {
                Some(quote @ (b'"' | b'\'')) => (skip(tag, value + 1, |byte| byte != *quote) + 1).min(bytes.len()),
                _ => skip(tag, value, |byte| !is_space(byte) && byte != b'>'),
            };
        }
        Some(tag.get(start..end).unwrap_or_default())
    }
}

fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace()
}

/// The first place from `from` on where something else stands.
fn skip(text: &str, from: usize, is_skipped: impl Fn(u8) -> bool) -> usize {
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    rest.iter().position(|byte| !is_skipped(*byte)).map_or(text.len(), |count| from + count)
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
///
/// `tags` is how many started in what it was made of: with no more than these it costs no more to clean, since a cleaner takes attributes away.
pub(super) fn is_settled(cleaned: &str, mut tags: usize) -> bool {
    // A parser makes a line feed of one, and something else of the other.
    if cleaned.len() > LONGEST || cleaned.as_bytes().contains(&b'\r') || cleaned.as_bytes().contains(&0) {
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
        let Some(left) = tags.checked_sub(1).filter(|_| tag.len() < LONGEST_TAG) else { return false };
        tags = left;
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
    fn tags_and_attributes_are_seen_as_a_parser_sees_them() {
        for (html, expected) in [
            ("", vec![]),
            ("1 < 2 > 3 <3 </p>", vec![]),
            ("<p>", vec!["p"]),
            ("<P CLASS=x id = 'y>' checked>a<br/>", vec!["P", "CLASS", "id", "checked", "br"]),
            ("<a href=\"x>y\" title=z>", vec!["a", "href", "title"]),
            ("<a/href=x/onclick=y>", vec!["a", "href"]),
            ("<a/href/onclick=y>", vec!["a", "href", "onclick"]),
            ("<p =x>", vec!["p", "=x"]),
            ("<!-- a --><?b?><!DOCTYPE html>", vec!["!", "!", "!"]),
            ("<p a", vec!["p", "a"]),
            ("<p a='", vec!["p", "a"]),
            ("<\u{e9}><p\u{e9} \u{e9}=\u{e9}>", vec!["p\u{e9}", "\u{e9}"]),
        ] {
            let seen = Parts(html).flat_map(|part| match part {
                Part::Tag(tag) => std::iter::once(tag.name()).chain(tag.attributes()).collect(),
                Part::Other => vec!["!"],
            });
            assert_eq!(seen.collect::<Vec<_>>(), expected, "{html}");
        }
    }

    #[test]
    fn what_a_parser_would_move_is_not_settled() {
        for html in ["", "a &lt; b", "<p>a<br>b</p><p>c</p>", "<em><strong>a</strong></em>", "<a title=\"a>b\">c</a>"] {
            assert!(is_settled(html, 9), "{html}");
        }
        for html in [
            "<p>",
            "<p><em></p></em>",
            "<p><p></p></p>",
            "<p><em><div></div></em></p>",
            "<a><em><a></a></em></a>",
            "a\rb",
        ] {
            assert!(!is_settled(html, 9), "{html}");
        }
    }
}
