//! `permissions-policy`.

use super::{HeaderError, shown};
use crate::origin::OriginPattern;
use std::{borrow::Cow, collections::BTreeMap, fmt, str::FromStr};

/// The features of the registry that browsers know or once knew, sorted.
const FEATURES: [&str; 71] = [
    "accelerometer",
    "all-screens-capture",
    "ambient-light-sensor",
    "attribution-reporting",
    "autoplay",
    "battery",
    "bluetooth",
    "browsing-topics",
    "camera",
    "captured-surface-control",
    "clipboard-read",
    "clipboard-write",
    "compute-pressure",
    "cross-origin-isolated",
    "deferred-fetch",
    "deferred-fetch-minimal",
    "digital-credentials-create",
    "digital-credentials-get",
    "direct-sockets",
    "display-capture",
    "document-domain",
    "encrypted-media",
    "execution-while-not-rendered",
    "execution-while-out-of-viewport",
    "focus-without-user-activation",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "interest-cohort",
    "join-ad-interest-group",
    "keyboard-map",
    "language-detector",
    "language-model",
    "local-fonts",
    "local-network-access",
    "magnetometer",
    "mediasession",
    "microphone",
    "midi",
    "navigation-override",
    "on-device-speech-recognition",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "private-state-token-issuance",
    "private-state-token-redemption",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "run-ad-auction",
    "screen-wake-lock",
    "serial",
    "smart-card",
    "speaker-selection",
    "storage-access",
    "summarizer",
    "sync-script",
    "sync-xhr",
    "translator",
    "trust-token-redemption",
    "unload",
    "usb",
    "vertical-scroll",
    "web-share",
    "window-management",
    "window-placement",
    "writer",
    "xr-spatial-tracking",
];

/// A feature of browsers that a page may be denied.
///
/// ```
/// use reroute_core::headers::Feature;
///
/// assert!("camera".parse::<Feature>().is_ok());
/// let error = "camara".parse::<Feature>().unwrap_err().to_string();
/// assert_eq!(error, "`camara` is no feature that browsers know. Did you mean `camera`?");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Feature(Cow<'static, str>);

impl Feature {
    /// A feature that is newer than this list. Browsers pass over names that they do not know.
    ///
    /// # Errors
    ///
    /// When `name` is no name of a feature: lower-case letters, digits and `-`, a letter first.
    pub fn unlisted(name: &str) -> Result<Self, HeaderError> {
        let fits = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.len() <= 64
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        fits.then(|| Self(Cow::Owned(name.to_owned())))
            .ok_or_else(|| HeaderError::new(name, "a feature is named by lower-case letters, digits and `-`"))
    }

    /// The name as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Feature {
    type Err = HeaderError;

    fn from_str(text: &str) -> Result<Self, HeaderError> {
        FEATURES.into_iter().find(|known| *known == text).map(|known| Self(Cow::Borrowed(known))).ok_or_else(|| {
            let text = shown(text);
            let meant = crate::nearest::nearest(&text.to_ascii_lowercase(), &FEATURES);
            let meant = meant.map_or(String::new(), |meant| format!(" Did you mean `{meant}`?"));
            HeaderError(format!("`{text}` is no feature that browsers know.{meant}"))
        })
    }
}

/// Who may use a feature.
///
/// ```
/// use reroute_core::headers::Allowlist;
///
/// assert_eq!("()".parse(), Ok(Allowlist::NOBODY));
/// assert_eq!("self".parse(), Ok(Allowlist::SELF));
/// assert_eq!(r#"(self "https://example.com")"#.parse::<Allowlist>()?.to_string(), r#"(self "https://example.com")"#);
/// assert!("(self https://example.com)".parse::<Allowlist>().is_err());
/// # Ok::<(), reroute_core::headers::HeaderError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Allowlist(Cow<'static, str>);

impl Allowlist {
    /// `()`: no page, the site's own included.
    pub const NOBODY: Self = Self(Cow::Borrowed("()"));
    /// `(self)`: the page's own origin.
    pub const SELF: Self = Self(Cow::Borrowed("(self)"));
    /// `*`: the page and all that it shows in frames.
    pub const EVERYONE: Self = Self(Cow::Borrowed("*"));
}

impl fmt::Display for Allowlist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Allowlist {
    type Err = HeaderError;

    fn from_str(text: &str) -> Result<Self, HeaderError> {
        let items = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(text);
        let items: Vec<&str> = items.split_ascii_whitespace().collect();
        if items == ["*"] {
            return Ok(Self::EVERYONE);
        }
        if !text.starts_with('(') && items.len() != 1 {
            return Err(HeaderError::new(
                text,
                r#"write who may use it: `()`, `*`, or a list such as `(self "https://example.com")`"#,
            ));
        }
        let mut own = false;
        let mut origins = Vec::new();
        for item in items {
            if item == "self" {
                own = true;
            } else {
                let quoted = item.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                let origin = allowed(quoted.ok_or_else(|| unquoted(item))?)?;
                if !origins.contains(&origin) {
                    origins.push(origin);
                }
            }
        }
        let own = own.then(|| "self".to_owned());
        let items: Vec<String> = own.into_iter().chain(origins.iter().map(|origin| format!("\"{origin}\""))).collect();
        Ok(Self(Cow::Owned(format!("({})", items.join(" ")))))
    }
}

/// Which features of a browser a page and its frames may use (W3C Permissions Policy), written as a dictionary of
/// structured fields (RFC 9651) with the features in alphabetical order.
///
/// ```
/// use reroute_core::headers::{Allowlist, PermissionsPolicy};
///
/// let policy = PermissionsPolicy::new()
///     .with("fullscreen".parse()?, Allowlist::SELF)
///     .with("camera".parse()?, Allowlist::NOBODY);
/// assert_eq!(policy.to_string(), "camera=(), fullscreen=(self)");
///
/// let error = "camera 'none'; usb 'self'".parse::<PermissionsPolicy>().unwrap_err().to_string();
/// assert!(error.ends_with("Write `camera=(), usb=(self)`"));
/// # Ok::<(), reroute_core::headers::HeaderError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PermissionsPolicy(BTreeMap<Feature, Allowlist>);

impl PermissionsPolicy {
    /// A policy without a feature, which denies nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets who may use `feature`, in place of what was said before.
    #[must_use]
    pub fn with(mut self, feature: Feature, allowlist: Allowlist) -> Self {
        self.0.insert(feature, allowlist);
        self
    }

    /// Who may use `feature`, if the policy says so.
    pub fn allowlist(&self, feature: &Feature) -> Option<&Allowlist> {
        self.0.get(feature)
    }

    /// Whether there is no feature, hence nothing to send.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for PermissionsPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (feature, allowlist)) in self.0.iter().enumerate() {
            write!(f, "{}{}={allowlist}", if at == 0 { "" } else { ", " }, feature.as_str())?;
        }
        Ok(())
    }
}

impl FromStr for PermissionsPolicy {
    type Err = HeaderError;

    fn from_str(text: &str) -> Result<Self, HeaderError> {
        if text.contains(['\'', ';']) || (!text.trim_ascii().is_empty() && !text.contains('=')) {
            let instead =
                modernised(text).unwrap_or_else(|| r#"camera=(), geolocation=(self "https://example.com")"#.to_owned());
            return Err(HeaderError::new(
                text,
                format_args!(
                    "this is the syntax of the old Feature-Policy, which browsers ignore here. Write `{instead}`"
                ),
            ));
        }
        let mut policy = Self::new();
        for member in text.split(',').map(str::trim_ascii) {
            let Some((feature, allowlist)) = member.split_once('=') else {
                return Err(HeaderError::new(member, "write a feature and who may use it, such as `camera=()`"));
            };
            if policy.0.insert(feature.parse()?, allowlist.parse()?).is_some() {
                return Err(HeaderError::new(feature, "this feature comes twice. Write it once, with all its origins"));
            }
        }
        Ok(policy)
    }
}

/// An origin as an allow-list may hold it.
fn allowed(text: &str) -> Result<OriginPattern, HeaderError> {
    let pattern: OriginPattern = text.parse().map_err(|error| HeaderError(format!("{error}")))?;
    if pattern.is_any() {
        return Err(HeaderError::new(text, "`*` stands alone, without quotes"));
    }
    Ok(pattern)
}

fn unquoted(item: &str) -> HeaderError {
    match item.trim_matches(['\'', '"', '(', ')']) {
        "none" => HeaderError::new(item, "nobody is written `()`"),
        "self" => HeaderError::new(item, "the page's own origin is written `self`, without quotes"),
        "*" => HeaderError::new(item, "`*` stands alone"),
        "src" => HeaderError::new(item, "`src` has a meaning in frames only"),
        _ => HeaderError::new(item, r#"an origin stands in double quotes, such as `"https://example.com"`"#),
    }
}

/// What a policy in the old syntax would be in the new one, if all of it is understood.
fn modernised(text: &str) -> Option<String> {
    let mut policy = PermissionsPolicy::new();
    for directive in text.split([';', ',']).map(str::trim_ascii).filter(|directive| !directive.is_empty()) {
        let mut words = directive.split_ascii_whitespace();
        let feature = words.next()?.parse().ok()?;
        let items: Vec<String> = words
            .filter(|word| *word != "'none'")
            .map(|word| match word {
                "'self'" => "self".to_owned(),
                "*" => "*".to_owned(),
                origin => format!("\"{origin}\""),
            })
            .collect();
        if directive.split_ascii_whitespace().count() == 1 {
            return None;
        }
        policy = policy.with(feature, format!("({})", items.join(" ")).parse().ok()?);
    }
    Some(policy.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lesson_the_policy_is_valid_syntax() {
        assert!(FEATURES.is_sorted());
        for (text, written) in [
            ("camera=()", "camera=()"),
            ("usb=*,camera=( ) ,\tfullscreen=self", "camera=(), fullscreen=(self), usb=*"),
            (
                r#"geolocation=("https://a.example" self "https://*.b.example:8443")"#,
                r#"geolocation=(self "https://a.example" "https://*.b.example:8443")"#,
            ),
            (r#"payment="https://a.example""#, r#"payment=("https://a.example")"#),
            ("midi=(*)", "midi=*"),
            ("midi=(self self)", "midi=(self)"),
        ] {
            assert_eq!(text.parse::<PermissionsPolicy>().map(|policy| policy.to_string()), Ok(written.to_owned()));
        }
    }

    #[test]
    fn mistaken_policies_are_told_what_to_write() {
        for (text, told) in [
            ("", "such as `camera=()`"),
            ("camera=(),", "such as `camera=()`"),
            ("camera", "Write `camera=(), geolocation"),
            ("camera 'none'", "Write `camera=()`"),
            ("camera 'self' https://a.example; usb *", r#"Write `camera=(self "https://a.example"), usb=*`"#),
            ("camera=('none')", "Feature-Policy"),
            ("camera=none", "nobody is written `()`"),
            ("camera=(none)", "nobody is written `()`"),
            ("camera=(self", "without quotes"),
            ("camera=(self *)", "`*` stands alone"),
            (r#"camera=("*")"#, "`*` stands alone"),
            (r#"camera=("self")"#, "no origin"),
            ("camera=(https://a.example)", "in double quotes"),
            (r#"camera=("https://a.example/")"#, "ends with a slash. Write `https://a.example`"),
            ("camera=", "write who may use it"),
            ("camera=self self", "write who may use it"),
            ("camara=()", "Did you mean `camera`?"),
            ("Camera=()", "Did you mean `camera`?"),
            ("camera=(), camera=*", "comes twice"),
            ("camera =()", "Did you mean `camera`?"),
        ] {
            let error = text.parse::<PermissionsPolicy>().expect_err(text).to_string();
            assert!(error.contains(told), "{error}");
        }
    }

    #[test]
    fn unlisted_features_are_names() {
        assert!(Feature::unlisted("brand-new-2").is_ok());
        for name in ["", "A", "-a", "2a", "a b", "a=()", "a,b", "a\n", "caf\u{e9}", &"a".repeat(65)] {
            assert!(Feature::unlisted(name).is_err(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_one_header_and_reads_back(text in "((camera|usb|midi)=[()\"a-c*.:/ \\PC]{0,20},? ?){0,3}") {
            if let Ok(policy) = text.parse::<PermissionsPolicy>() {
                let written = policy.to_string();
                prop_assert!(written.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' '));
                prop_assert_eq!(written.parse(), Ok(policy));
            }
        }

        #[test]
        fn any_text_is_judged_without_a_panic(text in "(camera )?\\PC{0,60}") {
            let _ = text.parse::<PermissionsPolicy>().map_err(|error| error.to_string());
        }
    }
}
