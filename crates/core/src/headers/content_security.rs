//! `content-security-policy`.

use super::{HeaderError, Source, source::PLACEHOLDER};
use std::{collections::BTreeMap, fmt, str::FromStr};

words! {
    /// A directive whose values are sources.
    enum Directive, "directive of sources" {
        /// What `<base>` may name.
        BaseUri = "base-uri",
        /// Frames and workers.
        ChildSrc = "child-src",
        /// What scripts may connect to.
        ConnectSrc = "connect-src",
        /// What holds for every kind of content without a directive of its own.
        DefaultSrc = "default-src",
        /// Fenced frames.
        FencedFrameSrc = "fenced-frame-src",
        /// Fonts.
        FontSrc = "font-src",
        /// Where forms may be sent.
        FormAction = "form-action",
        /// Who may show the page in a frame.
        FrameAncestors = "frame-ancestors",
        /// Frames.
        FrameSrc = "frame-src",
        /// Pictures.
        ImgSrc = "img-src",
        /// Application manifests.
        ManifestSrc = "manifest-src",
        /// Sound and film.
        MediaSrc = "media-src",
        /// Plug-ins.
        ObjectSrc = "object-src",
        /// Scripts.
        ScriptSrc = "script-src",
        /// Event handlers in attributes.
        ScriptSrcAttr = "script-src-attr",
        /// Script elements.
        ScriptSrcElem = "script-src-elem",
        /// Styles.
        StyleSrc = "style-src",
        /// Styles in attributes.
        StyleSrcAttr = "style-src-attr",
        /// Style elements.
        StyleSrcElem = "style-src-elem",
        /// Workers.
        WorkerSrc = "worker-src",
    }
}

impl Directive {
    /// Whether nonces, hashes and the keywords about code have an effect in it.
    fn is_about_code(self) -> bool {
        self == Self::DefaultSrc || self.as_str().starts_with("script-src") || self.as_str().starts_with("style-src")
    }
}

/// Directives whose values are no sources.
const OTHERS: [&str; 6] =
    ["report-to", "report-uri", "require-trusted-types-for", "sandbox", "trusted-types", "upgrade-insecure-requests"];

const SANDBOX: [&str; 14] = [
    "allow-downloads",
    "allow-forms",
    "allow-modals",
    "allow-orientation-lock",
    "allow-pointer-lock",
    "allow-popups",
    "allow-popups-to-escape-sandbox",
    "allow-presentation",
    "allow-same-origin",
    "allow-scripts",
    "allow-storage-access-by-user-activation",
    "allow-top-navigation",
    "allow-top-navigation-by-user-activation",
    "allow-top-navigation-to-custom-protocols",
];

/// What a page may load, run and be framed by (CSP3). Written with its directives in alphabetical order.
///
/// From configuration it is read as it is sent; `'nonce-{nonce}'` stands for each response's own nonce.
///
/// ```
/// use reroute_core::headers::{ContentSecurityPolicy, Directive, Source};
///
/// let policy = ContentSecurityPolicy::new()
///     .with(Directive::DefaultSrc, [Source::SELF])?
///     .with(Directive::ImgSrc, [Source::SELF, "https://cdn.example.com".parse()?])?
///     .with(Directive::ObjectSrc, [Source::NONE])?;
/// let header = "default-src 'self'; img-src 'self' https://cdn.example.com; object-src 'none'";
/// assert_eq!(policy.to_string(), header);
/// assert_eq!(header.parse(), Ok(policy));
///
/// let error = "defualt-src 'self'".parse::<ContentSecurityPolicy>().unwrap_err().to_string();
/// assert!(error.contains("Did you mean `default-src`?"));
/// # Ok::<(), reroute_core::headers::HeaderError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContentSecurityPolicy(BTreeMap<&'static str, Vec<Source>>);

impl ContentSecurityPolicy {
    /// A policy without a directive, which forbids nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `directive` to `sources`, in place of what it had.
    ///
    /// # Errors
    ///
    /// When there is no source, `'none'` has company, or a nonce, hash or keyword has no effect in `directive`.
    pub fn with(
        mut self,
        directive: Directive,
        sources: impl IntoIterator<Item = Source>,
    ) -> Result<Self, HeaderError> {
        let mut unique = Vec::new();
        for source in sources {
            if source.is_about_code() && !directive.is_about_code() {
                return Err(HeaderError::new(source.as_str(), format_args!("it has no effect in `{directive}`")));
            }
            if !unique.contains(&source) {
                unique.push(source);
            }
        }
        if unique.is_empty() {
            return Err(HeaderError::new(directive.as_str(), "it has no source. Write `'none'` to forbid all"));
        }
        if unique.len() > 1 && unique.contains(&Source::NONE) {
            return Err(HeaderError::new(directive.as_str(), "`'none'` stands alone. Leave it out, or all others"));
        }
        self.0.insert(directive.as_str(), unique);
        Ok(self)
    }

    /// Sets a directive by its text, such as `sandbox allow-scripts` or `report-to csp`, in place of what it had.
    ///
    /// # Errors
    ///
    /// When the directive is unknown, with the nearest known one, or its values are not what it takes.
    pub fn with_text(mut self, text: &str) -> Result<Self, HeaderError> {
        let mut words = text.split_ascii_whitespace();
        let name = words.next().unwrap_or_default().to_ascii_lowercase();
        if let Some(directive) = Directive::ALL.iter().find(|directive| directive.as_str() == name) {
            return self.with(*directive, words.map(str::parse).collect::<Result<Vec<_>, _>>()?);
        }
        let Some(name) = OTHERS.into_iter().find(|other| *other == name) else {
            let known: Vec<&str> = Directive::ALL.iter().map(|directive| directive.as_str()).chain(OTHERS).collect();
            return Err(HeaderError::unknown("directive", &name, &known));
        };
        let values: Vec<&str> = words.collect();
        check(name, &values)?;
        self.0.insert(name, values.into_iter().map(Source::checked).collect());
        Ok(self)
    }

    /// Takes `directive` away.
    #[must_use]
    pub fn without(mut self, directive: Directive) -> Self {
        self.0.remove(directive.as_str());
        self
    }

    /// The sources of `directive`, if it is there.
    pub fn sources(&self, directive: Directive) -> Option<&[Source]> {
        self.0.get(directive.as_str()).map(Vec::as_slice)
    }

    /// Whether there is no directive, hence nothing to send.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether each response needs a nonce of its own.
    pub fn needs_nonce(&self) -> bool {
        self.0.values().flatten().any(|source| *source == Source::NONCE)
    }

    /// The header for one response. Without the nonce, `to_string` leaves the placeholder, which no script matches.
    ///
    /// ```
    /// use reroute_core::headers::{ContentSecurityPolicy, Nonce};
    ///
    /// let policy: ContentSecurityPolicy = "script-src 'nonce-{nonce}'".parse()?;
    /// let nonce = Nonce::new("8IBTHwOdqNKAWeKl7plt8g==").unwrap();
    /// assert_eq!(policy.with_nonce(nonce), "script-src 'nonce-8IBTHwOdqNKAWeKl7plt8g=='");
    /// # Ok::<(), reroute_core::headers::HeaderError>(())
    /// ```
    pub fn with_nonce(&self, nonce: Nonce<'_>) -> String {
        self.to_string().replace(PLACEHOLDER, nonce.0)
    }
}

impl fmt::Display for ContentSecurityPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, values)) in self.0.iter().enumerate() {
            write!(f, "{}{name}", if at == 0 { "" } else { "; " })?;
            values.iter().try_for_each(|value| write!(f, " {value}"))?;
        }
        Ok(())
    }
}

impl FromStr for ContentSecurityPolicy {
    type Err = HeaderError;

    fn from_str(text: &str) -> Result<Self, HeaderError> {
        let mut policy = Self::new();
        for directive in text.split(';').map(str::trim_ascii).filter(|directive| !directive.is_empty()) {
            let before = policy.0.len();
            policy = policy.with_text(directive)?;
            if policy.0.len() == before {
                return Err(HeaderError::new(
                    directive,
                    "browsers ignore a directive that comes twice. Write it once, with all its values",
                ));
            }
        }
        if policy.is_empty() {
            return Err(HeaderError::new(
                text,
                "this policy has no directive. Write one, such as `default-src 'self'`",
            ));
        }
        Ok(policy)
    }
}

/// A nonce of at least 128 bits in base64, either alphabet: what CSP3 asks for, and nothing that could end its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nonce<'a>(&'a str);

impl<'a> Nonce<'a> {
    /// Takes `text` as a nonce if it is one. It has to be random and new in each response.
    pub fn new(text: &'a str) -> Option<Self> {
        let digits = text.trim_end_matches('=');
        let fits = (22..=128).contains(&digits.len())
            && text.len() - digits.len() <= 2
            && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_'));
        fits.then_some(Self(text))
    }
}

/// Checks the values of a directive of [`OTHERS`].
fn check(name: &str, values: &[&str]) -> Result<(), HeaderError> {
    let error = |why| Err(HeaderError::new(name, why));
    let all = |fits: fn(&str) -> bool| !values.is_empty() && values.iter().all(|value| fits(value));
    match name {
        "sandbox" => match values.iter().find(|value| !SANDBOX.contains(*value)) {
            Some(unknown) => Err(HeaderError::unknown("value of `sandbox`", unknown, &SANDBOX)),
            None => Ok(()),
        },
        "upgrade-insecure-requests" if !values.is_empty() => error("it takes no value"),
        "report-to" if values.len() != 1 || !all(is_name) => error("it takes the name of one reporting endpoint"),
        "report-uri" if !all(is_uri) => error("it takes URLs, such as `/csp-reports`"),
        "require-trusted-types-for" if values != ["'script'"] => error("it takes `'script'`"),
        "trusted-types"
            if !values.iter().all(|value| is_name(value) || ["*", "'none'", "'allow-duplicates'"].contains(value)) =>
        {
            error("it takes names of policies, `'allow-duplicates'`, or `'none'`")
        }
        _ => Ok(()),
    }
}

fn is_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-#=_/@.%".contains(&byte))
}

fn is_uri(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+=%".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_policy_is_written_in_one_way() {
        for (text, written) in [
            ("default-src 'self'", "default-src 'self'"),
            (" Script-Src\t'SELF'  data: ;; default-src 'none';", "default-src 'none'; script-src 'self' data:"),
            ("upgrade-insecure-requests;sandbox", "sandbox; upgrade-insecure-requests"),
            ("sandbox allow-scripts\nallow-forms", "sandbox allow-scripts allow-forms"),
            ("img-src a.example a.example", "img-src a.example"),
            (
                "report-to csp; report-uri /csp?x=1 https://r.example/",
                "report-to csp; report-uri /csp?x=1 https://r.example/",
            ),
            ("trusted-types; require-trusted-types-for 'script'", "require-trusted-types-for 'script'; trusted-types"),
        ] {
            assert_eq!(text.parse::<ContentSecurityPolicy>().map(|policy| policy.to_string()), Ok(written.to_owned()));
        }
    }

    #[test]
    fn mistaken_policies_are_told_what_to_write() {
        for (text, told) in [
            ("", "no directive"),
            (";", "no directive"),
            ("'self'", "is no directive"),
            ("script-source 'self'", "Did you mean `script-src`?"),
            ("scrpt-src 'self'", "Did you mean `script-src`?"),
            ("img-src a; img-src b", "comes twice"),
            ("img-src a; IMG-SRC b", "comes twice"),
            ("sandbox; sandbox", "comes twice"),
            ("img-src", "Write `'none'`"),
            ("img-src 'none' a.example", "stands alone"),
            ("img-src self", "Write `'self'`"),
            ("img-src 'unsafe-inline'", "no effect in `img-src`"),
            ("frame-ancestors 'nonce-{nonce}'", "no effect in `frame-ancestors`"),
            ("default-src 'self', script-src *", "Did you mean `'self'`?"),
            ("default-src a\u{0}b", "no source"),
            ("default-src\u{a0}'self'", "is no directive"),
            ("sandbox allow-script", "Did you mean `allow-scripts`?"),
            ("upgrade-insecure-requests 1", "no value"),
            ("report-to a b", "one reporting endpoint"),
            ("report-uri", "takes URLs"),
            ("report-uri /a,b", "takes URLs"),
            ("require-trusted-types-for script", "takes `'script'`"),
            ("trusted-types a,b", "names of policies"),
            ("block-all-mixed-content", "is no directive"),
        ] {
            let error = text.parse::<ContentSecurityPolicy>().expect_err(text).to_string();
            assert!(error.contains(told), "{error}");
        }
    }

    #[test]
    fn a_later_word_replaces_an_earlier_one() -> Result<(), HeaderError> {
        let policy: ContentSecurityPolicy = "default-src 'self'; img-src *".parse()?;
        let policy = policy.with(Directive::ImgSrc, [Source::DATA])?.without(Directive::DefaultSrc);
        assert_eq!(policy.sources(Directive::ImgSrc), Some(&[Source::DATA][..]));
        assert_eq!(policy.sources(Directive::DefaultSrc), None);
        assert!(policy.without(Directive::ImgSrc).is_empty());
        Ok(())
    }

    #[test]
    fn nonces_are_random_enough_and_end_no_quotes() {
        for text in ["", "short", "8IBTHwOdqNKAWeKl7plt8'", "8IBTHwOdqNKAWeKl7plt8; x", "8IBTHwOdqNKAWeKl7plt8g==="] {
            assert_eq!(Nonce::new(text), None, "{text}");
        }
        assert!(!"default-src 'self'".parse::<ContentSecurityPolicy>().is_ok_and(|policy| policy.needs_nonce()));
        assert!("style-src 'nonce-{nonce}'".parse::<ContentSecurityPolicy>().is_ok_and(|policy| policy.needs_nonce()));
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_one_header_and_reads_back(text in "((default-src|img-src|sandbox|report-uri|trusted-types) ['a-c*.:/;, \\PC-]{0,16};?){0,3}") {
            if let Ok(policy) = text.parse::<ContentSecurityPolicy>() {
                let written = policy.to_string();
                prop_assert!(written.bytes().all(|byte| (byte.is_ascii_graphic() || byte == b' ') && byte != b','));
                prop_assert_eq!(written.parse(), Ok(policy));
            }
        }

        #[test]
        fn any_text_is_judged_without_a_panic(text in "\\PC{0,60}") {
            let _ = text.parse::<ContentSecurityPolicy>().map_err(|error| error.to_string());
        }
    }
}
