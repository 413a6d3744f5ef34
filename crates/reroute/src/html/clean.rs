use super::{allowed, markup};
use ammonia::{Builder, UrlRelative};
use std::{
    collections::{HashMap, HashSet},
    sync::OnceLock,
};

/// How often a text is cleaned until it stays as it is.
const ROUNDS: usize = 4;

/// What each link says of the page that it leads to.
const REL: &str = "noopener noreferrer nofollow";

const BYTE_ORDER_MARK: char = '\u{feff}';

/// A tag, and the attributes that it may have.
pub(super) type Allowed = (&'static str, &'static [&'static str]);

/// Which tags and attributes a text of somebody else's may keep. Everything else is taken out: of other tags what stands
/// between them stays, of `script` and `style` nothing.
///
/// * A link leads to an `http`, `https` or `mailto` URL, or loses it; relative ones are none. Each gets
///   `rel="noopener noreferrer nofollow"`.
/// * What comes out is well-formed and stays the same when it is cleaned again, so that a browser sees what was checked.
/// * It never fails and never takes long. A text is nothing that a person wrote if it opens more than 1000 tags, has more than 64 attributes in one, is
///   longer than 256 KiB and has any, or would have a parser repeat very many of them: it comes out as text, with its tags to be seen.
/// * It is for what stands between tags of a page. What comes out must not be changed before it is shown.
///
/// As the type of an input it is [`SanitizedHtml`](super::SanitizedHtml).
///
/// A policy is a constant, and what may do harm in it does not compile:
///
/// ```compile_fail
/// static CONTENT: reroute::html::Clean = reroute::html::Clean::new(&[("script", &[])]);
/// ```
///
/// ```compile_fail
/// static CONTENT: reroute::html::Clean = reroute::html::Clean::new(&[("p", &["onclick"])]);
/// ```
pub struct Clean {
    allowed: &'static [Allowed],
    policy: OnceLock<Builder<'static>>,
}

impl Clean {
    /// The policy that keeps these tags, each with these attributes.
    ///
    /// # Panics
    ///
    /// When a tag or an attribute may do harm; in a `static` this is an error of the compiler.
    pub const fn new(allowed: &'static [Allowed]) -> Self {
        allowed::check(allowed);
        Self { allowed, policy: OnceLock::new() }
    }

    /// What is left of `html`.
    pub fn clean(&self, html: &str) -> String {
        let policy = self.policy.get_or_init(|| self.policy());
        let Some(tags) = markup::cheap_tags(html) else { return as_text(policy, html) };
        let mut cleaned = parsed(policy, html);
        if cleaned == html {
            return cleaned;
        }
        // What is stripped may leave others where a browser would not keep them, such as a paragraph in a paragraph.
        for _ in 1..ROUNDS {
            if markup::is_settled(&cleaned, tags) {
                return cleaned;
            }
            // An end without a start may have made tags that were not there.
            if markup::is_costly(&cleaned) {
                break;
            }
            let again = parsed(policy, &cleaned);
            if again == cleaned {
                return cleaned;
            }
            cleaned = again;
        }
        as_text(policy, html)
    }

    /// Whether `html` lost something when it became `cleaned`. What was too costly to clean came out as text.
    pub(super) fn has_lost(&self, html: &str, cleaned: &str) -> bool {
        cleaned != html && (markup::is_costly(html) || markup::has_lost(html, cleaned, self.allowed))
    }

    fn policy(&self) -> Builder<'static> {
        let mut policy = Builder::empty();
        policy
            .tags(self.allowed.iter().map(|(tag, _)| *tag).collect())
            .tag_attributes(
                self.allowed
                    .iter()
                    .map(|(tag, names)| (*tag, names.iter().copied().collect()))
                    .collect::<HashMap<_, _>>(),
            )
            // Those that would be kept on every tag, `title` and `lang`, are named like all others.
            .generic_attributes(HashSet::new())
            .clean_content_tags(HashSet::from(["script", "style"]))
            .url_schemes(HashSet::from(["http", "https", "mailto"]))
            .url_relative(UrlRelative::Deny)
            .link_rel(Some(REL));
        policy
    }
}

/// What the policy makes of `html`. A parser takes a mark at the beginning for one of the byte order.
fn parsed(policy: &Builder<'_>, html: &str) -> String {
    let cleaned = policy.clean(html).to_string();
    match cleaned.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => rest.trim_start_matches(BYTE_ORDER_MARK).to_owned(),
        None => cleaned,
    }
}

/// `html` with its tags to be seen.
fn as_text(policy: &Builder<'_>, html: &str) -> String {
    parsed(policy, &html.replace('<', "&lt;"))
}

#[cfg(test)]
mod tests;
