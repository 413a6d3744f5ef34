//! What stands behind a directive of `content-security-policy`.

use super::HeaderError;
use std::{borrow::Cow, fmt, str::FromStr};

/// The placeholder that a nonce takes the place of.
pub(super) const PLACEHOLDER: &str = "{nonce}";

const KEYWORDS: [Source; 9] = [
    Source::NONE,
    Source::SELF,
    Source::STRICT_DYNAMIC,
    Source::REPORT_SAMPLE,
    Source::WASM_UNSAFE_EVAL,
    Source::UNSAFE_INLINE,
    Source::UNSAFE_EVAL,
    Source::UNSAFE_HASHES,
    Source::INLINE_SPECULATION_RULES,
];

/// Digests and how many base64 digits they have, padding aside.
const HASHES: [(&str, usize); 3] = [("sha256-", 43), ("sha384-", 64), ("sha512-", 86)];

/// A source expression (CSP3, section 2.3.1): a keyword, the nonce, a hash, a scheme such as `data:`, or a host such as
/// `https://cdn.example.com/scripts/`, `*.example.com` or `localhost:3000`.
///
/// ```
/// use reroute_core::headers::Source;
///
/// assert_eq!("'self'".parse(), Ok(Source::SELF));
/// assert_eq!("https://cdn.example.com".parse::<Source>()?.to_string(), "https://cdn.example.com");
/// let error = "self".parse::<Source>().unwrap_err().to_string();
/// assert_eq!(error, "`self`: it would be taken for a host. Write `'self'`");
/// # Ok::<(), reroute_core::headers::HeaderError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Source(Cow<'static, str>);

impl Source {
    /// `'none'`: nothing. Stands alone.
    pub const NONE: Self = Self::literal("'none'");
    /// `'self'`: the page's own origin.
    pub const SELF: Self = Self::literal("'self'");
    /// `*`: any host, over the page's own scheme or a network scheme.
    pub const ANY: Self = Self::literal("*");
    /// `'nonce-{nonce}'`: the placeholder of each response's own nonce.
    pub const NONCE: Self = Self::literal("'nonce-{nonce}'");
    /// `'strict-dynamic'`: what a trusted script loads.
    pub const STRICT_DYNAMIC: Self = Self::literal("'strict-dynamic'");
    /// `'report-sample'`: reports carry the first characters of what was refused.
    pub const REPORT_SAMPLE: Self = Self::literal("'report-sample'");
    /// `'wasm-unsafe-eval'`: WebAssembly may be compiled.
    pub const WASM_UNSAFE_EVAL: Self = Self::literal("'wasm-unsafe-eval'");
    /// `'unsafe-inline'`: scripts and styles inside the page, injected ones included.
    pub const UNSAFE_INLINE: Self = Self::literal("'unsafe-inline'");
    /// `'unsafe-eval'`: text may become code.
    pub const UNSAFE_EVAL: Self = Self::literal("'unsafe-eval'");
    /// `'unsafe-hashes'`: hashes hold for event handlers too.
    pub const UNSAFE_HASHES: Self = Self::literal("'unsafe-hashes'");
    /// `'inline-speculation-rules'`: speculation rules inside the page.
    pub const INLINE_SPECULATION_RULES: Self = Self::literal("'inline-speculation-rules'");
    /// `data:`, what a URL holds itself.
    pub const DATA: Self = Self::literal("data:");
    /// `blob:`, what a script made.
    pub const BLOB: Self = Self::literal("blob:");
    /// `https:`, any host over HTTPS.
    pub const HTTPS: Self = Self::literal("https:");

    const fn literal(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// A value that is no source and was checked by the rules of its own directive.
    pub(super) fn checked(text: &str) -> Self {
        Self(Cow::Owned(text.to_owned()))
    }

    /// The expression as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it says something about code alone, as all in quotes do but `'self'` and `'none'`.
    pub(super) fn is_about_code(&self) -> bool {
        self.0.starts_with('\'') && *self != Self::SELF && *self != Self::NONE
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Source {
    type Err = HeaderError;

    fn from_str(text: &str) -> Result<Self, HeaderError> {
        let keyword = |quoted: &str| KEYWORDS.into_iter().find(|keyword| keyword.0.eq_ignore_ascii_case(quoted));
        if let Some(keyword) = keyword(text) {
            return Ok(keyword);
        }
        if text == Self::NONCE.as_str() {
            return Ok(Self::NONCE);
        }
        if let Some(inner) = text.strip_prefix('\'') {
            let inner = inner.strip_suffix('\'').unwrap_or(inner);
            if inner.starts_with("nonce-") {
                return Err(HeaderError::new(
                    text,
                    "a nonce that is always the same protects nothing. Write `'nonce-{nonce}'` for a new one in each response",
                ));
            }
            if HASHES.iter().any(|(name, digits)| inner.strip_prefix(name).is_some_and(|hash| is_base64(hash, *digits)))
            {
                return Ok(Self(Cow::Owned(format!("'{inner}'"))));
            }
            if HASHES.iter().any(|(name, _)| inner.starts_with(name)) {
                return Err(HeaderError::new(text, "this is no whole digest in base64"));
            }
            let known: Vec<&str> =
                KEYWORDS.iter().map(Source::as_known).chain(["'nonce-{nonce}'", "'sha256-…'"]).collect();
            return Err(HeaderError::unknown("source", text, &known));
        }
        if keyword(&format!("'{text}'")).is_some()
            || text.starts_with("nonce-")
            || HASHES.iter().any(|(name, _)| text.starts_with(name))
        {
            return Err(HeaderError::new(
                text,
                format_args!("it would be taken for a host. Write `'{}'`", super::shown(text)),
            ));
        }
        if is_scheme_source(text) || is_host_source(text) {
            return Ok(Self(Cow::Owned(text.to_owned())));
        }
        Err(HeaderError::new(
            text,
            "this is no source. Write a keyword such as `'self'`, a scheme such as `data:`, or a host such as `https://cdn.example.com`",
        ))
    }
}

impl Source {
    /// The text of a keyword.
    fn as_known(&self) -> &'static str {
        match self.0 {
            Cow::Borrowed(text) => text,
            Cow::Owned(_) => "",
        }
    }
}

fn is_base64(text: &str, digits: usize) -> bool {
    let body = text.trim_end_matches('=');
    body.len() == digits
        && text.len() - body.len() <= 2
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_'))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

fn is_scheme_source(text: &str) -> bool {
    text.strip_suffix(':').is_some_and(is_scheme)
}

fn is_host_source(text: &str) -> bool {
    let rest = match text.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => rest,
        Some(_) => return false,
        None => text,
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (name, port) = authority.split_once(':').map_or((authority, None), |(name, port)| (name, Some(port)));
    let is_port = |port: &str| {
        port == "*"
            || (port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok())
    };
    is_host(name) && port.is_none_or(is_port) && is_path(path)
}

/// A host as the policy's grammar has it: no `_`, no IPv6.
fn is_host(name: &str) -> bool {
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    name == "*" || (name.len() <= 253 && name.strip_prefix("*.").unwrap_or(name).split('.').all(is_label))
}

/// What may stand in a path, without the `;` and `,` that would end the directive or the policy.
fn is_path(path: &str) -> bool {
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        let fits = match byte {
            b'%' => {
                let mut digit = || bytes.next().is_some_and(|byte| byte.is_ascii_hexdigit());
                digit() && digit()
            }
            byte => byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+=:@".contains(&byte),
        };
        if !fits {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sources_are_read_as_the_grammar_has_them() {
        let hash = format!("'sha256-{}='", "a".repeat(43));
        for text in [
            "'none'",
            "'strict-dynamic'",
            "'nonce-{nonce}'",
            "*",
            "data:",
            "wss:",
            "example.com",
            "*.example.com:*",
            "https://*:8443",
            "https://example.com/a/b%20c.js",
            "localhost:3000",
            "127.0.0.1",
            &hash,
        ] {
            assert_eq!(text.parse::<Source>().map(|source| source.to_string()), Ok(text.to_owned()));
        }
        assert_eq!("'SELF'".parse(), Ok(Source::SELF));
    }

    #[test]
    fn attack_107_no_source_ends_its_directive() {
        for text in [
            "",
            "a b",
            "a\tb",
            "a\nb",
            "a\r\nx: y",
            "a;script-src",
            "https://a.example/;script-src",
            "https://a.example/,",
            "a,b",
            "a\0",
            "caf\u{e9}.example",
            "\"self\"",
            "a..b",
            ".a",
            "a.",
            "*.",
            "*a",
            "a.*.b",
            "://a",
            "https://",
            "https://user@a",
            "https://a?x",
            "https://a#x",
            "https://a/%2",
            "https://a/{nonce}",
            "a:",
            "a:b:c",
            "a:99999",
            "[::1]",
            "a_b",
        ] {
            // A scheme alone is the one thing among them that is valid.
            assert_eq!(text.parse::<Source>().is_ok(), text == "a:", "{text:?}");
        }
    }

    #[test]
    fn mistaken_sources_are_told_what_to_write() {
        for (text, told) in [
            ("none", "Write `'none'`"),
            ("unsafe-inline", "Write `'unsafe-inline'`"),
            ("nonce-abc", "Write `'nonce-abc'`"),
            ("'nonce-abc'", "Write `'nonce-{nonce}'`"),
            ("'selff'", "Did you mean `'self'`?"),
            ("'self", "Did you mean `'self'`?"),
            ("'sha256-abc'", "no whole digest"),
            ("sha256-abc", "Write `'sha256-abc'`"),
        ] {
            let error = text.parse::<Source>().expect_err(text).to_string();
            assert!(error.contains(told), "{error}");
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_one_visible_word(text in "['a-c0-9*.:/;, \\\\{}@%=\\PC-]{0,24}") {
            if let Ok(source) = text.parse::<Source>() {
                prop_assert!(source.as_str().bytes().all(|byte| byte.is_ascii_graphic() && !b";,\"".contains(&byte)));
                prop_assert_eq!(source.as_str().parse(), Ok(source.clone()));
            }
        }
    }
}
