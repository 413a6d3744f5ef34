//! HTML that somebody else wrote: kept with the few tags that it may have ([`SanitizedHtml`], [`Clean`]), or shown as the text that it is ([`escape_html`]).
//!
//! Where bleach would clean the body of a handler, the type of a field says it, and there is no way around it:
//!
//! ```
//! use reroute::{html::{SanitizedHtml, escape_html, policy}, prelude::*};
//!
//! /// A post keeps `p`, `br`, `strong`, `em`, and `a` with `href` and `title`.
//! #[input]
//! pub struct NewPost {
//!     content: SanitizedHtml,
//! }
//!
//! // Others are declared in one line.
//! policy!(pub Recipe: h2 p ol ul li em);
//!
//! /// A comment has no HTML: it is escaped, as by Python's `html.escape`.
//! #[input]
//! pub struct NewComment {
//!     comment: String,
//! }
//!
//! #[route]
//! pub struct Comments;
//!
//! #[route]
//! impl Comments {
//!     #[public]
//!     async fn post(&self, Json(new): Json<NewComment>) -> Json<String> {
//!         Json(escape_html(&new.comment))
//!     }
//! }
//!
//! assert_eq!(SanitizedHtml::<Recipe>::new("<h2 onclick=x()>Soup</h2><img src=x>").as_str(), "<h2>Soup</h2>");
//! assert_eq!(escape_html("<b>\"Hi\" & 'you'</b>"), "&lt;b&gt;&quot;Hi&quot; &amp; &#x27;you&#x27;&lt;/b&gt;");
//! ```

mod allowed;
mod clean;
mod markup;
#[macro_use]
mod policy;
mod sanitized;

pub use clean::Clean;
pub use policy::{Basic, Policy, policy};
pub use sanitized::SanitizedHtml;

/// The text with `&`, `<`, `>`, `"` and `'` as entities, as Python's `html.escape` writes them. It may stand between tags and
/// in a quoted attribute; nowhere else, such as inside `<script>`, in a style or as a URL.
///
/// What is escaped already is escaped again: whoever escapes when storing does not escape when showing.
pub fn escape_html(text: &str) -> String {
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
        assert_eq!(escape_html("Grüße, `a` = /b/\0\n\u{a0}"), "Grüße, `a` = /b/\0\n\u{a0}");
        assert_eq!(escape_html("&lt;"), "&amp;lt;");
        assert_eq!(escape_html(""), "");
    }

    proptest! {
        #[test]
        fn what_is_escaped_shows_as_it_was(text in "[ -~\u{a0}-\u{ff}<>&'\";#x]{0,60}") {
            let escaped = escape_html(&text);
            prop_assert!(!escaped.contains(['<', '>', '"', '\'']));
            let shown = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
            prop_assert_eq!(shown.replace("&#x27;", "'").replace("&amp;", "&"), text);
        }
    }
}
