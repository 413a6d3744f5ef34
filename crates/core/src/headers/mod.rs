//! Policies that are sent as response headers, as values that cannot be malformed.
//!
//! A browser drops a policy that it cannot read, silently: the page works, unprotected. So each policy is built from
//! typed parts, or read from configuration by a parser that refuses what a browser would drop, and is written in one
//! way, in visible ASCII on one line.
//!
//! | header | type |
//! | --- | --- |
//! | `content-security-policy` | [`ContentSecurityPolicy`] |
//! | `permissions-policy` | [`PermissionsPolicy`] |
//! | `strict-transport-security` | [`StrictTransportSecurity`] |
//! | `referrer-policy` | [`ReferrerPolicy`] |
//! | `x-frame-options` | [`FrameOptions`] |
//! | `cross-origin-opener-policy` | [`CrossOriginOpenerPolicy`] |
//! | `cross-origin-embedder-policy` | [`CrossOriginEmbedderPolicy`] |
//! | `cross-origin-resource-policy` | [`CrossOriginResourcePolicy`] |
//!
//! A single answer may be stricter than configured; what that means for each is said at [`tightened`].

/// An enum whose variants are the words of a header.
macro_rules! words {
    ($(#[$about:meta])* enum $name:ident, $header:literal { $($(#[$variant_about:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_about])* $variant,)*
        }

        impl $name {
            /// All of them, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word as it is sent.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::headers::HeaderError;

            fn from_str(text: &str) -> Result<Self, $crate::headers::HeaderError> {
                Self::ALL.iter().find(|word| word.as_str().eq_ignore_ascii_case(text)).copied().ok_or_else(|| {
                    $crate::headers::HeaderError::unknown($header, text, &[$($word),*])
                })
            }
        }
    };
}

mod content_security;
mod feature;
mod permissions;
mod source;
mod tighten;
mod transport;

pub use content_security::{ContentSecurityPolicy, Directive, Nonce};
pub use feature::Feature;
pub use permissions::{Allowlist, PermissionsPolicy};
pub use source::Source;
pub use tighten::tightened;
pub use transport::StrictTransportSecurity;

use crate::{nearest::nearest, shown::shown};
use std::fmt;

/// Why a text is no policy. Its `Display` says what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderError(String);

impl HeaderError {
    fn new(text: &str, why: impl fmt::Display) -> Self {
        Self(format!("`{}`: {why}", shown(text)))
    }

    fn unknown(what: &str, text: &str, known: &[&str]) -> Self {
        let text = shown(text);
        let meant = nearest(&text.to_ascii_lowercase(), known);
        let meant = meant.map_or(String::new(), |meant| format!(" Did you mean `{meant}`?"));
        Self(format!("`{text}` is no {what}.{meant} Write one of: {}", known.join(", ")))
    }
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for HeaderError {}

words! {
    /// How much of a page's address the next site learns (W3C Referrer Policy).
    ///
    /// ```
    /// use reroute_core::headers::ReferrerPolicy;
    ///
    /// assert_eq!("no-referrer".parse(), Ok(ReferrerPolicy::NoReferrer));
    /// let error = "no-referer".parse::<ReferrerPolicy>().unwrap_err().to_string();
    /// assert!(error.contains("Did you mean `no-referrer`?"));
    /// ```
    enum ReferrerPolicy, "Referrer-Policy" {
        /// Nothing.
        NoReferrer = "no-referrer",
        /// All of it, but nothing from HTTPS to HTTP.
        NoReferrerWhenDowngrade = "no-referrer-when-downgrade",
        /// The origin.
        Origin = "origin",
        /// All of it within the origin, else the origin.
        OriginWhenCrossOrigin = "origin-when-cross-origin",
        /// All of it within the origin, else nothing.
        SameOrigin = "same-origin",
        /// The origin, but nothing from HTTPS to HTTP.
        StrictOrigin = "strict-origin",
        /// All of it within the origin, else the origin, but nothing from HTTPS to HTTP. What browsers do unasked.
        StrictOriginWhenCrossOrigin = "strict-origin-when-cross-origin",
        /// All of it, to everybody.
        UnsafeUrl = "unsafe-url",
    }
}

words! {
    /// Who may show a page in a frame (RFC 7034). `frame-ancestors` says it better; this is for browsers without.
    ///
    /// ```
    /// use reroute_core::headers::FrameOptions;
    ///
    /// assert_eq!("deny".parse::<FrameOptions>()?.to_string(), "DENY");
    /// # Ok::<(), reroute_core::headers::HeaderError>(())
    /// ```
    enum FrameOptions, "X-Frame-Options" {
        /// Nobody.
        Deny = "DENY",
        /// Pages of the same origin.
        SameOrigin = "SAMEORIGIN",
    }
}

words! {
    /// Which windows share a browsing context group with a page (HTML, "cross-origin opener policies").
    ///
    /// ```
    /// use reroute_core::headers::CrossOriginOpenerPolicy;
    ///
    /// assert_eq!("same-origin".parse(), Ok(CrossOriginOpenerPolicy::SameOrigin));
    /// ```
    enum CrossOriginOpenerPolicy, "Cross-Origin-Opener-Policy" {
        /// Those of the same origin.
        SameOrigin = "same-origin",
        /// Those of the same origin, and pop-ups that ask for nothing.
        SameOriginAllowPopups = "same-origin-allow-popups",
        /// None that opened it; it may open others.
        NoopenerAllowPopups = "noopener-allow-popups",
        /// All.
        UnsafeNone = "unsafe-none",
    }
}

words! {
    /// What a page may load from other origins (HTML, "cross-origin embedder policies").
    ///
    /// ```
    /// use reroute_core::headers::CrossOriginEmbedderPolicy;
    ///
    /// assert_eq!("require-corp".parse(), Ok(CrossOriginEmbedderPolicy::RequireCorp));
    /// ```
    enum CrossOriginEmbedderPolicy, "Cross-Origin-Embedder-Policy" {
        /// What allows it.
        RequireCorp = "require-corp",
        /// What allows it, and the rest without credentials.
        Credentialless = "credentialless",
        /// All.
        UnsafeNone = "unsafe-none",
    }
}

words! {
    /// Which pages may load an answer (Fetch, "Cross-Origin-Resource-Policy").
    ///
    /// ```
    /// use reroute_core::headers::CrossOriginResourcePolicy;
    ///
    /// assert_eq!("same-site".parse(), Ok(CrossOriginResourcePolicy::SameSite));
    /// ```
    enum CrossOriginResourcePolicy, "Cross-Origin-Resource-Policy" {
        /// Those of the same origin.
        SameOrigin = "same-origin",
        /// Those of the same site.
        SameSite = "same-site",
        /// All.
        CrossOrigin = "cross-origin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_read_back_and_errors_list_them() {
        for policy in ReferrerPolicy::ALL {
            assert_eq!(policy.as_str().parse(), Ok(*policy));
        }
        for (error, told) in [
            ("".parse::<ReferrerPolicy>().err(), "no-referrer, no-referrer-when-downgrade, origin,"),
            ("ALLOW-FROM x".parse::<FrameOptions>().err(), "DENY, SAMEORIGIN"),
            ("same-orgin".parse::<CrossOriginOpenerPolicy>().err(), "Did you mean `same-origin`?"),
            ("require-crop".parse::<CrossOriginEmbedderPolicy>().err(), "Did you mean `require-corp`?"),
            ("same-origin ".parse::<CrossOriginResourcePolicy>().err(), "same-origin, same-site, cross-origin"),
        ] {
            let error = error.expect("an error").to_string();
            assert!(error.contains(told), "{error}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_judged_without_a_panic(text in "\\PC{0,80}") {
            let _ = text.parse::<ReferrerPolicy>().map_err(|error| error.to_string());
            let _ = text.parse::<FrameOptions>();
        }
    }
}
