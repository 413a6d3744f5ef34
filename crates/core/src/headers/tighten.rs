//! What a handler's own value of a security header is worth beside the configured one.

use super::{
    Allowlist, ContentSecurityPolicy, CrossOriginEmbedderPolicy, CrossOriginOpenerPolicy, CrossOriginResourcePolicy,
    Directive, FrameOptions, Nonce, PermissionsPolicy, ReferrerPolicy, Source,
};
use std::{fmt::Display, str::FromStr};

/// What header `name` says once a handler asked for `theirs` where `ours` is in force: something at least as strict as
/// `ours`, or `None` when `theirs` is looser, unreadable, or not for handlers to say.
///
/// | header | `theirs` is taken when |
/// | --- | --- |
/// | `content-security-policy` | it is well-formed; it then stands beside `ours`, and browsers enforce both (CSP3, section 8.1) |
/// | `permissions-policy` | it says of each feature that it names what `ours` says, or `()`; the features of `ours` that it does not name stay |
/// | `referrer-policy` | it tells no destination more: another page of the origin, another origin, one without HTTPS |
/// | `x-frame-options` | `DENY` before `SAMEORIGIN` |
/// | `cross-origin-opener-policy` | `same-origin` before `same-origin-allow-popups`, before `unsafe-none` |
/// | `cross-origin-resource-policy` | `same-origin` before `same-site`, before `cross-origin` |
/// | `cross-origin-embedder-policy` | `require-corp` and `credentialless`, either before `unsafe-none` |
/// | any other | never: `x-content-type-options` and `x-xss-protection` have one good value, `strict-transport-security` is about the host |
///
/// What equals `ours` is always taken. `noopener-allow-popups` cuts off openers that `same-origin` keeps, and keeps
/// pop-ups that it cuts off: like the two values of the embedder's policy, neither stands for the other.
///
/// A policy with `frame-ancestors` makes browsers ignore `x-frame-options`. So a handler's may have it where `ours` has
/// it, too, or when it says `'none'`. Nonces that are written out are well-formed here, since an answer's own is new.
///
/// ```
/// use reroute_core::headers::tightened;
///
/// assert_eq!(tightened("x-frame-options", "SAMEORIGIN", "deny").as_deref(), Some("DENY"));
/// assert_eq!(tightened("x-frame-options", "DENY", "SAMEORIGIN"), None);
///
/// let both = tightened("content-security-policy", "default-src 'self'", "img-src 'none'");
/// assert_eq!(both.as_deref(), Some("default-src 'self', img-src 'none'"));
///
/// let merged = tightened("permissions-policy", "camera=(), fullscreen=(self)", "fullscreen=()");
/// assert_eq!(merged.as_deref(), Some("camera=(), fullscreen=()"));
/// ```
pub fn tightened(name: &str, ours: &str, theirs: &str) -> Option<String> {
    let theirs = theirs.trim_ascii();
    if theirs == ours {
        return Some(ours.to_owned());
    }
    match name {
        "content-security-policy" => beside(ours, theirs),
        "permissions-policy" => merged(&ours.parse().ok()?, &theirs.parse().ok()?).map(|policy| policy.to_string()),
        "referrer-policy" => word(ours, theirs, ReferrerPolicy::is_as_strict_as),
        "x-frame-options" => word(ours, theirs, FrameOptions::is_as_strict_as),
        "cross-origin-opener-policy" => word(ours, theirs, CrossOriginOpenerPolicy::is_as_strict_as),
        "cross-origin-resource-policy" => word(ours, theirs, CrossOriginResourcePolicy::is_as_strict_as),
        "cross-origin-embedder-policy" => word(ours, theirs, CrossOriginEmbedderPolicy::is_as_strict_as),
        _ => None,
    }
}

impl ReferrerPolicy {
    /// Whether it tells no destination more than `other` does.
    ///
    /// ```
    /// use reroute_core::headers::ReferrerPolicy;
    ///
    /// assert!(ReferrerPolicy::NoReferrer.is_as_strict_as(ReferrerPolicy::SameOrigin));
    /// // The one tells other origins something, the other tells pages of the same origin more.
    /// assert!(!ReferrerPolicy::StrictOrigin.is_as_strict_as(ReferrerPolicy::SameOrigin));
    /// assert!(!ReferrerPolicy::SameOrigin.is_as_strict_as(ReferrerPolicy::StrictOrigin));
    /// ```
    pub fn is_as_strict_as(self, other: Self) -> bool {
        self.tells().into_iter().zip(other.tells()).all(|(own, other)| own <= other)
    }

    /// How much it tells: nothing, the origin, all of the address. To the page's own origin, to others, and to those
    /// without HTTPS where the page has it.
    fn tells(self) -> [u8; 3] {
        match self {
            Self::NoReferrer => [0, 0, 0],
            Self::NoReferrerWhenDowngrade => [2, 2, 0],
            Self::Origin => [1, 1, 1],
            Self::OriginWhenCrossOrigin => [2, 1, 1],
            Self::SameOrigin => [2, 0, 0],
            Self::StrictOrigin => [1, 1, 0],
            Self::StrictOriginWhenCrossOrigin => [2, 1, 0],
            Self::UnsafeUrl => [2, 2, 2],
        }
    }
}

impl FrameOptions {
    /// Whether it lets no page show it in a frame that `other` does not let.
    pub fn is_as_strict_as(self, other: Self) -> bool {
        self == Self::Deny || other == Self::SameOrigin
    }
}

impl CrossOriginOpenerPolicy {
    /// Whether it leaves no window in touch that `other` does not leave.
    pub fn is_as_strict_as(self, other: Self) -> bool {
        self == other || other == Self::UnsafeNone || (self == Self::SameOrigin && other == Self::SameOriginAllowPopups)
    }
}

impl CrossOriginResourcePolicy {
    /// Whether it lets no page load the answer that `other` does not let.
    pub fn is_as_strict_as(self, other: Self) -> bool {
        self == other || other == Self::CrossOrigin || (self == Self::SameOrigin && other == Self::SameSite)
    }
}

impl CrossOriginEmbedderPolicy {
    /// Whether it lets the page load nothing that `other` does not let.
    pub fn is_as_strict_as(self, other: Self) -> bool {
        self == other || other == Self::UnsafeNone
    }
}

fn word<T: FromStr + Display + Copy>(ours: &str, theirs: &str, is_as_strict: fn(T, T) -> bool) -> Option<String> {
    let theirs: T = theirs.parse().ok()?;
    is_as_strict(theirs, ours.parse().ok()?).then(|| theirs.to_string())
}

/// A feature that `ours` does not name has a default that differs by feature: only `()` is sure to be no looser.
fn merged(ours: &PermissionsPolicy, theirs: &PermissionsPolicy) -> Option<PermissionsPolicy> {
    theirs.iter().try_fold(ours.clone(), |policy, (feature, allowlist)| {
        let is_as_strict = *allowlist == Allowlist::NOBODY || ours.allowlist(feature) == Some(allowlist);
        is_as_strict.then(|| policy.with(feature.clone(), allowlist.clone()))
    })
}

/// `ours` and, after a comma, each policy of `theirs` that is not there yet.
fn beside(ours: &str, theirs: &str) -> Option<String> {
    let has_ancestors = ours
        .split(',')
        .any(|policy| read(policy).is_some_and(|policy| policy.sources(Directive::FrameAncestors).is_some()));
    let mut all = ours.to_owned();
    for policy in theirs.split(',') {
        let read = read(policy)?;
        if !has_ancestors && read.sources(Directive::FrameAncestors).is_some_and(|sources| sources != [Source::NONE]) {
            return None;
        }
        let policy = policy.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        if !all.split(", ").any(|known| known == policy) {
            all = format!("{all}, {policy}");
        }
    }
    Some(all)
}

/// A policy whose nonces may be written out.
fn read(policy: &str) -> Option<ContentSecurityPolicy> {
    let mut parts = policy.split("'nonce-");
    let mut text = parts.next()?.to_owned();
    for part in parts {
        let (nonce, rest) = part.split_once('\'')?;
        if nonce != "{nonce}" {
            Nonce::new(nonce)?;
        }
        text = format!("{text}{}{rest}", Source::NONCE);
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests;
