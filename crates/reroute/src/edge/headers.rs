use http::{HeaderMap, HeaderName, HeaderValue, header};

/// The security headers of every answer (OWASP HTTP Headers Cheat Sheet), prepared at start.
pub(crate) struct SecurityHeaders(HeaderMap);

/// Nothing may be loaded, framed or submitted: an API's answers are no pages.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// No feature of the browser is for an API's answers.
const PERMISSIONS_POLICY: &str =
    "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()";

impl SecurityHeaders {
    pub(crate) fn new() -> Self {
        let all: [(HeaderName, &'static str); 9] = [
            (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
            (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
            (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
            (HeaderName::from_static("permissions-policy"), PERMISSIONS_POLICY),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::X_FRAME_OPTIONS, "DENY"),
            // The filter that it once turned on did harm of its own.
            (header::X_XSS_PROTECTION, "0"),
            (header::CACHE_CONTROL, "no-store"),
        ];
        Self(all.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect())
    }

    /// Puts them among the headers of an answer, each exactly once. Only `cache-control` gives way to what the answer says itself.
    pub(super) fn dress(&self, headers: &mut HeaderMap) {
        headers.reserve(self.0.len() + 2);
        let own_cache_control = headers.remove(header::CACHE_CONTROL);
        for (name, value) in &self.0 {
            headers.insert(name, value.clone());
        }
        if let Some(value) = own_cache_control {
            headers.insert(header::CACHE_CONTROL, value);
        }
    }
}
