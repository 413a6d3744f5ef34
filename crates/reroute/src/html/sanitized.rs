use super::{Basic, Policy};
use crate::params::{
    Output,
    input::{At, Input, Reading, Schema, Schemas, rules::Length},
};
use serde::{Deserializer, Serialize, Serializer};
use std::{borrow::Borrow, fmt, marker::PhantomData};

/// HTML that somebody sent, cleaned by a [`Policy`] before anybody sees it: the type of a field that may hold some. It may be stored and shown as it is.
///
/// `min_length` and `max_length` hold for what was written, not for what is left of it, which may be nothing. Where something was taken out, the security
/// log is told (`input_sanitized`), with the name of the field and nothing of what stood there.
///
/// ```
/// use reroute::{html::SanitizedHtml, prelude::*};
///
/// #[input]
/// pub struct NewPost {
///     #[field(min_length = 1, max_length = 20_000)]
///     content: SanitizedHtml, // `p`, `br`, `strong`, `em`, and `a` with `href` and `title`
/// }
///
/// let body = br#"{"content": "<p style='x'>Hi <a href='javascript:x()'>you</a></p>"}"#;
/// let post: NewPost = reroute::params::from_json(body)?;
/// assert_eq!(post.content.as_str(), r#"<p>Hi <a rel="noopener noreferrer nofollow">you</a></p>"#);
/// # Ok::<_, reroute::Error>(())
/// ```
pub struct SanitizedHtml<P = Basic> {
    html: String,
    /// How many characters were written.
    written: usize,
    by: PhantomData<fn() -> P>,
}

impl<P: Policy> SanitizedHtml<P> {
    /// What the policy leaves of `html`.
    pub fn new(html: &str) -> Self {
        Self { html: P::clean().clean(html), written: html.chars().count(), by: PhantomData }
    }
}

impl<P> SanitizedHtml<P> {
    /// The clean HTML.
    pub fn as_str(&self) -> &str {
        &self.html
    }

    /// The clean HTML, to be stored.
    pub fn into_string(self) -> String {
        self.html
    }
}

impl<P: Policy> Input for SanitizedHtml<P> {
    fn read<'de, D: Deserializer<'de>>(
        source: D,
        at: &At<'_>,
        reading: &mut Reading,
    ) -> Result<Option<Self>, D::Error> {
        let Some(written) = String::read(source, at, reading)? else { return Ok(None) };
        let clean = Self::new(&written);
        if P::clean().has_lost(&written, &clean.html) {
            reading.sanitized(at);
        }
        Ok(Some(clean))
    }

    fn schema(schemas: &mut Schemas) -> Schema {
        String::schema(schemas)
    }
}

impl<P> Length for SanitizedHtml<P> {
    const UNIT: &'static str = String::UNIT;

    fn length(&self) -> usize {
        self.written
    }
}

impl<P> Output for SanitizedHtml<P> {}

impl<P> Serialize for SanitizedHtml<P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.html)
    }
}

/// A template shows it as the HTML that it is.
#[cfg(feature = "pages")]
impl<P> askama::filters::HtmlSafe for SanitizedHtml<P> {}

/// For rules of an application that look at the text.
impl<P> Borrow<str> for SanitizedHtml<P> {
    fn borrow(&self) -> &str {
        &self.html
    }
}

impl<P> From<SanitizedHtml<P>> for String {
    fn from(clean: SanitizedHtml<P>) -> Self {
        clean.html
    }
}

impl<P> Clone for SanitizedHtml<P> {
    fn clone(&self) -> Self {
        Self { html: self.html.clone(), written: self.written, by: PhantomData }
    }
}

impl<P> PartialEq for SanitizedHtml<P> {
    fn eq(&self, other: &Self) -> bool {
        self.html == other.html
    }
}

impl<P> fmt::Debug for SanitizedHtml<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SanitizedHtml").field(&self.html).finish()
    }
}

impl<P> fmt::Display for SanitizedHtml<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.html)
    }
}
