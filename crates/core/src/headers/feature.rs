//! What `permissions-policy` can name.

use super::HeaderError;
use crate::{nearest::nearest, shown::shown};
use std::{borrow::Cow, str::FromStr};

/// The features of the registry that a browser knows, by default or on trial, sorted.
const FEATURES: [&str; 79] = [
    "accelerometer",
    "all-screens-capture",
    "ambient-light-sensor",
    "attribution-reporting",
    "autoplay",
    "bluetooth",
    "browsing-topics",
    "camera",
    "captured-surface-control",
    "clipboard-read",
    "clipboard-write",
    "compute-pressure",
    "controlled-frame",
    "cross-origin-isolated",
    "deferred-fetch",
    "deferred-fetch-minimal",
    "digital-credentials-create",
    "digital-credentials-get",
    "direct-sockets",
    "direct-sockets-multicast",
    "direct-sockets-private",
    "display-capture",
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
    "local-network",
    "local-network-access",
    "loopback-network",
    "magnetometer",
    "media-playback-while-not-visible",
    "microphone",
    "midi",
    "on-device-speech-recognition",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "private-aggregation",
    "private-state-token-issuance",
    "private-state-token-redemption",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "rewriter",
    "run-ad-auction",
    "screen-wake-lock",
    "serial",
    "shared-storage",
    "shared-storage-select-url",
    "smart-card",
    "speaker-selection",
    "storage-access",
    "sub-apps",
    "summarizer",
    "sync-xhr",
    "translator",
    "unload",
    "usb",
    "usb-unrestricted",
    "vertical-scroll",
    "web-app-installation",
    "web-printing",
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
    /// A feature that is newer than this list. Browsers pass over names that they do not know, with a word in the
    /// console.
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

    /// Every feature that is listed, in the order of their names.
    ///
    /// ```
    /// use reroute_core::headers::Feature;
    ///
    /// assert!(Feature::all().any(|feature| feature.as_str() == "camera"));
    /// ```
    pub fn all() -> impl Iterator<Item = Self> {
        FEATURES.into_iter().map(|name| Self(Cow::Borrowed(name)))
    }

    /// The name as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Feature {
    type Err = HeaderError;

    fn from_str(text: &str) -> Result<Self, HeaderError> {
        if let Some(known) = FEATURES.into_iter().find(|known| *known == text) {
            return Ok(Self(Cow::Borrowed(known)));
        }
        // Client hints are a family of their own, one for each hint.
        if text.starts_with("ch-") {
            return Self::unlisted(text);
        }
        let text = shown(text);
        let meant = nearest(&text.to_ascii_lowercase(), &FEATURES);
        let meant = meant.map_or(String::new(), |meant| format!(" Did you mean `{meant}`?"));
        Err(HeaderError(format!("`{text}` is no feature that browsers know.{meant}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_valid() {
        assert!(FEATURES.is_sorted());
        assert!(FEATURES.into_iter().all(|feature| Feature::unlisted(feature).is_ok()));
        assert!("ch-ua-model".parse::<Feature>().is_ok());
        assert!("ch-ua=".parse::<Feature>().is_err());
    }

    #[test]
    fn unlisted_features_are_names() {
        assert!(Feature::unlisted("brand-new-2").is_ok());
        for name in ["", "A", "-a", "2a", "a b", "a=()", "a,b", "a\n", "caf\u{e9}", &"a".repeat(65)] {
            assert!(Feature::unlisted(name).is_err(), "{name}");
        }
    }
}
