//! HTML that somebody else wrote: kept with the few tags that it may have ([`Clean`]), or shown as the text that it is ([`escape`]).
//!
//! ```
//! use reroute::html::{Clean, escape};
//!
//! static CONTENT: Clean = Clean::new(&[("p", &[]), ("em", &[]), ("a", &["href", "title"])]);
//!
//! assert_eq!(CONTENT.clean("<p onclick=x()>Hi <b>you</b><script>x()</script></p>"), "<p>Hi you</p>");
//! assert_eq!(escape("<b>\"Hi\" & 'you'</b>"), "&lt;b&gt;&quot;Hi&quot; &amp; &#x27;you&#x27;&lt;/b&gt;");
//! ```

mod allowed;
mod clean;

pub use clean::Clean;

/// The text with `&`, `<`, `>`, `"` and `'` as entities, as Python's `html.escape` writes them. It may stand between tags and
/// in a quoted attribute; nowhere else, such as inside `<script>`, in a style or as a URL.
///
/// What is escaped already is escaped again: whoever escapes when storing does not escape when showing.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#x27;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_else_is_escaped() {
        assert_eq!(escape("Grüße, `a` = /b/\0\n\u{a0}"), "Grüße, `a` = /b/\0\n\u{a0}");
        assert_eq!(escape("&lt;"), "&amp;lt;");
        assert_eq!(escape(""), "");
    }

    proptest! {
        #[test]
        fn what_is_escaped_shows_as_it_was(text in "[ -~\u{a0}-\u{ff}<>&'\";#x]{0,60}") {
            let escaped = escape(&text);
            prop_assert!(!escaped.contains(['<', '>', '"', '\'']));
            let shown = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
            prop_assert_eq!(shown.replace("&#x27;", "'").replace("&amp;", "&"), text);
        }
    }
}
