use http::{HeaderMap, HeaderName, HeaderValue, header};

/// The security headers of every answer (OWASP HTTP Headers Cheat Sheet), prepared at start.
pub(crate) struct SecurityHeaders(HeaderMap);

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

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
        // Room that each answer fills: the map is copied whole, and never grows for a usual answer.
        let filled = [(header::CONTENT_TYPE, ""), (X_REQUEST_ID, "")];
        Self(all.into_iter().chain(filled).map(|(name, value)| (name, HeaderValue::from_static(value))).collect())
    }

    /// The headers of an answer and these, each exactly once, with the request's id. Only `cache-control` gives way to what the answer
    /// says itself.
    ///
    /// The many are copied at once and the few of the answer are added: hashing nine names for each answer costs more.
    pub(super) fn dress(&self, own: &mut HeaderMap, id: HeaderValue) {
        let mut all = self.0.clone();
        all.insert(X_REQUEST_ID, id);
        let mut has_content_type = false;
        let mut last = None;
        for (name, value) in own.drain() {
            let is_first = name.is_some();
            last = name.or(last);
            // The first of a run of values always bears the name.
            let Some(name) = &last else { continue };
            if *name == header::CONTENT_TYPE {
                has_content_type = true;
                all.insert(header::CONTENT_TYPE, value);
            } else if *name == header::CACHE_CONTROL && is_first {
                all.insert(header::CACHE_CONTROL, value);
            } else if *name != header::SERVER && !self.0.contains_key(name) {
                all.append(name.clone(), value);
            }
        }
        if !has_content_type {
            all.remove(header::CONTENT_TYPE);
        }
        *own = all;
    }
}
