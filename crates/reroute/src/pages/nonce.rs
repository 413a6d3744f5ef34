use base64::{Engine, engine::general_purpose::STANDARD};
use std::fmt;

/// What the scripts and styles of one page prove themselves by, as `nonce="{{ nonce }}"`: 128 random bits in base64 (CSP3, section 7.1).
///
/// A struct of `#[page]` that has one as its field `nonce` sends it in its policy. It is made anew for each answer:
///
/// ```
/// use reroute::pages::Nonce;
///
/// let nonce = Nonce::new();
/// assert_eq!(nonce.to_string().len(), 24);
/// assert_ne!(nonce.to_string(), Nonce::new().to_string());
/// ```
pub struct Nonce(Option<String>);

impl Nonce {
    /// A new one. Where the system has no randomness the page is answered 503.
    #[expect(clippy::new_without_default, reason = "two defaults would differ")]
    pub fn new() -> Self {
        let mut random = [0; 16];
        Self(getrandom::fill(&mut random).is_ok().then(|| STANDARD.encode(random)))
    }

    pub(super) fn header_text(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_deref().unwrap_or_default())
    }
}

/// It consists of what needs no escape.
impl askama::filters::HtmlSafe for Nonce {}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}
