//! `permissions-policy`.

use super::{Feature, HeaderError};
use crate::origin::OriginPattern;
use std::{borrow::Cow, collections::BTreeMap, fmt, str::FromStr};

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
        let list = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        let items: Vec<&str> = list.unwrap_or(text).split_ascii_whitespace().collect();
        if items == ["*"] {
            return Ok(Self::EVERYONE);
        }
        if list.is_none() && (items.len() != 1 || text.contains(['(', ')'])) {
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

    /// Who may use which feature, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (&Feature, &Allowlist)> {
        self.0.iter()
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
            ("camera=(self", "write who may use it"),
            ("camera=self)", "write who may use it"),
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
